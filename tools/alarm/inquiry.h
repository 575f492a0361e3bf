/* One question about CloudWatch alarms, while get_cloudwatch_alarm answers it. */
#ifndef LW_TOOLS_ALARM_INQUIRY_H
#define LW_TOOLS_ALARM_INQUIRY_H

#include "tools/alarm/past.h"
#include "tools/diagnose.h"
#include "tools/envelope.h"

#define ALARM_DETAILS_MAX 8   /* alarms whose history and metric are read in one call */
#define ALARM_CHILDREN_MAX 100 /* alarms below a composite that are looked at */
#define ALARM_DEPTH_MAX 5     /* composites of composites of ... */
#define ALARM_HISTORY_MS ((int64_t)30 * 24 * 3600 * 1000) /* CloudWatch keeps no more */

enum { ALARM_SPAN, ALARM_YESTERDAY, ALARM_LAST_WEEK, ALARM_SPANS };

/* One alarm looked at closely. */
struct alarm_detail {
    const json_t *alarm; /* MetricAlarm or CompositeAlarm; borrowed from the inquiry */
    json_t *history;     /* AlarmHistoryItems, newest first, or NULL when they could not be read */
    bool history_complete;
    char *history_next; /* where the history goes on, or NULL */
    struct alarm_past past;

    int64_t pivot_ms; /* the change of state looked at: the present one, or the last into ALARM when all is well again */
    int64_t from_ms, to_ms; /* span of metric data */
    int period_s;           /* of the data asked for */
    bool coarser;           /* because the alarm's own period is kept no longer, or gives too many points */
    json_t *series[ALARM_SPANS]; /* MetricDataResults of each span, or NULL */
    json_t *contributors;        /* AlarmContributors, or NULL */
};

struct alarm_inquiry {
    const struct tool_call *call;
    struct aws_session *session;
    struct envelope answer;
    const char *name, *prefix; /* one of them is NULL */
    int64_t now_ms;
    int64_t from_ms, to_ms; /* arguments, or -1 */
    int limit;

    json_t *alarms;   /* all alarms in full, those asked for first */
    size_t asked;     /* how many of them were asked for */
    json_t *children; /* {name, type, state, since, depth, parent} of what is below a composite */
    bool children_complete;

    struct alarm_detail details[ALARM_DETAILS_MAX];
    size_t detail_count;
    struct diagnosis diagnosis;
    bool recovered; /* the alarm asked for is OK again and has been quiet */
};

/* What an alarm of DescribeAlarms says of itself: whether it is a composite, its name (or ""), its state ("OK", "ALARM",
   "INSUFFICIENT_DATA" or "UNKNOWN"). Borrowed. */
bool alarm_is_composite(const json_t *alarm);
const char *alarm_name_of(const json_t *alarm);
const char *alarm_state_of(const json_t *alarm);

/* Period (for metric math the longest of its parts) in seconds, at least 10; 60 for a composite. */
int alarm_period_s(const json_t *alarm);

/* How long the alarm looks back for one decision: period times evaluation periods. */
int64_t alarm_lookback_ms(const json_t *alarm);

/* read.c: reads the alarms asked for, and below a composite the ones that matter. `token` goes on with a prefix.
   Returns 0, or -1 with an error answer in `out`. */
int alarm_read(struct alarm_inquiry *q, const char *token, struct tool_answer *out);

/* children.c: walks down from a composite, filling q->children, and appends the alarms that matter to q->alarms. */
void alarm_read_children(struct alarm_inquiry *q, const json_t *composite);

/* history.c: history of every detail, for the alarm asked for over several pages. `token` goes on with an older page. */
void alarm_read_histories(struct alarm_inquiry *q, const char *token);

/* metric.c: metric data around the change of state, the same hours of yesterday and last week, contributors. */
void alarm_read_metrics(struct alarm_inquiry *q);

/* points.c: a reading of the data. {label, points[{at, value, breaching?}], ...}; NULL when there is none. New reference. */
json_t *alarm_metric_shown(const struct alarm_detail *d);

/* How many of the points of the span breach the threshold, and of how many; false when that cannot be said. */
bool alarm_breaches(const struct alarm_detail *d, int *breaching, int *points);

/* The datapoints CloudWatch itself decided on (StateReasonData). New reference, or NULL. */
json_t *alarm_decided_on(const json_t *alarm);

/* links.c: what the alarm is about, {type, id}; a new reference. And links to the tools that look there. */
json_t *alarm_subjects(const json_t *alarm);
void alarm_links(struct alarm_inquiry *q);

/* meaning.c: what the name of an alarm's metric says of the cause: sets it and returns the rule's name (static), or NULL when
   anything may move that metric, or the alarm asks whether it moved the other way. */
const char *alarm_meaning(const json_t *alarm, enum cause *cause);

/* judge.c: files evidence, settles diagnosis and retry. */
void alarm_judge(struct alarm_inquiry *q);

/* report.c: sets resource, state, alarms, children, links. tell.c: the digest. */
void alarm_describe(struct alarm_inquiry *q);
void alarm_tell(struct alarm_inquiry *q);

/* "Sum of Acme/DataLake FailedRuns (JobName=x) >= 1 in 1 of 1 periods of 300 s". Free it. */
char *alarm_condition(const json_t *alarm);

#endif
