/* Where a query's time and bytes went. */
#include "tools/athena/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define STAGES_SHOWN 10
#define STAGES_MAX 500
#define DEPTH_MAX 60
#define SHARE_WORTH_SAYING 0.5
#define LONG_MS 10000

/* The operators of a stage from its top down, by their names. */
static void add_operators(const json_t *plan, struct buf *words, int depth)
{
    const char *name = json_str(plan, "Name", "");
    if (depth == 8 || !name[0])
        return;
    buf_addf(words, "%s%s", words->len ? " < " : "", name);
    add_operators(json_array_get(json_arr(plan, "Children"), 0), words, depth + 1);
}

static json_t *stage_of(const json_t *stage)
{
    auto_buf struct buf operators = BUF_INIT(400);
    add_operators(json_obj(stage, "QueryStagePlan"), &operators, 0);
    json_t *o = json_object();
    json_put_int(o, "id", json_int(stage, "StageId", 0));
    json_put_str(o, "state", json_str(stage, "State", NULL));
    json_put_int(o, "time_ms", json_int(stage, "ExecutionTime", 0));
    json_put_int(o, "input_rows", json_int(stage, "InputRows", 0));
    json_put_int(o, "output_rows", json_int(stage, "OutputRows", 0));
    json_put_int(o, "input_bytes", json_int(stage, "InputBytes", 0));
    json_put_int(o, "output_bytes", json_int(stage, "OutputBytes", 0));
    if (operators.len)
        json_put_str(o, "operators", buf_text(&operators));
    return o;
}

static void flatten(const json_t *stage, json_t *out, int depth)
{
    if (!stage || depth == DEPTH_MAX || json_array_size(out) == STAGES_MAX)
        return;
    json_array_append_new(out, stage_of(stage));
    size_t i;
    json_t *sub;
    json_array_foreach(json_arr(stage, "SubStages"), i, sub) flatten(sub, out, depth + 1);
}

static int slower_first(const void *a, const void *b)
{
    int64_t x = json_int(*(json_t *const *)a, "time_ms", 0), y = json_int(*(json_t *const *)b, "time_ms", 0);
    return (x < y) - (x > y);
}

/* To two decimals, as far as that makes sense. */
static double rounded(double x)
{
    return x < 1e9 ? (double)(int64_t)(x * 100 + 0.5) / 100.0 : x;
}

/* The slowest stages, and what is out of proportion in them: one that takes most of the time, one whose rows multiply. */
static void describe_stages(struct athena_inquiry *q, json_t *runtime)
{
    json_auto_t *all = json_array();
    flatten(json_obj(q->statistics, "OutputStage"), all, 0);
    size_t n = json_array_size(all);
    if (!n)
        return;
    auto_free json_t **list = xcalloc(n, sizeof *list);
    double total = 0, growth = 0;
    for (size_t i = 0; i < n; i++) {
        list[i] = json_array_get(all, i);
        total += json_num(list[i], "time_ms", 0);
        double in = json_num(list[i], "input_rows", 0), out = json_num(list[i], "output_rows", 0);
        growth = in >= 1000 && out / in > growth ? out / in : growth;
    }
    qsort(list, n, sizeof *list, slower_first);
    json_t *top = json_array();
    for (size_t i = 0; i < n && i < STAGES_SHOWN; i++)
        json_array_append(top, list[i]);
    json_put(runtime, "stages", top);
    json_put_int(runtime, "stage_count", (int64_t)n);
    double share = total > 0 ? json_num(list[0], "time_ms", 0) / total : 0;
    json_put(runtime, "skew",
             json_pack("{s:I, s:f, s:f}", "stage", (json_int_t)json_int(list[0], "id", 0), "share_of_time",
                       rounded(share), "row_growth", rounded(growth)));
    if (growth > 10)
        envelope_warn(&q->answer, "rows_multiply",
                      "A stage gives %.0f times the rows it takes in: look at the join's condition", growth);
}

static void put_number(const struct athena_inquiry *q, json_t *o, const char *name, const char *member)
{
    int64_t n = athena_number(q->query, member);
    if (n >= 0)
        json_put_int(o, name, n);
}

static void note_queue(struct athena_inquiry *q, json_t *runtime)
{
    int64_t queue = athena_number(q->query, "QueryQueueTimeInMillis"),
            total = athena_number(q->query, "TotalExecutionTimeInMillis");
    int64_t planning = athena_number(q->query, "QueryPlanningTimeInMillis");
    if (total <= 0)
        return;
    double share = queue > 0 ? (double)queue / (double)total : 0;
    json_put(runtime, "queue_share", json_real(rounded(share)));
    if (share >= SHARE_WORTH_SAYING && queue >= LONG_MS)
        envelope_warn(&q->answer, "queued_long",
                      "It waited %lld of %lld s in the queue: the account or the capacity was at its "
                      "limit of concurrent queries",
                      (long long)queue / 1000, (long long)total / 1000);
    if (planning >= LONG_MS && planning >= (total - queue) / 2)
        envelope_warn(&q->answer, "planned_long",
                      "Planning took %lld of %lld s: usually too many partitions or files",
                      (long long)planning / 1000, (long long)total / 1000);
}

static void note_cutoff(struct athena_inquiry *q, json_t *runtime)
{
    const json_t *config = json_obj(q->view.workgroup, "Configuration");
    int64_t scanned = athena_number(q->query, "DataScannedInBytes"),
            cutoff = json_int(config, "BytesScannedCutoffPerQuery", 0);
    if (cutoff <= 0 || scanned < 0)
        return;
    double share = (double)scanned / (double)cutoff;
    json_put(runtime, "share_of_cutoff", json_real(rounded(share)));
    if (scanned >= cutoff / 10 * 8 && !athena_hit_cutoff(q->query))
        envelope_warn(&q->answer, "near_cutoff",
                      "It read %.0f%% of the bytes that the work group allows one query", share * 100);
}

/* A partitioned table that is read without a word about its partitions is read as a whole. */
static void note_pruning(struct athena_inquiry *q)
{
    size_t i, k;
    json_t *t, *key;
    json_array_foreach(q->tables, i, t) {
        const json_t *keys = json_arr(json_obj(t, "table"), "PartitionKeys");
        bool named = json_array_size(keys) == 0;
        json_array_foreach(keys, k, key) named =
            named || strcasestr(athena_sql(q->query), json_str(key, "Name", "\n"));
        if (!named ||
            (json_array_size(keys) && !q->statement.filtered && !strcmp(q->statement.class, "SELECT")))
            envelope_warn(&q->answer, "no_partition_filter",
                          "%s.%s is partitioned by %s, and the statement does not ask for "
                          "certain partitions",
                          json_str(t, "database", ""), json_str(t, "name", ""),
                          json_str(json_array_get(keys, 0), "Name", ""));
    }
}

void athena_describe_runtime(struct athena_inquiry *q)
{
    static const char *const numbers[][2] = {
        {"total_ms", "TotalExecutionTimeInMillis"},      {"queue_ms", "QueryQueueTimeInMillis"},
        {"planning_ms", "QueryPlanningTimeInMillis"},    {"engine_ms", "EngineExecutionTimeInMillis"},
        {"service_ms", "ServiceProcessingTimeInMillis"}, {"scanned_bytes", "DataScannedInBytes"}};
    json_t *runtime = json_object();
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        put_number(q, runtime, numbers[i][0], numbers[i][1]);
    const json_t *statistics = json_obj(q->query, "Statistics"), *rows = json_obj(q->statistics, "Rows");
    if (json_object_get(statistics, "DpuCount"))
        json_put(runtime, "dpu", json_real(json_num(statistics, "DpuCount", 0)));
    if (json_flag(json_obj(statistics, "ResultReuseInformation"), "ReusedPreviousResult", false))
        json_put_flag(runtime, "reused_result", true);
    if (rows)
        json_put(runtime, "rows",
                 json_pack("{s:I, s:I, s:I, s:I}", "input", (json_int_t)json_int(rows, "InputRows", 0),
                           "output", (json_int_t)json_int(rows, "OutputRows", 0), "input_bytes",
                           (json_int_t)json_int(rows, "InputBytes", 0), "output_bytes",
                           (json_int_t)json_int(rows, "OutputBytes", 0)));
    describe_stages(q, runtime);
    note_queue(q, runtime);
    note_cutoff(q, runtime);
    note_pruning(q);
    envelope_put(&q->answer, "runtime", runtime);
}
