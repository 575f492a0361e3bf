/* What the function itself wrote when its calls failed: Lambda's mapping only says that they did. */
#include "tools/kafka/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/coverage.h"
#include "tools/logs/read.h"

#include <stdlib.h>
#include <string.h>

#define BACK_MS ((int64_t)60 * 60 * 1000)
#define AFTER_MS ((int64_t)5 * 60 * 1000)

/* How runtimes begin what they write of a failed call: their own words, and those of Lambda around them. */
#define FAILURE_PATTERN                                                                                                      \
    "?ERROR ?FATAL ?CRITICAL ?FAIL ?Error ?Exception ?Traceback ?panic "                                                        \
    "?\"Task timed out\" ?\"Runtime exited\" ?\"Status: timeout\""

#define STREAM_PREFIX "20" /* streams are called by day: "2026/11/21/[$LATEST]5e1f..." */

static bool calls_fail(const struct kafka_inquiry *q)
{
    size_t i;
    json_t *m;
    json_array_foreach(q->mappings, i, m) {
        if (mapping_has_problem(m))
            return true;
    }
    return q->metrics.series[METRIC_ERRORS].sum > 0;
}

/* A group that several functions share: their streams carry the function's name before the version. */
static void drop_other_functions(struct log_lines *lines, const char *function)
{
    auto_free char *mark = xasprintf("/%s[", function);
    size_t kept = 0;
    for (size_t i = 0; i < lines->count; i++) {
        if (strstr(lines->items[i].stream, mark))
            lines->items[kept++] = lines->items[i];
        else
            free(lines->items[i].text);
    }
    lines->count = kept;
}

/* An hour, to now, or to when the mapping was switched off. */
static struct log_limits window_of(const struct kafka_inquiry *q)
{
    bool off = q->mapping && mapping_phase(q->mapping) == MAPPING_DISABLED;
    int64_t changed = off ? aws_time_ms(q->mapping, "LastModified") : -1;
    int64_t end = changed > 0 && changed + AFTER_MS < q->now_ms ? changed + AFTER_MS : q->now_ms;
    return (struct log_limits){.from_ms = end - BACK_MS, .to_ms = end, .max_events = 500, .max_pages = 6,
                               .max_bytes = 512 * 1024};
}

void kafka_read_function_log(struct kafka_inquiry *q)
{
    if (!q->function || !calls_fail(q))
        return;
    auto_free char *usual = xasprintf("/aws/lambda/%s", q->ask.function.name);
    q->log_group = xstrdup(json_str(json_obj(q->function, "LoggingConfig"), "LogGroup", usual));
    auto_free char *name = xasprintf("logs:%s", q->log_group);
    json_t *source = coverage_source(envelope_sources(&q->answer), name);
    struct log_limits limits = window_of(q);
    q->log_streams = json_object();
    log_read_filtered(q->session, q->log_group, STREAM_PREFIX, FAILURE_PATTERN, &limits, source, q->log_streams, &q->log_lines);
    if (strcmp(q->log_group, usual))
        drop_other_functions(&q->log_lines, q->ask.function.name);
    findings_scan(&q->findings, "kafka", q->log_group, &q->log_lines);
}
