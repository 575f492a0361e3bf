/* One question about a step or job run on EMR, while get_emr_logs answers it. */
#ifndef LW_TOOLS_EMR_INQUIRY_H
#define LW_TOOLS_EMR_INQUIRY_H

#include "tools/advice.h"
#include "tools/diagnose.h"
#include "tools/emr/view.h"
#include "tools/envelope.h"
#include "tools/logs/findings.h"
#include "tools/logs/object.h"
#include "tools/logs/read.h"

#define EMR_HISTORY 20
#define EMR_OBJECTS_MAX 24 /* log objects read in one call */
#define EMR_STREAMS_MAX 8  /* log streams read in one call */
#define EMR_APPS_MAX 4     /* YARN applications of one step */

struct emr_inquiry {
    const struct tool_call *call;
    struct aws_session *session;
    struct envelope answer;
    size_t max_lines;
    int64_t now_ms;

    struct emr_view view;
    struct emr_run run; /* the one looked at; of the view */
    bool has_run;
    struct emr_context context;
    bool has_context; /* the other runs could be read */
    json_t *attempts; /* EMR Serverless: jobRunAttempts, newest first; NULL when there is one only */

    struct log_object objects[EMR_OBJECTS_MAX];
    size_t object_count;
    struct log_source streams[EMR_STREAMS_MAX];
    size_t stream_count;
    struct log_lines filtered; /* of CloudWatch streams whose exact names are not known */
    json_t *names;             /* keeps names of groups and streams alive */
    char *apps[EMR_APPS_MAX];  /* "application_..." that the step started */
    size_t app_count;
    bool no_place;             /* AWS says that logs are kept nowhere we can read */

    struct findings findings;
    struct diagnosis diagnosis;
};

/* Reads the logs of a step: its own, then those of the Spark applications it started. */
void emr_logs_read_step(struct emr_inquiry *q);

/* Reads the logs that tell why a cluster did not come up: those of bootstrap actions. */
void emr_logs_read_nodes(struct emr_inquiry *q);

/* Reads the logs of a job run of EMR Serverless or EMR on EKS. */
void emr_logs_read_job(struct emr_inquiry *q);

/* Reads one object of `bucket` and looks for what is known in it. Returns it, or NULL when EMR_OBJECTS_MAX have been read. */
const struct log_object *emr_logs_read_object(struct emr_inquiry *q, const char *bucket, const char *key);

/* Keys below `prefix`, at most `max` of them: [{"Key", "Size"}]. NULL when they could not be listed; coverage then says why. */
json_t *emr_logs_list(struct emr_inquiry *q, const char *bucket, const char *prefix, size_t max);

/* Reads the tails of exact streams of a group, which is copied; `prefix` and each name make the stream's. */
void emr_logs_read_streams(struct emr_inquiry *q, const char *group, const char *prefix, const char *const *names, size_t n);

/* Reads errors from streams of a group whose names start with `prefix` and hold one of `marks`. */
void emr_logs_read_filtered(struct emr_inquiry *q, const char *group, const char *prefix, const char *const *marks, size_t n);

/* When the run was, with some room. Needs q->run. */
struct log_limits emr_logs_window(const struct emr_inquiry *q);

/* Files what AWS itself says about cluster, nodes and run. */
void emr_judge_cluster(struct emr_inquiry *q);
void emr_judge_nodes(struct emr_inquiry *q);
void emr_judge_run(struct emr_inquiry *q);

/* Files a text that AWS says itself; it weighs a little more than the same line in a log. Rule and cause may be NULL and
   CAUSE_UNKNOWN. */
void emr_judge_text(struct emr_inquiry *q, const char *field, int64_t ts_ms, const char *text, const char *rule, enum cause cause,
                    int weight);

/* Files the findings and settles the diagnosis. Sets `exception`. */
void emr_judge(struct emr_inquiry *q);

/* Sets `retry` and `links`. Needs the diagnosis. */
void emr_advise(struct emr_inquiry *q);
void emr_link(struct emr_inquiry *q);

/* Sets resource, state, run, cluster, history, streams. */
void emr_describe(struct emr_inquiry *q);

/* The digest: the verdict goes before the evidence, the rest behind it. */
void emr_tell_verdict(struct emr_inquiry *q);
void emr_tell_rest(struct emr_inquiry *q);

#endif
