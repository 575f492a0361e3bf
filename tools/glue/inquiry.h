/* One question about a Glue run, while get_glue_logs answers it. */
#ifndef LW_TOOLS_GLUE_INQUIRY_H
#define LW_TOOLS_GLUE_INQUIRY_H

#include "tools/advice.h"
#include "tools/diagnose.h"
#include "tools/envelope.h"
#include "tools/logs/findings.h"
#include "tools/glue/run.h"
#include "tools/glue/streams.h"
#include "tools/logs/read.h"

#define GLUE_HISTORY 20

struct glue_inquiry {
    const struct tool_call *call;
    struct aws_session *session;
    struct envelope answer;
    const char *job_name; /* borrowed from the arguments */
    size_t max_lines;
    int64_t now_ms;

    struct glue_view view;
    const json_t *run; /* the one looked at; borrowed from the view */
    struct glue_context context;
    bool has_context; /* the other runs could be read */

    struct glue_streams where;
    struct log_limits window;
    struct log_source sources[GLUE_STREAMS_MAX];
    struct log_lines executors;
    json_t *executor_streams;
    bool executors_read;

    struct findings findings;
    struct diagnosis diagnosis;
};

/* Sets where to look and when: the run's start less a minute to its end plus five. Needs q->run. */
void glue_logs_locate(struct glue_inquiry *q);

/* Reads the driver's streams and the output, all at once. */
void glue_logs_read_driver(struct glue_inquiry *q);

/* Reads what the executors say about errors. */
void glue_logs_read_executors(struct glue_inquiry *q);

/* Goes on through the raw driver log from a cursor's position: evidence is every line, nothing is diagnosed. */
int glue_logs_walk(struct glue_inquiry *q, const json_t *position, struct err *e);

/* Files what the run itself says (state, message) and the findings as evidence, and settles the diagnosis. Sets `exception`. */
void glue_judge(struct glue_inquiry *q);

/* Sets `retry` and `links`. Needs the diagnosis. */
void glue_advise(struct glue_inquiry *q);

/* Sets resource, state, run, history, streams. */
void glue_describe(struct glue_inquiry *q);

/* The digest, in two parts: the verdict goes before the evidence, the rest behind it. */
void glue_tell_verdict(struct glue_inquiry *q);
void glue_tell_rest(struct glue_inquiry *q);

#endif
