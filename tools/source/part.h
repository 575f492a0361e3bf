/* One place in S3 where data should be: what lies there, told apart into data and everything else. */
#ifndef LW_TOOLS_SOURCE_PART_H
#define LW_TOOLS_SOURCE_PART_H

#include "aws/aws.h"
#include "tools/cause.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PARTS_MAX 64          /* places looked at in one call */
#define PART_FILES_KEPT 8     /* data files whose insides may be looked at */

enum part_status {
    PART_AVAILABLE,
    PART_LATE,         /* not there and not overdue yet, or older than allowed */
    PART_PARTIAL,      /* there is data, less than there should be, or still being written */
    PART_EMPTY,        /* files without data, or markers only */
    PART_MISSING,      /* nothing there; or there, but the catalog does not know it */
    PART_INACCESSIBLE, /* we may not look, or it is archived */
    PART_UNKNOWN       /* we could not look */
};

struct source_part {
    char *name;   /* "dt=2026-11-21", or the prefix itself */
    char *bucket, *prefix;
    int64_t date_ms; /* -1 when it has none */
    bool prior;      /* only there to compare with */
    bool expected;   /* by date or filter, not just found */
    enum { REGISTRY_NONE, REGISTERED, UNREGISTERED } registry; /* in the Glue catalog */
    int64_t catalog_rows; /* what the partition's parameters claim, or -1 */

    /* what listing found */
    bool complete, failed;
    struct aws_fault fault;
    char *next; /* token to go on listing */
    int pages;
    int64_t objects, data_objects, bytes, zero_byte, archived;
    int64_t latest_ms, earliest_ms; /* of data; -1 for none */
    bool success_marker, unfinished;
    json_t *files; /* {key, size, modified_ms} of the first PART_FILES_KEPT data files */

    /* what looking inside found */
    int64_t rows;       /* in `rows_files` files; -1 when not counted */
    int64_t rows_files;
    const char *rows_method;
    int corrupt;        /* files that end where they should not */
    char corrupt_key[256];

    /* what it means */
    enum part_status status;
    enum cause cause; /* CAUSE_UNKNOWN when there is nothing to explain */
    const char *rule; /* id of the rule that decided */
    int weight;
    char why[240];
};

struct source_parts {
    struct source_part items[PARTS_MAX];
    size_t count;
};

/* A new part, all unknown; NULL when there is no room. The texts are copied. */
struct source_part *part_add(struct source_parts *list, const char *name, const char *bucket, const char *prefix);
/* Frees the parts; the list can be used again. */
void parts_done(struct source_parts *list);

/* Takes one object of a listing into account. */
void part_count(struct source_part *p, const json_t *object);

/* Lists all parts from `first` on, several at once, until they are complete or `pages` are used up; parts for comparison get one
   page each. Files one source per bucket in `sources`. */
void parts_list(struct aws_session *s, struct source_parts *list, size_t first, int pages, json_t *sources);

/* "available", ... */
const char *part_status_name(enum part_status s);

/* "s3://bucket/key" (or s3a, s3n) into bucket and key, each freed by the caller. Returns 0, or -1 with ERR_INVALID. */
int source_path_split(const char *path, char **bucket, char **key, struct err *e);

#endif
