/* Partitions as the Glue catalog has them, and where those it does not have would lie. */
#ifndef LW_TOOLS_SOURCE_CATALOG_H
#define LW_TOOLS_SOURCE_CATALOG_H

#include "tools/source/inquiry.h"

struct catalog_row {
    char *name, *bucket, *prefix; /* "dt=2026-11-21", and where its own location is */
    int64_t date_ms;              /* -1 when its values are no date */
    int64_t rows;                 /* what its parameters claim, or -1 */
};

struct catalog {
    struct catalog_row *rows; /* oldest first */
    size_t count;
};

/* Frees the rows; safe on a zeroed struct. */
void catalog_done(struct catalog *c);

/* Names of the partition keys. New reference. */
json_t *catalog_keys(const json_t *table);

/* A partition of GetPartitions as a row. Returns 0, or -1 when it has no location in S3. */
int catalog_row_of(const json_t *table, const json_t *partition, struct catalog_row *out);

/* Adds a row as a part to look at. */
void catalog_add(struct source_inquiry *q, const struct catalog_row *row, bool expected);

/* Adds the part of a date that the catalog lacks, beside the newest it has; without any, below the table's own location. */
void catalog_add_unregistered(struct source_inquiry *q, const struct catalog *c, int64_t date_ms);

/* "s3://b/t/dt=2026-11-21/" for {dt: "2026-11-21"}: by storage.location.template or Hive's rule, as far as values are
   given. Free it. */
char *catalog_location(const json_t *table, const json_t *values);

/* "dt=2026-11-21". Free it. */
char *catalog_name(const json_t *table, const json_t *values);

/* Adds a part for each expected date of a table with partition projection. Returns 0, or -1 and `e`. */
int catalog_add_projected(struct source_inquiry *q, struct err *e);

#endif
