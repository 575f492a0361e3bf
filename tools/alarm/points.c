/* A reading of metric data: which points breach, and how they compare with earlier days. */
#include "tools/alarm/inquiry.h"

#include "base/json.h"
#include "base/own.h"

#include <string.h>

#define POINTS_SHOWN 40

static bool breaches(const json_t *alarm, double value)
{
    const char *op = json_str(alarm, "ComparisonOperator", "");
    double threshold = json_num(alarm, "Threshold", 0);
    if (!strcmp(op, "GreaterThanOrEqualToThreshold"))
        return value >= threshold;
    if (!strcmp(op, "GreaterThanThreshold"))
        return value > threshold;
    if (!strcmp(op, "LessThanThreshold"))
        return value < threshold;
    return !strcmp(op, "LessThanOrEqualToThreshold") && value <= threshold;
}

/* The threshold of an anomaly alarm is a series of its own, not a number. */
static bool has_threshold(const json_t *alarm)
{
    return json_is_number(json_object_get(alarm, "Threshold")) && !json_str(alarm, "ThresholdMetricId", NULL);
}

static const json_t *first_series(const struct alarm_detail *d, int span)
{
    return json_array_get(d->series[span], 0);
}

bool alarm_breaches(const struct alarm_detail *d, int *breaching, int *points)
{
    const json_t *s = first_series(d, ALARM_SPAN);
    if (!s || !has_threshold(d->alarm))
        return false;
    *breaching = *points = 0;
    size_t i;
    json_t *v;
    json_array_foreach(json_arr(s, "Values"), i, v) {
        ++*points;
        *breaching += breaches(d->alarm, json_number_value(v));
    }
    return true;
}

static json_t *points_of(const struct alarm_detail *d, const json_t *series)
{
    const json_t *times = json_arr(series, "Timestamps"), *values = json_arr(series, "Values");
    size_t n = json_array_size(values) < json_array_size(times) ? json_array_size(values) : json_array_size(times);
    json_t *out = json_array();
    for (size_t i = n > POINTS_SHOWN ? n - POINTS_SHOWN : 0; i < n; i++) {
        json_t *o = json_object();
        json_put_time(o, "at", (int64_t)(json_number_value(json_array_get(times, i)) * 1000 + 0.5));
        double value = json_number_value(json_array_get(values, i));
        json_put(o, "value", json_real(value));
        if (has_threshold(d->alarm))
            json_put_flag(o, "breaching", breaches(d->alarm, value));
        json_array_append_new(out, o);
    }
    return out;
}

/* {points, min, max, average} of the same hours on another day. */
static json_t *compared(const struct alarm_detail *d, int span)
{
    if (!d->series[span])
        return NULL;
    const json_t *values = json_arr(first_series(d, span), "Values");
    size_t n = json_array_size(values), i;
    json_t *o = json_object(), *v;
    json_put_int(o, "points", (int64_t)n);
    double low = 0, high = 0, sum = 0;
    json_array_foreach(values, i, v) {
        double x = json_number_value(v);
        low = i && low < x ? low : x;
        high = i && high > x ? high : x;
        sum += x;
    }
    if (n) {
        json_put(o, "min", json_real(low));
        json_put(o, "max", json_real(high));
        json_put(o, "average", json_real(sum / (double)n));
    }
    return o;
}

json_t *alarm_metric_shown(const struct alarm_detail *d)
{
    if (!d->series[ALARM_SPAN])
        return NULL;
    json_t *out = json_object(), *list = json_array();
    json_put_time(out, "from", d->from_ms);
    json_put_time(out, "to", d->to_ms);
    json_put_int(out, "period_s", d->period_s);
    size_t i;
    json_t *s;
    json_array_foreach(d->series[ALARM_SPAN], i, s) {
        json_t *o = json_object();
        json_put_str(o, "id", json_str(s, "Id", ""));
        json_put_str(o, "label", json_str(s, "Label", ""));
        json_put(o, "points", points_of(d, s));
        json_array_append_new(list, o);
    }
    json_put(out, "series", list);
    int breaching, points;
    if (alarm_breaches(d, &breaching, &points)) {
        json_put_int(out, "points", points);
        json_put_int(out, "breaching", breaching);
    }
    json_put(out, "yesterday", compared(d, ALARM_YESTERDAY));
    json_put(out, "last_week", compared(d, ALARM_LAST_WEEK));
    return out;
}

json_t *alarm_decided_on(const json_t *alarm)
{
    const char *text = json_str(alarm, "StateReasonData", "");
    json_auto_t *data = json_parse(text, strlen(text), JSON_DEPTH_UPSTREAM, NULL);
    if (!json_is_object(data))
        return NULL;
    static const char *const members[] = {"queryDate", "startDate", "statistic", "period", "unit", "threshold",
        "recentDatapoints", "recentLowerThresholds", "recentUpperThresholds", "evaluatedDatapoints", "triggeringAlarms",
        "actionsSuppressedBy"};
    json_t *out = json_object();
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        json_t *v = json_object_get(data, members[i]);
        if (json_is_array(v) && json_array_size(v) > POINTS_SHOWN)
            continue;
        json_put(out, members[i], json_incref(v));
    }
    return out;
}
