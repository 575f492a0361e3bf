/* The alarms as JSON: what each watches, how it stands, what it went through. */
#include "tools/alarm/inquiry.h"

#include "base/json.h"
#include "base/own.h"

#include <string.h>

#define TRANSITIONS_SHOWN 20
#define CONTRIBUTORS_SHOWN 20

static const char *sign_of(const json_t *alarm)
{
    static const struct {
        const char *operator, *sign;
    } signs[] = {
        {"GreaterThanOrEqualToThreshold", ">="},
        {"GreaterThanThreshold", ">"},
        {"LessThanThreshold", "<"},
        {"LessThanOrEqualToThreshold", "<="},
        {"LessThanLowerOrGreaterThanUpperThreshold", "outside of"},
        {"LessThanLowerThreshold", "below"},
        {"GreaterThanUpperThreshold", "above"},
    };
    for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
        if (!strcmp(signs[i].operator, json_str(alarm, "ComparisonOperator", "")))
            return signs[i].sign;
    }
    return "against";
}

static void add_metric(struct buf *b, const json_t *alarm)
{
    buf_addf(b, "%s of %s %s", json_str(alarm, "ExtendedStatistic", json_str(alarm, "Statistic", "Average")),
             json_str(alarm, "Namespace", ""), json_str(alarm, "MetricName", ""));
    size_t i;
    json_t *d;
    json_array_foreach(json_arr(alarm, "Dimensions"), i, d)
        buf_addf(b, "%s%s=%s", i ? ", " : " (", json_str(d, "Name", ""), json_str(d, "Value", ""));
    if (i)
        buf_addc(b, ')');
}

/* The one query whose values decide, and its parts by name. */
static void add_math(struct buf *b, const json_t *alarm)
{
    size_t i;
    json_t *m;
    json_array_foreach(json_arr(alarm, "Metrics"), i, m) {
        const json_t *stat = json_obj(m, "MetricStat");
        const json_t *metric = json_obj(stat, "Metric");
        buf_addf(b, "%s%s = ", i ? "; " : "", json_str(m, "Id", ""));
        if (stat)
            buf_addf(b, "%s of %s %s", json_str(stat, "Stat", ""), json_str(metric, "Namespace", ""),
                     json_str(metric, "MetricName", ""));
        else
            buf_addf(b, "%.200s", json_str(m, "Expression", ""));
    }
}

char *alarm_condition(const json_t *alarm)
{
    auto_buf struct buf b = BUF_INIT(4096);
    if (alarm_is_composite(alarm)) {
        buf_addf(&b, "%.1000s", json_str(alarm, "AlarmRule", ""));
        return buf_steal(&b, NULL);
    }
    if (json_array_size(json_arr(alarm, "Metrics")))
        add_math(&b, alarm);
    else
        add_metric(&b, alarm);
    const char *band = json_str(alarm, "ThresholdMetricId", NULL);
    if (band)
        buf_addf(&b, " %s the band %s", sign_of(alarm), band);
    else
        buf_addf(&b, " %s %g", sign_of(alarm), json_num(alarm, "Threshold", 0));
    int periods = (int)json_int(alarm, "EvaluationPeriods", 1);
    buf_addf(&b, " in %d of %d periods of %d s", (int)json_int(alarm, "DatapointsToAlarm", periods), periods,
             alarm_period_s(alarm));
    return buf_steal(&b, NULL);
}

static json_t *suppression(const json_t *alarm)
{
    if (!json_str(alarm, "ActionsSuppressor", NULL) && !json_str(alarm, "ActionsSuppressedBy", NULL))
        return NULL;
    json_t *o = json_object();
    json_put_str(o, "suppressor", json_str(alarm, "ActionsSuppressor", NULL));
    json_put_flag(o, "active", json_str(alarm, "ActionsSuppressedBy", NULL) != NULL);
    json_put_str(o, "by", json_str(alarm, "ActionsSuppressedBy", NULL));
    json_put_str(o, "reason", json_str(alarm, "ActionsSuppressedReason", NULL));
    return o;
}

static json_t *summary(const json_t *alarm)
{
    json_t *o = json_object();
    auto_free char *condition = alarm_condition(alarm);
    bool composite = alarm_is_composite(alarm);
    json_put_str(o, "name", alarm_name_of(alarm));
    json_put_str(o, "type", composite ? "composite" : "metric");
    json_put_str(o, "state", alarm_state_of(alarm));
    int64_t since = aws_time_ms(alarm, "StateTransitionedTimestamp");
    json_put_time(o, "state_since", since >= 0 ? since : aws_time_ms(alarm, "StateUpdatedTimestamp"));
    json_put_str(o, "state_reason", json_str(alarm, "StateReason", NULL));
    json_put_str(o, "description", json_str(alarm, "AlarmDescription", NULL));
    json_put_str(o, composite ? "rule" : "condition", condition);
    if (!composite)
        json_put_str(o, "treat_missing_data", json_str(alarm, "TreatMissingData", "missing"));
    json_put_str(o, "evaluation_state", json_str(alarm, "EvaluationState", NULL));
    json_put_flag(o, "actions_enabled", json_flag(alarm, "ActionsEnabled", true));
    json_put(o, "alarm_actions", json_incref(json_arr(alarm, "AlarmActions")));
    json_put(o, "suppression", suppression(alarm));
    json_t *about = alarm_subjects(alarm);
    json_put(o, "about", json_array_size(about) ? about : (json_decref(about), NULL));
    json_put_time(o, "configured_at", aws_time_ms(alarm, "AlarmConfigurationUpdatedTimestamp"));
    return o;
}

static json_t *contributors(const json_t *list)
{
    if (!list)
        return NULL;
    json_t *out = json_array();
    size_t i;
    json_t *c;
    json_array_foreach(list, i, c) {
        if (i == CONTRIBUTORS_SHOWN)
            break;
        json_t *o = json_object();
        json_put(o, "attributes", json_incref(json_obj(c, "ContributorAttributes")));
        json_put_str(o, "reason", json_str(c, "StateReason", NULL));
        json_put_time(o, "since", aws_time_ms(c, "StateTransitionedTimestamp"));
        json_array_append_new(out, o);
    }
    return out;
}

static void add_detail(json_t *o, const struct alarm_detail *d)
{
    if (d->history) {
        const struct alarm_past *p = &d->past;
        json_t *past = json_object();
        json_put_int(past, "transitions", p->transitions);
        json_put_int(past, "alarms", p->alarms);
        json_put_int(past, "most_in_one_hour", p->most_in_hour);
        json_put_time(past, "first", p->first_ms);
        json_put_time(past, "last", p->last_ms);
        json_put_int(past, "in_alarm_s", p->in_alarm_ms / 1000);
        json_put_flag(past, "complete", d->history_complete);
        json_put(o, "history", past);
        json_put(o, "transitions", alarm_transitions(d->history, TRANSITIONS_SHOWN));
    }
    json_put(o, "decided_on", alarm_decided_on(d->alarm));
    json_put(o, "metric", alarm_metric_shown(d));
    json_put(o, "contributors", contributors(d->contributors));
}

static void describe_alarms(struct alarm_inquiry *q)
{
    json_t *out = json_array();
    for (size_t i = 0; i < json_array_size(q->alarms); i++) {
        const json_t *alarm = json_array_get(q->alarms, i);
        json_t *o = summary(alarm);
        for (size_t k = 0; k < q->detail_count; k++) {
            if (q->details[k].alarm == alarm)
                add_detail(o, &q->details[k]);
        }
        if (i == 0 && q->children)
            json_put(o, "children", json_incref(q->children));
        json_array_append_new(out, o);
    }
    envelope_put(&q->answer, "alarms", out);
}

static const char *overall_state(const struct alarm_inquiry *q)
{
    if (!json_array_size(q->alarms))
        return "NONE";
    return alarm_state_of(json_array_get(q->alarms, 0)); /* those in ALARM come first */
}

void alarm_describe(struct alarm_inquiry *q)
{
    const json_t *first = json_array_get(q->alarms, 0);
    json_t *resource = envelope_resource(&q->answer, q->name ? "cloudwatch_alarm" : "cloudwatch_alarms",
                                         q->name ? q->name : q->prefix, aws_session_region(q->session));
    const char *state = overall_state(q);
    json_t *o = envelope_state(&q->answer, q->recovered && q->name ? "RECOVERED" : state, false, !strcmp(state, "ALARM"));
    if (q->name) {
        json_put_str(resource, "arn", json_str(first, "AlarmArn", NULL));
        int64_t since = aws_time_ms(first, "StateTransitionedTimestamp");
        json_put_time(o, "started_at", since >= 0 ? since : aws_time_ms(first, "StateUpdatedTimestamp"));
    }
    const struct alarm_detail *d = NULL;
    for (size_t i = 0; i < q->detail_count && !d; i++)
        d = q->details[i].period_s ? &q->details[i] : NULL;
    if (q->from_ms >= 0 || q->to_ms >= 0)
        envelope_window(&q->answer, q->from_ms, q->to_ms >= 0 ? q->to_ms : q->now_ms, "argument");
    else if (d)
        envelope_window(&q->answer, d->from_ms, d->to_ms, "run");
    else
        envelope_window(&q->answer, q->now_ms - ALARM_HISTORY_MS, q->now_ms, "default");
    describe_alarms(q);
    alarm_links(q);
}
