/* The alarm's own metric around the change of state, as the alarm itself asks for it: same statistic, unit, period and
   metric math; and the same hours of the day before and the week before to compare with. */
#include "tools/alarm/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/coverage.h"

#include <string.h>

#define MINUTE_MS ((int64_t)60 * 1000)
#define DAY_MS (24 * 60 * MINUTE_MS)
#define POINTS_MAX 1440   /* of one series */
#define COMPARED_MAX 2    /* alarms whose metric is compared with earlier days */
#define HORIZON_MS (455 * DAY_MS)

/* CloudWatch keeps points below 60 s for 3 hours, of 60 s for 15 days, of 300 s for 63 days, of 3600 s for 455 days
   (CloudWatch user guide, "Metrics retention"). */
static int kept_period_s(int64_t age_ms)
{
    if (age_ms < 3 * 60 * MINUTE_MS)
        return 1;
    return age_ms < 15 * DAY_MS ? 60 : age_ms < 63 * DAY_MS ? 300 : 3600;
}

static void choose_span(const struct alarm_inquiry *q, struct alarm_detail *d)
{
    int64_t back = alarm_lookback_ms(d->alarm) > 15 * MINUTE_MS ? alarm_lookback_ms(d->alarm) : 15 * MINUTE_MS;
    int64_t from = q->from_ms, to = q->to_ms;
    if (from < 0)
        from = d->pivot_ms - 3 * back > q->now_ms - HORIZON_MS ? d->pivot_ms - 3 * back : q->now_ms - HORIZON_MS;
    if (to < 0)
        to = d->pivot_ms + 30 * MINUTE_MS < q->now_ms ? d->pivot_ms + 30 * MINUTE_MS : q->now_ms;
    if (to <= from)
        to = q->now_ms;
    int own = alarm_period_s(d->alarm), wanted = own;
    int kept = kept_period_s(q->now_ms - from);
    if (wanted < kept)
        wanted = kept;
    while ((to - from) / 1000 / wanted > POINTS_MAX)
        wanted *= 2;
    if (wanted > own && wanted % 60)
        wanted += 60 - wanted % 60;
    d->period_s = wanted;
    d->coarser = wanted > own;
    int64_t step = (int64_t)wanted * 1000;
    d->from_ms = from - from % step;
    d->to_ms = to % step ? to + step - to % step : to;
}

static json_t *single_metric(const json_t *alarm)
{
    json_t *metric = json_object();
    json_put_str(metric, "Namespace", json_str(alarm, "Namespace", ""));
    json_put_str(metric, "MetricName", json_str(alarm, "MetricName", ""));
    json_t *dimensions = json_arr(alarm, "Dimensions");
    json_put(metric, "Dimensions", dimensions ? json_incref(dimensions) : json_array());
    json_t *stat = json_object();
    json_put(stat, "Metric", metric);
    json_put_int(stat, "Period", alarm_period_s(alarm));
    json_put_str(stat, "Stat", json_str(alarm, "ExtendedStatistic", json_str(alarm, "Statistic", "Average")));
    json_put_str(stat, "Unit", json_str(alarm, "Unit", NULL));
    return json_pack("[{s:s, s:o}]", "Id", "alarm", "MetricStat", stat);
}

/* The alarm's own queries; periods are raised where finer points are not to be had. NULL for an alarm without a metric. */
static json_t *queries(const struct alarm_detail *d)
{
    json_t *out = json_arr(d->alarm, "Metrics") ? json_deep_copy(json_arr(d->alarm, "Metrics")) : NULL;
    if (!out || !json_array_size(out)) {
        json_decref(out);
        if (!json_str(d->alarm, "MetricName", NULL))
            return NULL;
        out = single_metric(d->alarm);
    }
    size_t i;
    json_t *m;
    json_array_foreach(out, i, m) {
        json_t *holder = json_obj(m, "MetricStat") ? json_obj(m, "MetricStat") : m;
        if (d->coarser && json_int(holder, "Period", d->period_s) < d->period_s)
            json_put_int(holder, "Period", d->period_s);
    }
    return out;
}

struct ask {
    struct alarm_detail *detail;
    int span;
    json_t *input;
    json_t *source;
};

static const struct {
    const char *name;
    int64_t back_ms;
} spans[ALARM_SPANS] = {{"", 0}, {":yesterday", DAY_MS}, {":last_week", 7 * DAY_MS}};

static void add_ask(struct alarm_inquiry *q, struct alarm_detail *d, int span, struct ask *asks, size_t *n)
{
    json_t *list = queries(d);
    if (!list)
        return;
    auto_free char *name = xasprintf("cloudwatch:GetMetricData:%s%s", alarm_name_of(d->alarm), spans[span].name);
    json_t *in = json_object();
    json_put(in, "MetricDataQueries", list);
    json_put(in, "StartTime", json_real((double)((d->from_ms - spans[span].back_ms) / 1000)));
    json_put(in, "EndTime", json_real((double)((d->to_ms - spans[span].back_ms) / 1000)));
    json_put_str(in, "ScanBy", "TimestampAscending");
    asks[(*n)++] = (struct ask){d, span, in, coverage_source(envelope_sources(&q->answer), name)};
}

static void take_answer(struct ask *a, struct aws_item *item)
{
    if (!item->output) {
        coverage_fault(a->source, &item->fault);
        return;
    }
    const json_t *results = json_arr(item->output, "MetricDataResults");
    bool complete = !json_str(item->output, "NextToken", NULL);
    int64_t points = 0;
    size_t i;
    json_t *r;
    json_array_foreach(results, i, r) {
        points += (int64_t)json_array_size(json_arr(r, "Values"));
        complete = complete && !strcmp(json_str(r, "StatusCode", "Complete"), "Complete");
    }
    coverage_read(a->source, 1, points, 0, complete);
    a->detail->series[a->span] = results ? json_incref((json_t *)(uintptr_t)results) : json_array();
    json_decref(item->output);
}

/* Only an alarm over many series (Metrics Insights) has contributors. */
static bool has_contributors(const json_t *alarm)
{
    size_t i;
    json_t *m;
    json_array_foreach(json_arr(alarm, "Metrics"), i, m) {
        if (text_istarts(json_str(m, "Expression", ""), "SELECT"))
            return true;
    }
    return false;
}

static void read_contributors(struct alarm_inquiry *q, struct alarm_detail *d)
{
    json_t *source = coverage_source(envelope_sources(&q->answer), "cloudwatch:DescribeAlarmContributors");
    json_auto_t *in = json_pack("{s:s}", "AlarmName", alarm_name_of(d->alarm));
    json_auto_t *page = NULL;
    struct aws_fault f = {0};
    if (aws_invoke(q->session, &aws_cloudwatch_describe_alarm_contributors, in, &page, &f)) {
        coverage_fault(source, &f);
        return;
    }
    d->contributors = json_incref(json_arr(page, "AlarmContributors"));
    coverage_read(source, 1, (int64_t)json_array_size(d->contributors), 0, !json_str(page, "NextToken", NULL));
}

static void choose_pivot(struct alarm_detail *d)
{
    int64_t since = aws_time_ms(d->alarm, "StateTransitionedTimestamp");
    if (since < 0)
        since = aws_time_ms(d->alarm, "StateUpdatedTimestamp");
    bool over = !strcmp(alarm_state_of(d->alarm), "OK") && d->past.last_alarm_ms >= 0;
    d->pivot_ms = over ? d->past.last_alarm_ms : since;
}

void alarm_read_metrics(struct alarm_inquiry *q)
{
    struct ask asks[ALARM_DETAILS_MAX * ALARM_SPANS];
    struct aws_item items[ALARM_DETAILS_MAX * ALARM_SPANS] = {0};
    size_t n = 0, compared = 0;
    for (size_t i = 0; i < q->detail_count; i++) {
        struct alarm_detail *d = &q->details[i];
        choose_pivot(d);
        if (alarm_is_composite(d->alarm) || d->pivot_ms < 0)
            continue;
        choose_span(q, d);
        add_ask(q, d, ALARM_SPAN, asks, &n);
        if (compared++ < COMPARED_MAX) {
            add_ask(q, d, ALARM_YESTERDAY, asks, &n);
            add_ask(q, d, ALARM_LAST_WEEK, asks, &n);
        }
    }
    for (size_t i = 0; i < n; i++)
        items[i] = (struct aws_item){.op = &aws_cloudwatch_get_metric_data, .input = asks[i].input};
    aws_invoke_all(q->session, items, n);
    for (size_t i = 0; i < n; i++) {
        take_answer(&asks[i], &items[i]);
        json_decref(asks[i].input);
    }
    for (size_t i = 0; i < q->detail_count; i++) {
        if (has_contributors(q->details[i].alarm))
            read_contributors(q, &q->details[i]);
    }
}
