/* Logs that lie in S3, packed or plain, read from their end: the last part whole, and from before it what is an error. */
#ifndef LW_TOOLS_LOGS_OBJECT_H
#define LW_TOOLS_LOGS_OBJECT_H

#include "aws/aws.h"
#include "tools/logs/text.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#define LOG_OBJECT_FETCH_MAX ((int64_t)32 << 20) /* bytes fetched of one object */
#define LOG_OBJECT_TEXT_MAX ((uint64_t)256 << 20) /* bytes it may unpack to */
#define LOG_OBJECT_TAIL ((size_t)512 << 10)       /* bytes of text at the end that are kept whole */

struct log_object {
    char *place;      /* "s3://bucket", as the group of its findings; owned */
    char *key;        /* as their stream; owned */
    json_t *coverage; /* from coverage_source; borrowed; filled in */

    /* results */
    struct log_lines lines; /* oldest first; those without a time of their own have that of the line before */
    bool found;             /* the object is there */
    bool complete;          /* read to its end; `lines` may still leave out what was no error */
    bool failed;            /* an error stands in coverage */
    size_t left_out;        /* lines before the tail that were no errors */
};

/* Copies both names. */
void log_object_init(struct log_object *o, const char *bucket, const char *key, json_t *coverage);

/* Reads it, in ranges of 4 MiB at most; a key that ends in ".gz" is unpacked. `service` as in the signatures. An object that does
   not exist is found:false without an error. */
void log_object_read(struct aws_session *s, struct log_object *o, const char *service);

/* Safe on a zeroed struct. */
void log_object_done(struct log_object *o);

/* "s3://bucket/some/prefix" (also s3a, s3n) into a bucket and a prefix that is empty or ends in "/", both to be freed. Returns 0,
   or -1 and leaves the outputs when it is no such URI. */
int log_uri_parse(const char *uri, char **bucket, char **prefix);

#endif
