/* One question about source data, while verify_source_data answers it. */
#ifndef LW_TOOLS_SOURCE_INQUIRY_H
#define LW_TOOLS_SOURCE_INQUIRY_H

#include "tools/diagnose.h"
#include "tools/envelope.h"
#include "tools/source/baseline.h"
#include "tools/source/date.h"
#include "tools/source/part.h"

#define PRIORS_MAX 14    /* earlier parts to compare with */
#define TARGETS_MAX 40   /* parts the question is about */
#define LIST_PAGES 60    /* of 1,000 objects, in one call */

struct source_inquiry {
    const struct tool_call *call;
    struct aws_session *session;
    struct envelope answer;
    int64_t now_ms;
    const char *database, *table_name; /* NULL in s3 mode */
    char *id;                          /* "s3://bucket/prefix" or "database.table" */

    /* arguments */
    bool has_expected;
    int64_t expected_from_ms, expected_to_ms;
    enum cadence expected_cadence;
    int64_t max_age_ms, min_files, min_bytes; /* -1: not asked for */

    /* what the question is about */
    struct source_parts parts; /* targets and priors */
    json_t *table;             /* of GetTable, or NULL */
    const char *kind;          /* "s3", "table", "partitions", "projection", "iceberg", "view" */
    char *metadata_location;   /* Iceberg */
    size_t targets_left_out;
    struct date_layout layout; /* of the parts' names; count 0 when they have no dates */
    bool has_cadence;
    enum cadence cadence;
    int partitions_matched; /* in the catalog, or -1 */
    bool nothing_expected;  /* an empty catalog or table: there is no part to look at */

    /* what is usual */
    struct baseline files, bytes, arrival; /* arrival: latest object less the part's date, in ms */
    int priors_found, priors_marked;       /* with data; of these with _SUCCESS */

    json_t *iceberg; /* facts of the current snapshot, or NULL */
    json_t *deleted; /* {key, at, owner} of delete markers where something is missing */
    json_t *checks;
    enum part_status verdict;
    char verdict_why[300];
    int64_t not_before_ms; /* when to look again, or -1 */
    struct diagnosis diagnosis;
};

/* s3.c: parts of a path. Returns 0, or -1 with an error answer in `out`. */
int source_find_s3(struct source_inquiry *q, const char *path, struct tool_answer *out);

/* table.c, partitions.c: parts of a table. As source_find_s3. */
int source_find_table(struct source_inquiry *q, struct tool_answer *out);
int source_find_partitions(struct source_inquiry *q, struct tool_answer *out);

/* prior.c: earlier parts beside the first target, by the dates in its path, as parts to compare with. */
void source_add_priors(struct source_inquiry *q);

/* What the listed priors say about what is usual. */
void source_learn(struct source_inquiry *q);

/* Parts that are due since the newest one in the catalog, by cadence and usual time of arrival. */
void source_add_overdue(struct source_inquiry *q);

/* A part for a date, in the layout of `like` (whose path ends in its name). NULL when its path holds no date or there is no
   room. */
struct source_part *source_part_for(struct source_inquiry *q, const struct source_part *like, int64_t date_ms);

/* The layout of the dates in the last folders of a prefix ("orders/dt=2026-11-21/"); `start` gets where they begin. */
bool source_prefix_layout(const char *prefix, struct date_layout *out, int64_t *date_ms, size_t *start);

/* inside.c: rows of Parquet files from their footers, CSV files that are a header only. iceberg.c: the snapshot. */
void source_look_inside(struct source_inquiry *q);
void source_read_iceberg(struct source_inquiry *q);

/* deleted.c: where something is missing, whether it was deleted. */
void source_find_deleted(struct source_inquiry *q);

/* judge.c: status of each part, checks, verdict. advise.c: evidence, diagnosis and retry. */
void source_judge(struct source_inquiry *q);
void source_advise(struct source_inquiry *q);

/* report.c: the facts as JSON. tell.c: the digest. */
void source_describe(struct source_inquiry *q);
void source_tell(struct source_inquiry *q);

#endif
