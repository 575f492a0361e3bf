/* One question about an Athena query, while get_athena_query answers it. */
#ifndef LW_TOOLS_ATHENA_INQUIRY_H
#define LW_TOOLS_ATHENA_INQUIRY_H

#include "tools/advice.h"
#include "tools/athena/query.h"
#include "tools/athena/statement.h"
#include "tools/diagnose.h"
#include "tools/envelope.h"

#define ATHENA_TABLES_READ 3

struct athena_inquiry {
    const struct tool_call *call;
    struct aws_session *session;
    struct envelope answer;
    int64_t now_ms;

    struct athena_view view;
    const json_t *query; /* the one looked at; borrowed from the view */
    struct statement statement;
    struct athena_context context;
    json_t *statistics; /* QueryRuntimeStatistics, or NULL */
    json_t *
        tables; /* [{database, name, table: Table of Glue or absent, missing: bool}] that the statement reads */
    json_t *stopped_by; /* {who, from, at, event_id} of the StopQueryExecution in CloudTrail, or NULL */
    struct diagnosis diagnosis;
};

/* tables.c: what the catalog says of the tables the statement reads, those of another catalog left out. */
void athena_read_tables(struct athena_inquiry *q);

/* trail.c: who cancelled it. */
void athena_read_stop(struct athena_inquiry *q);

/* runtime.c: sets `runtime` and files warnings about where the time and the bytes went. */
void athena_describe_runtime(struct athena_inquiry *q);

/* results.c: sets `result`, the first rows. */
void athena_read_results(struct athena_inquiry *q);

/* judge.c: files evidence and settles the diagnosis, of a query that ended badly. */
void athena_judge(struct athena_inquiry *q);

/* links.c, advise.c: sets `links` and `retry`. Need the diagnosis. */
void athena_link(struct athena_inquiry *q);
void athena_advise(struct athena_inquiry *q);

/* report.c: sets resource, state, query, statement, error, workgroup, history. */
void athena_describe(struct athena_inquiry *q);

/* tell.c: the digest. */
void athena_tell(struct athena_inquiry *q);

#endif
