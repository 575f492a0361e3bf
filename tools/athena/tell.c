/* What get_athena_query tells, in the order a person asks. */
#include "tools/athena/inquiry.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"

#include <string.h>

#define DIGEST_EVIDENCE 8
#define ROWS_TOLD 10

static void tell_verdict(struct athena_inquiry *q)
{
    char when[CLOCK_TEXT_MAX] = "an unknown time";
    int64_t at = athena_ended_ms(q->query) >= 0 ? athena_ended_ms(q->query) : athena_submitted_ms(q->query);
    if (at >= 0)
        clock_rfc3339(at, when);
    int64_t took = athena_number(q->query, "TotalExecutionTimeInMillis"),
            read = athena_number(q->query, "DataScannedInBytes");
    digest_line(&q->answer.digest,
                "Athena query %s in work group %s: %s (%s, after %.1f s, %lld bytes read).",
                athena_id(q->query), athena_workgroup(q->query), athena_state(q->query), when,
                took > 0 ? (double)took / 1000 : 0.0, (long long)(read > 0 ? read : 0));
}

static void tell_cause(struct athena_inquiry *q)
{
    if (json_obj(q->answer.root, "diagnosis"))
        diagnosis_tell(&q->diagnosis, NULL, &q->answer);
}

static void tell_statement(struct athena_inquiry *q)
{
    const json_t *s = json_obj(q->answer.root, "statement");
    const char *target = json_str(s, "target", NULL);
    digest_line(&q->answer.digest, "Statement: %s%s%s; %s.", json_str(s, "class", ""), target ? " " : "",
                target ? target : "", json_str(s, "why", ""));
    digest_data(&q->answer.digest, "SQL:", athena_sql(q->query), 600);
}

static void tell_runtime(struct athena_inquiry *q)
{
    const json_t *r = json_obj(q->answer.root, "runtime"), *stage = json_array_get(json_arr(r, "stages"), 0);
    if (json_flag(r, "reused_result", false))
        digest_line(&q->answer.digest,
                    "It gave back the result of an earlier run (result reuse): it read no data.");
    int64_t queue = json_int(r, "queue_ms", 0), planning = json_int(r, "planning_ms", 0),
            engine = json_int(r, "engine_ms", 0);
    if (queue + planning + engine > 0)
        digest_line(&q->answer.digest,
                    "Time: %.1f s in the queue, %.1f s in the engine, of these %.1f s planning.",
                    (double)queue / 1000, (double)engine / 1000, (double)planning / 1000);
    if (stage && json_int(stage, "time_ms", 0) > 0)
        digest_line(
            &q->answer.digest, "Slowest of %d stages: %d, %.0f%% of their time, %lld rows in, %lld out.",
            (int)json_int(r, "stage_count", 0), (int)json_int(stage, "id", 0),
            json_num(json_obj(r, "skew"), "share_of_time", 0) * 100,
            (long long)json_int(stage, "input_rows", 0), (long long)json_int(stage, "output_rows", 0));
}

static void tell_history(struct athena_inquiry *q)
{
    const struct athena_context *c = &q->context;
    size_t n = json_array_size(q->view.same);
    if (!q->view.same)
        digest_line(&q->answer.digest, "Other runs of this statement: could not be read.");
    else if (!n)
        digest_line(&q->answer.digest,
                    "Other runs of this statement: none among the work group's newest queries.");
    else
        digest_line(
            &q->answer.digest,
            "Other runs of this statement: %zu among the work group's newest queries; %d succeeded in a "
            "row right before it.",
            n, c->successes_before);
}

static void tell_result(struct athena_inquiry *q)
{
    const json_t *result = json_obj(q->answer.root, "result");
    if (!result)
        return;
    size_t n = json_array_size(json_arr(result, "rows")), i;
    digest_line(&q->answer.digest, "Result: %zu row%s%s.", n, n == 1 ? "" : "s",
                json_flag(result, "truncated", false) ? " of more" : "");
    auto_buf struct buf names = BUF_INIT(2000);
    json_t *item;
    json_array_foreach(json_arr(result, "columns"), i, item)
        buf_addf(&names, "%s%s", i ? " | " : "", json_str(item, "name", ""));
    digest_data(&q->answer.digest, "Columns:", buf_text(&names), 600);
    json_array_foreach(json_arr(result, "rows"), i, item) {
        auto_free char *text = i < ROWS_TOLD ? json_text(item, NULL) : NULL;
        if (text)
            digest_data(&q->answer.digest, "Row:", text, 600);
    }
}

void athena_tell(struct athena_inquiry *q)
{
    tell_verdict(q);
    tell_cause(q);
    envelope_tell_evidence(&q->answer, DIGEST_EVIDENCE);
    tell_statement(q);
    tell_runtime(q);
    tell_history(q);
    tell_result(q);
    envelope_tell_rest(&q->answer);
}
