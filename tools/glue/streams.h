/* Where a Glue run's logs are: CloudWatch Logs groups and exact stream names. */
#ifndef LW_TOOLS_GLUE_STREAMS_H
#define LW_TOOLS_GLUE_STREAMS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define GLUE_STREAMS_MAX 12

enum glue_stream_role {
    GLUE_DRIVER, /* what the driver and Spark log */
    GLUE_OUTPUT  /* what the script prints */
};

struct glue_stream {
    enum glue_stream_role role;
    char *group;
    char *stream;
};

struct glue_streams {
    struct glue_stream items[GLUE_STREAMS_MAX]; /* most likely first; each group and stream once */
    size_t count;
    char *base;       /* what the streams of the error and output groups start with: the run id or a prefix of the user's */
    char *continuous; /* the same for continuous logging */
    char *continuous_group;
};

/* Resolves in this order: the run's own arguments, the job's default arguments, JobRun.LogGroupName, Glue's default groups.
   `job` may be NULL. Rules: AWS Glue Developer Guide, "Monitoring with Amazon CloudWatch" and "Job parameters". */
void glue_streams_of(const json_t *job, const json_t *run, struct glue_streams *out);
void glue_streams_done(struct glue_streams *s);
#define auto_glue_streams __attribute__((cleanup(glue_streams_done)))

#endif
