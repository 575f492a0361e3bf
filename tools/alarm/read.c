/* Which alarms there are: the one named, or those whose names begin alike. */
#include "tools/alarm/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/coverage.h"
#include "tools/cursor.h"
#include "tools/failure.h"

#include <stdlib.h>
#include <string.h>

bool alarm_is_composite(const json_t *alarm)
{
    return json_str(alarm, "AlarmRule", NULL) != NULL;
}

const char *alarm_name_of(const json_t *alarm)
{
    return json_str(alarm, "AlarmName", "");
}

const char *alarm_state_of(const json_t *alarm)
{
    return json_str(alarm, "StateValue", "UNKNOWN");
}

int alarm_period_s(const json_t *alarm)
{
    int64_t period = json_int(alarm, "Period", 0);
    size_t i;
    json_t *m;
    json_array_foreach(json_arr(alarm, "Metrics"), i, m) {
        int64_t part = json_int(json_obj(m, "MetricStat"), "Period", json_int(m, "Period", 0));
        period = part > period ? part : period;
    }
    return period < 10 ? 60 : period > 604800 ? 604800 : (int)period;
}

int64_t alarm_lookback_ms(const json_t *alarm)
{
    int64_t periods = json_int(alarm, "EvaluationPeriods", 1);
    return (int64_t)alarm_period_s(alarm) * 1000 * (periods < 1 ? 1 : periods > 1000 ? 1000 : periods);
}

static json_t *both_types(void)
{
    return json_pack("[s, s]", "MetricAlarm", "CompositeAlarm");
}

/* Composites first: they say what the others add up to. */
static void gather(json_t *into, const json_t *page)
{
    json_array_extend(into, json_arr(page, "CompositeAlarms"));
    json_array_extend(into, json_arr(page, "MetricAlarms"));
}

/* Names that begin as the one that does not exist, for the error that says so. */
static char *similar_names(struct alarm_inquiry *q)
{
    size_t n = strcspn(q->name, "-_./: ");
    if (!n || n > 40)
        return NULL;
    json_auto_t *in = json_object();
    json_put(in, "AlarmNamePrefix", json_str_lossy(q->name, n));
    json_put(in, "AlarmTypes", both_types());
    json_put_int(in, "MaxRecords", 5);
    json_auto_t *page = NULL;
    struct aws_fault f = {0};
    if (aws_invoke(q->session, &aws_cloudwatch_describe_alarms, in, &page, &f))
        return NULL;
    json_auto_t *found = json_array();
    gather(found, page);
    auto_buf struct buf text = BUF_INIT(1024);
    size_t i;
    json_t *a;
    json_array_foreach(found, i, a)
        buf_addf(&text, "%s\"%.160s\"", i ? ", " : "", alarm_name_of(a));
    return text.len ? buf_steal(&text, NULL) : NULL;
}

static int no_such_alarm(struct alarm_inquiry *q, struct tool_answer *out)
{
    auto_free char *similar = similar_names(q);
    return failure_say(out, "There is no CloudWatch alarm \"%s\" in region %s: check name (case matters) and region.%s%s%s",
                       q->name, aws_session_region(q->session), similar ? " Alarms with a similar name: " : "",
                       similar ? similar : "", similar ? "." : " alarm_prefix finds alarms by the beginning of their names.");
}

static int alarm_first(const json_t *a, const json_t *b)
{
    int x = !strcmp(alarm_state_of(a), "ALARM"), y = !strcmp(alarm_state_of(b), "ALARM");
    return y - x ? y - x : strcmp(alarm_name_of(a), alarm_name_of(b));
}

static void sort_alarms(struct alarm_inquiry *q)
{
    json_t *sorted = json_sorted(q->alarms, alarm_first);
    json_decref(q->alarms);
    q->alarms = sorted;
}

static json_t *question(const struct alarm_inquiry *q, const char *token)
{
    json_t *in = json_object();
    json_put(in, "AlarmTypes", both_types());
    if (q->name)
        json_put(in, "AlarmNames", json_pack("[s]", q->name));
    else
        json_put_str(in, "AlarmNamePrefix", q->prefix);
    json_put_str(in, "StateValue", q->prefix ? json_str(q->call->arguments, "state", NULL) : NULL);
    json_put_int(in, "MaxRecords", q->name ? 100 : q->limit);
    json_put_str(in, "NextToken", token);
    return in;
}

static int read_asked(struct alarm_inquiry *q, const char *token, struct tool_answer *out)
{
    json_auto_t *in = question(q, token);
    json_auto_t *page = NULL;
    struct aws_fault f = {0};
    if (aws_invoke(q->session, &aws_cloudwatch_describe_alarms, in, &page, &f)) {
        auto_free char *what = q->name ? xasprintf("read the CloudWatch alarm \"%s\"", q->name)
                                       : xasprintf("read the CloudWatch alarms \"%s...\"", q->prefix);
        return failure_aws(out, &aws_cloudwatch_describe_alarms, &f, what, "Check name and region.");
    }
    gather(q->alarms, page);
    const char *next = q->prefix ? json_str(page, "NextToken", NULL) : NULL;
    coverage_read(coverage_source(envelope_sources(&q->answer), "cloudwatch:DescribeAlarms"), 1,
                  (int64_t)json_array_size(q->alarms), 0, !next);
    if (next) {
        json_auto_t *position = json_pack("{s:s}", "alarms", next);
        q->answer.cursor = cursor_make("get_cloudwatch_alarm", q->call->arguments, position);
    }
    return 0;
}

int alarm_read(struct alarm_inquiry *q, const char *token, struct tool_answer *out)
{
    if (read_asked(q, token, out))
        return -1;
    if (q->name && !json_array_size(q->alarms))
        return no_such_alarm(q, out);
    sort_alarms(q);
    q->asked = json_array_size(q->alarms);
    const json_t *first = json_array_get(q->alarms, 0);
    if (q->name && alarm_is_composite(first))
        alarm_read_children(q, first);
    for (size_t i = 0; i < json_array_size(q->alarms) && q->detail_count < ALARM_DETAILS_MAX; i++) {
        const json_t *a = json_array_get(q->alarms, i);
        if (q->name || !strcmp(alarm_state_of(a), "ALARM"))
            q->details[q->detail_count++].alarm = a;
    }
    return 0;
}
