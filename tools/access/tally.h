/* Many records in few numbers. Every table has a ceiling; what finds no room is counted together. */
#ifndef LW_TOOLS_ACCESS_TALLY_H
#define LW_TOOLS_ACCESS_TALLY_H

#include "tools/access/record.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TALLY_ROWS_MAX 1000 /* different values of one table */
#define TALLY_SLOTS 24      /* of the timeline */
#define TALLY_SAMPLES 100

/* A record that is kept whole. */
struct tally_sample {
    char *line;
    int64_t at_ms;
};

struct tally_samples {
    struct tally_sample items[TALLY_SAMPLES];
    size_t count, max;
};

struct tally {
    int64_t from_ms, to_ms; /* of the timeline */
    int64_t records, bytes_sent, errors, throttled;
    int64_t first_ms, last_ms;
    int64_t slots[TALLY_SLOTS][5]; /* requests, 403, 404, 503, other 5xx */
    json_t *by_error;              /* "403 AccessDenied REST.GET.OBJECT <requester>" -> row */
    json_t *by_operation, *by_requester;
    json_t *by_key; /* its rows also say when a key was last missed (missed_ms) and taken away (deleted_ms, deleted_by) */
    json_t *deletes; /* by who and how -> row */
    struct tally_samples failed, fine;
};

/* Empty, for a span of time; keeps `samples` records that failed and as many that did not. */
void tally_init(struct tally *t, int64_t from_ms, int64_t to_ms, size_t samples);
void tally_done(struct tally *t);

/* Counts a record. `line` is the line as it was read, kept if it becomes a sample. */
void tally_add(struct tally *t, const struct access_record *r, const char *line);

/* The rows of a table with the most in `by` ("count", "errors"), at most `max`. New reference. */
json_t *tally_top(const json_t *table, const char *by, size_t max);

/* [{at, requests, denied, missing, throttled, failed}] of the slots in which anything happened. New reference. */
json_t *tally_timeline(const struct tally *t);

#endif
