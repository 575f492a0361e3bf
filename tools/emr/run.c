#include "tools/emr/run.h"

#include "aws/aws.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MS ((int64_t)24 * 3600 * 1000)

/* Every number in a text becomes one "#". In place. */
static void blur_numbers(char *text)
{
    char *to = text;
    for (const char *p = text; *p; p++) {
        bool digit = *p >= '0' && *p <= '9';
        if (!digit || to == text || to[-1] != '#')
            *to++ = digit ? '#' : *p;
    }
    *to = '\0';
}

static void fingerprint_kind(const json_t *what, char *kind)
{
    auto_free char *text = json_text(what, NULL);
    blur_numbers(text);
    json_auto_t *blurred = json_string(text);
    fingerprint_json(blurred, kind);
}

/* What a step does: its jar, class and arguments. Properties and the action on failure do not change what is done. */
static void step_work(const json_t *config, struct emr_run *out)
{
    if (!config)
        return;
    json_auto_t *o = json_pack("{s:s, s:s, s:O*}", "jar", json_str(config, "Jar", ""), "main", json_str(config, "MainClass", ""),
                               "args", json_arr(config, "Args"));
    fingerprint_json(o, out->work);
    fingerprint_kind(o, out->kind);
}

static void step_of(const json_t *raw, struct emr_run *out)
{
    const json_t *status = json_obj(raw, "Status"), *line = json_obj(status, "Timeline");
    out->id = json_str(raw, "Id", "");
    out->name = json_str(raw, "Name", "");
    out->state = json_str(status, "State", "UNKNOWN");
    out->created_ms = aws_time_ms(line, "CreationDateTime");
    out->started_ms = aws_time_ms(line, "StartDateTime");
    out->ended_ms = aws_time_ms(line, "EndDateTime");
    step_work(json_obj(raw, "Config"), out);
}

static bool state_is(const struct emr_run *run, const char *const *states, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!strcmp(run->state, states[i]))
            return true;
    }
    return false;
}

static void job_run_of(enum emr_runtime r, const json_t *raw, struct emr_run *out)
{
    out->id = json_str(raw, "jobRunId", json_str(raw, "id", ""));
    out->name = json_str(raw, "name", "");
    out->state = json_str(raw, "state", "UNKNOWN");
    out->created_ms = aws_time_ms(raw, "createdAt");
    out->started_ms = r == EMR_SERVERLESS ? aws_time_ms(raw, "startedAt") : out->created_ms;
    out->ended_ms = aws_time_ms(raw, r == EMR_SERVERLESS ? "endedAt" : "finishedAt");
    if (out->ended_ms < 0 && !emr_run_in_flight(out))
        out->ended_ms = aws_time_ms(raw, "updatedAt"); /* lists of EMR Serverless tell no end */
    if (json_obj(raw, "jobDriver")) {
        fingerprint_json(json_obj(raw, "jobDriver"), out->work);
        fingerprint_kind(json_obj(raw, "jobDriver"), out->kind);
    }
}

bool emr_run_failed(const struct emr_run *run)
{
    static const char *const states[] = {"FAILED", "INTERRUPTED"};
    return state_is(run, states, ARRAY_LEN(states));
}

bool emr_run_cancelled(const struct emr_run *run)
{
    static const char *const states[] = {"CANCELLED"};
    return state_is(run, states, ARRAY_LEN(states));
}

bool emr_run_succeeded(const struct emr_run *run)
{
    static const char *const states[] = {"COMPLETED", "SUCCESS"};
    return state_is(run, states, ARRAY_LEN(states));
}

bool emr_run_in_flight(const struct emr_run *run)
{
    static const char *const states[] = {"PENDING",   "CANCEL_PENDING", "RUNNING",   "SUBMITTED",
                                         "SCHEDULED", "QUEUED",         "CANCELLING"};
    return state_is(run, states, ARRAY_LEN(states));
}

/* Length of the name without the mark at its end. */
static size_t plain_length(const char *name)
{
    const char *mark = strstr(name, EMR_MARK_OPEN);
    size_t n = mark ? (size_t)(mark - name) : strlen(name);
    while (n && name[n - 1] == ' ')
        n--;
    return n;
}

char *emr_plain_name(const char *name, size_t max)
{
    size_t n = plain_length(name);
    return xstrndup(name, n <= max ? n : text_utf8_floor(name, max));
}

bool emr_same_work(const struct emr_run *a, const struct emr_run *b)
{
    if (a->work[0] && b->work[0])
        return !strcmp(a->work, b->work);
    size_t n = plain_length(a->name);
    return n && n == plain_length(b->name) && !memcmp(a->name, b->name, n);
}

bool emr_same_kind(const struct emr_run *a, const struct emr_run *b)
{
    if (a->kind[0] && b->kind[0])
        return !strcmp(a->kind, b->kind);
    auto_free char *x = emr_plain_name(a->name, strlen(a->name)), *y = emr_plain_name(b->name, strlen(b->name));
    blur_numbers(x);
    blur_numbers(y);
    return x[0] && !strcmp(x, y);
}

void emr_mark_of(const struct emr_target *t, const char *run_id, char mark[FINGERPRINT_TEXT])
{
    json_auto_t *o = json_pack("[s, s]", t->owner, run_id);
    fingerprint_json(o, mark);
}

static const char *mark_in(enum emr_runtime r, const json_t *raw, const char *name)
{
    const char *token = json_str(raw, "clientToken", "");
    if (r == EMR_EKS)
        return text_starts(token, EMR_TOKEN_OPEN) ? token + strlen(EMR_TOKEN_OPEN) : NULL;
    const char *mark = strstr(name, EMR_MARK_OPEN);
    return mark ? mark + strlen(EMR_MARK_OPEN) : NULL;
}

void emr_run_of(enum emr_runtime r, const json_t *raw, struct emr_run *out)
{
    *out = (struct emr_run){.raw = raw};
    if (r == EMR_EC2)
        step_of(raw, out);
    else
        job_run_of(r, raw, out);
    out->mark = mark_in(r, raw, out->name);
}

bool emr_is_retry_of(const struct emr_run *run, const char *mark)
{
    return run->mark && !strncmp(run->mark, mark, EMR_MARK_SHORT);
}

static int64_t median_success_ms(const struct emr_run *runs, size_t n, const struct emr_run *run)
{
    int64_t list[100];
    size_t count = 0;
    for (size_t i = 0; i < n && count < ARRAY_LEN(list); i++) {
        bool timed = runs[i].started_ms >= 0 && runs[i].ended_ms > runs[i].started_ms;
        if (timed && emr_run_succeeded(&runs[i]) && emr_same_kind(&runs[i], run))
            list[count++] = runs[i].ended_ms - runs[i].started_ms;
    }
    return history_median(list, count);
}

static void look_forward(const struct emr_run *other, struct emr_context *c)
{
    if (emr_run_in_flight(other) && !c->newer_in_flight)
        c->newer_in_flight = other;
    else if (emr_run_succeeded(other) && !c->newer_success)
        c->newer_success = other;
    else if (!emr_run_in_flight(other) && !emr_run_succeeded(other) && !c->newer_failed)
        c->newer_failed = other;
}

static void look_back(const struct emr_run *other, bool *streak_open, struct emr_context *c)
{
    if (emr_run_in_flight(other))
        return;
    if (*streak_open && !c->past.successes_before && emr_run_failed(other))
        c->past.failures_in_row++;
    else if (*streak_open && emr_run_succeeded(other))
        c->past.successes_before++;
    else
        *streak_open = false;
}

void emr_context_of(const struct emr_run *runs, size_t n, const struct emr_run *run, int64_t now_ms, struct emr_context *c)
{
    *c = (struct emr_context){.past = {.failures_in_row = emr_run_failed(run), .usual_ms = median_success_ms(runs, n, run)}};
    bool streak_open = true;
    for (size_t i = 0; i < n; i++) {
        const struct emr_run *other = &runs[i];
        bool same = emr_same_work(other, run);
        if (!strcmp(other->id, run->id))
            continue;
        c->retries_24h += same && other->mark && now_ms - other->created_ms < DAY_MS;
        if (other->created_ms > run->created_ms) {
            if (same)
                look_forward(other, c);
        } else if (emr_same_kind(other, run)) {
            look_back(other, &streak_open, c);
        }
    }
    c->retries_24h += run->mark && now_ms - run->created_ms < DAY_MS;
}
