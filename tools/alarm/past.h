/* What an alarm went through, read out of its history. */
#ifndef LW_TOOLS_ALARM_PAST_H
#define LW_TOOLS_ALARM_PAST_H

#include <jansson.h>
#include <stdint.h>

#define ALARM_FLAPPING 4 /* changes of state within an hour from which an alarm flaps */

struct alarm_past {
    int transitions;      /* in the items looked at */
    int alarms;           /* how many of them into ALARM */
    int most_in_hour;     /* transitions within the busiest hour of the day before the newest */
    int64_t first_ms;     /* oldest and newest transition, -1 for none */
    int64_t last_ms;
    int64_t last_alarm_ms; /* newest transition into ALARM, -1 for none */
    int64_t in_alarm_ms;   /* time spent in ALARM between `from_ms` and `now_ms` */
};

/* `items` are AlarmHistoryItems (CloudWatch API, DescribeAlarmHistory), newest first; what lies before the oldest transition
   counts with that transition's old state from `from_ms` on. `state` is the present one. */
void alarm_past_of(const json_t *items, const char *state, int64_t from_ms, int64_t now_ms, struct alarm_past *out);

/* {at, from, to, reason} of the newest `max` transitions. New reference. */
json_t *alarm_transitions(const json_t *items, size_t max);

/* The newest change of the alarm's settings in (at_ms - within_ms, at_ms], or NULL. Borrowed. */
const json_t *alarm_edit_before(const json_t *items, int64_t at_ms, int64_t within_ms);

#endif
