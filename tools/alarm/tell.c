/* The digest of get_cloudwatch_alarm, in the order a person asks: is it on, since when, what does it watch, is it new. */
#include "tools/alarm/inquiry.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"

#include <stdio.h>
#include <string.h>

#define LISTED 25 /* alarms named in the digest */

static void span_text(int64_t ms, char *out, size_t size)
{
    int64_t minutes = ms / 60000;
    if (minutes < 60)
        snprintf(out, size, "%d min", (int)minutes);
    else if (minutes < 48 * 60)
        snprintf(out, size, "%d h %d min", (int)(minutes / 60), (int)(minutes % 60));
    else
        snprintf(out, size, "%d days", (int)(minutes / 1440));
}

static void tell_head(struct alarm_inquiry *q, const json_t *alarm)
{
    char when[CLOCK_TEXT_MAX] = "an unknown time", how_long[32] = "?";
    int64_t since = aws_time_ms(alarm, "StateTransitionedTimestamp");
    if (since < 0)
        since = aws_time_ms(alarm, "StateUpdatedTimestamp");
    if (since >= 0) {
        clock_rfc3339(since, when);
        span_text(q->now_ms - since, how_long, sizeof how_long);
    }
    digest_line(&q->answer.digest, "%s %s: %s since %s (%s)%s.", alarm_is_composite(alarm) ? "Composite alarm" : "Alarm",
                alarm_name_of(alarm), alarm_state_of(alarm), when, how_long,
                q->recovered && alarm == q->details[0].alarm ? ", recovered" : "");
}

static void tell_metric(struct alarm_inquiry *q, const struct alarm_detail *d)
{
    struct digest *g = &q->answer.digest;
    auto_free char *condition = alarm_condition(d->alarm);
    digest_line(g, "%s: %s%s%s.", alarm_is_composite(d->alarm) ? "Rule" : "Watches", condition,
                alarm_is_composite(d->alarm) ? "" : "; missing data is ",
                alarm_is_composite(d->alarm) ? "" : json_str(d->alarm, "TreatMissingData", "missing"));
    json_auto_t *shown = alarm_metric_shown(d);
    int breaching, points;
    if (shown && alarm_breaches(d, &breaching, &points))
        digest_line(g, "Metric from %s to %s: %d of %d points breach.", json_str(shown, "from", ""),
                    json_str(shown, "to", ""), breaching, points);
    const json_t *day = json_obj(shown, "yesterday"), *week = json_obj(shown, "last_week");
    if (json_object_get(day, "max") || json_object_get(week, "max"))
        digest_line(g, "Same hours, highest value: the day before %g (%d points), the week before %g (%d points).",
                    json_num(day, "max", 0), (int)json_int(day, "points", 0), json_num(week, "max", 0),
                    (int)json_int(week, "points", 0));
}

static void tell_past(struct alarm_inquiry *q, const struct alarm_detail *d)
{
    struct digest *g = &q->answer.digest;
    const struct alarm_past *p = &d->past;
    if (!d->history) {
        digest_line(g, "History: could not be read.");
        return;
    }
    char total[32], first[CLOCK_TEXT_MAX] = "-";
    span_text(p->in_alarm_ms, total, sizeof total);
    if (p->first_ms >= 0)
        clock_rfc3339(p->first_ms, first);
    digest_line(g, "History%s: %d changes of state since %s, %d into ALARM, %s in ALARM in all%s.",
                d->history_complete ? "" : " (newest part)", p->transitions, first, p->alarms, total,
                p->most_in_hour >= ALARM_FLAPPING ? "; it flaps" : "");
}

static void tell_children(struct alarm_inquiry *q)
{
    size_t i, shown = 0;
    json_t *c;
    json_array_foreach(q->children, i, c) {
        if (strcmp(json_str(c, "state", ""), "OK") && shown++ < LISTED)
            digest_line(&q->answer.digest, "Below it: %s %s is %s since %s.", json_str(c, "type", ""),
                        json_str(c, "name", ""), json_str(c, "state", ""), json_str(c, "since", "?"));
    }
    if (q->children && !shown)
        digest_line(&q->answer.digest, "Below it: %zu alarms, all OK now.", json_array_size(q->children));
}

static void tell_list(struct alarm_inquiry *q)
{
    struct digest *g = &q->answer.digest;
    size_t n = json_array_size(q->alarms), on = 0;
    for (size_t i = 0; i < n; i++)
        on += !strcmp(alarm_state_of(json_array_get(q->alarms, i)), "ALARM");
    if (!n) {
        digest_line(g, "No CloudWatch alarm in %s begins with \"%s\"%s.", aws_session_region(q->session), q->prefix,
                    json_str(q->call->arguments, "state", NULL) ? " and is in that state" : "");
        return;
    }
    digest_line(g, "Alarms that begin with \"%s\": %zu, of them in ALARM: %zu%s.", q->prefix, n, on,
                q->answer.cursor ? " (there are more)" : "");
    for (size_t i = 0; i < n && i < LISTED; i++)
        tell_head(q, json_array_get(q->alarms, i));
}

static void tell_cause(struct alarm_inquiry *q)
{
    const struct diagnosis *x = &q->diagnosis;
    if (!json_obj(q->answer.root, "diagnosis"))
        return;
    if (x->cause == CAUSE_UNKNOWN)
        digest_line(&q->answer.digest, "Cause: unknown; the alarm says that something is wrong, not why.");
    else
        digest_line(&q->answer.digest, "Cause: %s. Confidence %s, class %s, from %s.", cause_name(x->cause),
                    diagnosis_sureness(x), cause_class_name(x->class), x->signature);
}

void alarm_tell(struct alarm_inquiry *q)
{
    if (q->name)
        tell_head(q, q->details[0].alarm);
    else
        tell_list(q);
    tell_cause(q);
    tell_children(q);
    for (size_t i = 0; i < q->detail_count; i++) {
        const struct alarm_detail *d = &q->details[i];
        if (i)
            digest_line(&q->answer.digest, "-- %s:", alarm_name_of(d->alarm));
        tell_metric(q, d);
        tell_past(q, d);
    }
    envelope_tell_evidence(&q->answer, 6);
    envelope_tell_rest(&q->answer);
}
