/* What an alarm means. It tells that something is wrong, seldom why: no cause is claimed that the alarm itself does not
   show, and the links lead to where the why is. */
#include "tools/alarm/inquiry.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "tools/advice.h"

#include <string.h>

#define EDIT_MS ((int64_t)15 * 60 * 1000) /* or twice what the alarm looks back, if that is longer */

static bool is_state(const json_t *alarm, const char *state)
{
    return !strcmp(alarm_state_of(alarm), state);
}

static const char *file(struct alarm_inquiry *q, const json_t *alarm, const char *field, const char *severity,
                        int64_t ts_ms, const char *text)
{
    struct evidence item = {
        .source = "cloudwatch",
        .locator = json_pack("{s:s, s:s}", "alarm", alarm_name_of(alarm), "field", field),
        .ts_ms = ts_ms,
        .severity = severity,
        .text = text,
    };
    return envelope_evidence(&q->answer, &item);
}

static void clue(struct alarm_inquiry *q, enum cause cause, const char *rule, int weight, const char *evidence_id)
{
    struct clue c = {cause, rule, weight, evidence_id};
    diagnosis_add(&q->diagnosis, &c);
}

static void judge_evaluation(struct alarm_inquiry *q, const json_t *alarm)
{
    const char *state = json_str(alarm, "EvaluationState", "");
    if (!state[0])
        return;
    auto_free char *text = xasprintf("EvaluationState is %s", state);
    const char *id = file(q, alarm, "EvaluationState", "warning", q->now_ms, text);
    if (!strcmp(state, "EVALUATION_FAILURE"))
        clue(q, CAUSE_SERVICE_FAULT, "alarm:EVALUATION_FAILURE", 85, id);
    else if (!strcmp(state, "EVALUATION_ERROR"))
        clue(q, CAUSE_CONFIG, "alarm:EVALUATION_ERROR", 85, id);
    else
        envelope_warn(&q->answer, "partial_data", "%s: CloudWatch could not read all data of the alarm",
                      alarm_name_of(alarm));
}

static bool has_points(const struct alarm_detail *d)
{
    for (int span = 0; span < ALARM_SPANS; span++) {
        size_t i;
        json_t *s;
        json_array_foreach(d->series[span], i, s) {
            if (json_array_size(json_arr(s, "Values")))
                return true;
        }
    }
    return false;
}

/* No datapoints: what should report did not (late), or nothing has reported for a week (set up wrongly). Only said where the
   metric could be read. */
static void judge_missing(struct alarm_inquiry *q, const struct alarm_detail *d, const char *reason_id)
{
    const char *reason = json_str(d->alarm, "StateReason", "");
    bool treated = is_state(d->alarm, "ALARM") && strstr(reason, "treated as [Breaching]");
    if (alarm_is_composite(d->alarm) || (!treated && !is_state(d->alarm, "INSUFFICIENT_DATA")))
        return;
    bool compared = d->series[ALARM_YESTERDAY] && d->series[ALARM_LAST_WEEK];
    if (d->series[ALARM_SPAN] && compared && !has_points(d))
        clue(q, CAUSE_CONFIG, "alarm:metric_never_reported", 55, reason_id);
    else if (strncmp(reason, "Unchecked", 9)) /* nothing was judged yet, so nothing is late */
        clue(q, CAUSE_DATA_LATE, treated ? "alarm:missing_is_breaching" : "alarm:insufficient_data", 55, reason_id);
}

static void judge_meaning(struct alarm_inquiry *q, const json_t *alarm, const char *reason_id)
{
    enum cause cause;
    const char *rule = alarm_meaning(alarm, &cause);
    if (rule)
        clue(q, cause, rule, 50, reason_id);
}

static void judge_history(struct alarm_inquiry *q, const struct alarm_detail *d)
{
    if (d->past.most_in_hour >= ALARM_FLAPPING) {
        auto_free char *text = xasprintf("%d changes of state within one hour, %d in the history read",
                                         d->past.most_in_hour, d->past.transitions);
        clue(q, CAUSE_CONFIG, "alarm:flapping", 65, file(q, d->alarm, "history", "warning", d->past.last_ms, text));
    }
    int64_t within = 2 * alarm_lookback_ms(d->alarm) > EDIT_MS ? 2 * alarm_lookback_ms(d->alarm) : EDIT_MS;
    const json_t *edit = d->pivot_ms < 0 ? NULL : alarm_edit_before(d->history, d->pivot_ms, within);
    if (!edit)
        return;
    const char *id = file(q, d->alarm, "ConfigurationUpdate", "warning", aws_time_ms(edit, "Timestamp"),
                          json_str(edit, "HistorySummary", "Alarm was edited"));
    clue(q, CAUSE_CONFIG, "alarm:edited", 70, id);
    envelope_warn(&q->answer, "alarm_edited", "%s was edited shortly before it changed state", alarm_name_of(d->alarm));
}

static void judge_detail(struct alarm_inquiry *q, const struct alarm_detail *d)
{
    const json_t *alarm = d->alarm;
    bool on = is_state(alarm, "ALARM");
    const char *id = file(q, alarm, "StateReason", on ? "error" : is_state(alarm, "OK") ? "info" : "warning",
                          aws_time_ms(alarm, "StateUpdatedTimestamp"), json_str(alarm, "StateReason", ""));
    judge_evaluation(q, alarm);
    judge_missing(q, d, id);
    if (on)
        judge_meaning(q, alarm, id);
    judge_history(q, d);
    if (!json_flag(alarm, "ActionsEnabled", true))
        envelope_warn(&q->answer, "actions_disabled", "%s: its actions are switched off, so it notifies nobody",
                      alarm_name_of(alarm));
    if (json_str(alarm, "ActionsSuppressedBy", NULL))
        envelope_warn(&q->answer, "actions_suppressed", "%s: its actions are suppressed (by %s)", alarm_name_of(alarm),
                      json_str(alarm, "ActionsSuppressedBy", ""));
    if (d->coarser && d->series[ALARM_SPAN])
        envelope_warn(&q->answer, "coarser_period",
                      "%s: data in periods of %d s instead of %d s, finer ones are not kept that long",
                      alarm_name_of(alarm), d->period_s, alarm_period_s(alarm));
}

static void explain(struct alarm_inquiry *q, struct advice *a, const struct alarm_detail *d)
{
    char when[CLOCK_TEXT_MAX] = "an unknown time";
    if (d && d->past.last_ms >= 0)
        clock_rfc3339(d->past.last_ms, when);
    if (!d || (is_state(d->alarm, "OK") && !q->recovered))
        advice_reason(a, "No alarm is on.");
    else if (q->recovered)
        advice_reason(a, "The alarm is OK again since %s and has been quiet: nothing to retry for its sake.", when);
    else if (q->diagnosis.signature && !strcmp(q->diagnosis.signature, "alarm:flapping"))
        advice_reason(a, "The alarm flaps: a person should look at threshold and periods before anything is retried.");
    else if (q->diagnosis.signature && !strcmp(q->diagnosis.signature, "alarm:edited"))
        advice_reason(
            a, "The alarm itself was edited just before: a person should check that the new settings are meant.");
    else
        advice_reason(a, "An alarm cannot be retried, only what it watches: find out first why that failed.");
}

static void advise(struct alarm_inquiry *q)
{
    const struct alarm_detail *first = q->detail_count ? &q->details[0] : NULL;
    struct advice a;
    advice_init(&a);
    if (!first || is_state(first->alarm, "OK"))
        advice_block(&a, "not_failed");
    else if (q->diagnosis.class != CLASS_TRANSIENT)
        advice_block(&a, "class_not_transient");
    explain(q, &a, first);
    advice_put(&a, &q->answer);
}

void alarm_judge(struct alarm_inquiry *q)
{
    diagnosis_init(&q->diagnosis);
    bool wrong = false;
    for (size_t i = 0; i < q->detail_count; i++) {
        judge_detail(q, &q->details[i]);
        wrong = wrong || !is_state(q->details[i].alarm, "OK");
    }
    const struct alarm_detail *d = q->detail_count ? &q->details[0] : NULL;
    bool was_on = d && d->past.last_alarm_ms >= 0 && is_state(d->alarm, "OK");
    q->recovered = was_on && q->now_ms - d->past.last_ms >= 2000 * (int64_t)alarm_period_s(d->alarm);
    if (wrong || q->diagnosis.cause != CAUSE_UNKNOWN)
        diagnosis_put(&q->diagnosis, &q->answer);
    advise(q);
}
