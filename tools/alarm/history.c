/* History of the alarms looked at closely: the first page of all at once, more pages for the one asked for. */
#include "tools/alarm/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/coverage.h"
#include "tools/cursor.h"

#include <stdlib.h>

#define MORE_PAGES 4 /* of 100 items each */

static json_t *question(const struct alarm_inquiry *q, const struct alarm_detail *d, const char *token)
{
    json_t *in = json_object();
    json_put_str(in, "AlarmName", alarm_name_of(d->alarm));
    json_put(in, "AlarmTypes", json_pack("[s, s]", "MetricAlarm", "CompositeAlarm")); /* metric alarms only without it */
    json_put_str(in, "ScanBy", "TimestampDescending");
    json_put_int(in, "MaxRecords", 100);
    json_put(in, "StartDate", json_real((double)(q->from_ms >= 0 ? q->from_ms : q->now_ms - ALARM_HISTORY_MS) / 1000));
    json_put(in, "EndDate", json_real((double)(q->to_ms >= 0 ? q->to_ms : q->now_ms) / 1000));
    json_put_str(in, "NextToken", token);
    return in;
}

static int add_page(const json_t *page, void *ctx)
{
    struct alarm_detail *d = ctx;
    json_array_extend(d->history, json_arr(page, "AlarmHistoryItems"));
    return 0;
}

static json_t *source_of(struct alarm_inquiry *q, const struct alarm_detail *d)
{
    auto_free char *name = xasprintf("cloudwatch:DescribeAlarmHistory:%s", alarm_name_of(d->alarm));
    return coverage_source(envelope_sources(&q->answer), name);
}

static void take_first_page(struct alarm_detail *d, struct aws_item *item, json_t *source)
{
    if (!item->output) {
        coverage_fault(source, &item->fault);
        return;
    }
    d->history = json_array();
    add_page(item->output, d);
    const char *next = json_str(item->output, "NextToken", NULL);
    d->history_next = next ? xstrdup(next) : NULL;
    d->history_complete = !next;
    coverage_read(source, 1, (int64_t)json_array_size(d->history), 0, !next);
    json_decref(item->output);
}

static void read_on(struct alarm_inquiry *q, struct alarm_detail *d, json_t *source)
{
    json_auto_t *in = question(q, d, d->history_next);
    size_t before = json_array_size(d->history);
    struct aws_fault f = {0};
    char *next = NULL;
    int pages = aws_each_page(q->session, &aws_cloudwatch_describe_alarm_history, in, MORE_PAGES, add_page, d, &next, &f);
    if (pages < 0) {
        coverage_fault(source, &f);
        return;
    }
    free(steal(&d->history_next));
    d->history_next = next;
    d->history_complete = !next;
    coverage_read(source, pages, (int64_t)(json_array_size(d->history) - before), 0, !next);
}

void alarm_read_histories(struct alarm_inquiry *q, const char *token)
{
    struct aws_item items[ALARM_DETAILS_MAX] = {0};
    json_t *sources[ALARM_DETAILS_MAX];
    json_auto_t *inputs = json_array();
    for (size_t i = 0; i < q->detail_count; i++) {
        json_array_append_new(inputs, question(q, &q->details[i], i ? NULL : token));
        items[i] = (struct aws_item){.op = &aws_cloudwatch_describe_alarm_history, .input = json_array_get(inputs, i)};
        sources[i] = source_of(q, &q->details[i]);
    }
    aws_invoke_all(q->session, items, q->detail_count);
    for (size_t i = 0; i < q->detail_count; i++) {
        struct alarm_detail *d = &q->details[i];
        take_first_page(d, &items[i], sources[i]);
        if (i == 0 && q->name && d->history_next)
            read_on(q, d, sources[i]);
        int64_t from_ms = q->from_ms >= 0 ? q->from_ms : q->now_ms - ALARM_HISTORY_MS;
        alarm_past_of(d->history, alarm_state_of(d->alarm), from_ms, q->to_ms >= 0 ? q->to_ms : q->now_ms, &d->past);
    }
    if (q->name && q->detail_count && q->details[0].history_next) {
        json_auto_t *position = json_pack("{s:s}", "history", q->details[0].history_next);
        q->answer.cursor = cursor_make("get_cloudwatch_alarm", q->call->arguments, position);
    }
}
