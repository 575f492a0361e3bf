/* One question about who asked a bucket for what, while get_s3_logs answers it. */
#ifndef LW_TOOLS_ACCESS_INQUIRY_H
#define LW_TOOLS_ACCESS_INQUIRY_H

#include "tools/access/place.h"
#include "tools/access/tally.h"
#include "tools/diagnose.h"
#include "tools/envelope.h"
#include "tools/tool.h"

#define ACCESS_LIST_PAGES 10   /* of 1,000 keys, in one folder */
#define ACCESS_OBJECTS_MAX 100 /* logs read in one call */
#define ACCESS_OBJECT_MAX ((size_t)8 << 20)
#define ACCESS_BYTES_MAX ((int64_t)32 << 20) /* read in one call */

struct access_inquiry {
    const struct tool_call *call;
    struct aws_session *session;
    struct envelope answer;
    int64_t now_ms;
    const char *bucket; /* borrowed from the arguments */
    int64_t from_ms, to_ms;
    bool asked_from; /* start_time was given: read from there on; else from the end backwards */
    const char
        *done; /* of a cursor: the key that the last call ended with; NULL at the beginning. Borrowed */

    json_t *logging; /* LoggingEnabled, or NULL: it is off, or nobody knows */
    bool logging_known;
    const char *target, *target_prefix; /* borrowed from it */
    enum access_layout layout;

    json_t *
        keys; /* [{key, size}] of the logs that the window needs, in the order in which they were delivered */
    bool listed_all;
    bool readable;                           /* the logs' bucket let itself be listed */
    int64_t objects, bytes, lines, unparsed; /* read so far */
    bool read_all;
    struct tally tally;

    json_t *
        changes; /* of CloudTrail: calls that manage the bucket, newest first; NULL when not asked for or not readable */
    struct diagnosis diagnosis;
    char *path; /* "s3://bucket/folder/" that the diagnosis is about, or NULL */
};

/* find.c: the logs that the window needs. Errors stand in coverage. */
void access_find(struct access_inquiry *q);

/* read.c: reads and counts them, up to the ceilings. Sets the answer's cursor when there are more. */
void access_read(struct access_inquiry *q);

/* changes.c: who changed the bucket, from CloudTrail. */
void access_read_changes(struct access_inquiry *q);

/* judge.c: evidence and diagnosis, where something went wrong. */
void access_judge(struct access_inquiry *q);

/* report.c, tell.c: the facts, and the digest. */
void access_describe(struct access_inquiry *q);
void access_tell(struct access_inquiry *q);

#endif
