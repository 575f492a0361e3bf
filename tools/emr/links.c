/* Where a failed run leads on to: the path it could not read, the bucket that refused it, and what it had started itself. */
#include "tools/emr/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/begin.h"
#include "tools/logs/mention.h"
#include "tools/s3_path.h"

#include <stdlib.h>
#include <string.h>

static json_t *arguments(const struct emr_inquiry *q, const char *key, const char *value)
{
    json_t *o = json_object();
    json_put_str(o, key, value);
    tool_where_on(q->call, o);
    return o;
}

/* The first path in S3 among the evidence that the diagnosis rests on, then in the root exception. NULL for none. Free it. */
static char *path_of(const struct emr_inquiry *q)
{
    char *path = NULL;
    for (int i = 0; i < q->diagnosis.evidence_count && !path; i++)
        path = s3_path_in(envelope_evidence_text(&q->answer, q->diagnosis.evidence[i]));
    return path ? path : s3_path_in(json_str(json_obj(q->answer.root, "exception"), "root_cause", ""));
}

static void link_data(struct emr_inquiry *q)
{
    enum cause c = q->diagnosis.cause;
    bool data = cause_is_of_data(c);
    bool access = c == CAUSE_PERMISSION || c == CAUSE_DATA_MISSING || c == CAUSE_THROTTLING;
    auto_free char *path = data || access ? path_of(q) : NULL;
    auto_free char *bucket = NULL, *key = NULL;
    if (!path)
        return;
    if (data)
        envelope_link(&q->answer, "verify_source_data", arguments(q, "s3_path", path), "the path this run could not use");
    if (access && s3_path_split(path, &bucket, &key)) {
        json_t *to = arguments(q, "bucket_name", bucket);
        json_put_str(to, "prefix", key[0] ? key : NULL);
        envelope_link(&q->answer, "get_s3_logs", to, "what S3 itself logged about it");
    }
}

/* Returns whether the line names one. */
static bool link_athena(struct emr_inquiry *q, const char *text)
{
    auto_free char *id = mention_query(text);
    if (!id)
        return false;
    envelope_link(&q->answer, "get_athena_query", arguments(q, "query_execution_id", id), "the query this run had started");
    return true;
}

/* Returns whether the line names one, with its job. */
static bool link_glue(struct emr_inquiry *q, const char *text)
{
    auto_free char *run = mention_glue_run(text), *job = run ? mention_glue_job(text) : NULL;
    if (!job)
        return false;
    json_t *to = arguments(q, "job_name", job);
    json_put_str(to, "run_id", run);
    envelope_link(&q->answer, "get_glue_logs", to, "the Glue run this run had started");
    return true;
}

/* The last of each kind is the one that was under way when it failed. */
static void link_children(struct emr_inquiry *q, const struct log_lines *lines, bool *glue, bool *athena)
{
    for (size_t k = lines->count; k > 0 && !(*glue && *athena); k--) {
        *glue = *glue || link_glue(q, lines->items[k - 1].text);
        *athena = *athena || link_athena(q, lines->items[k - 1].text);
    }
}

void emr_link(struct emr_inquiry *q)
{
    if (!json_arr(q->answer.root, "links"))
        envelope_put(&q->answer, "links", json_array());
    if (!json_obj(q->answer.root, "diagnosis"))
        return;
    link_data(q);
    bool glue = false, athena = false;
    for (size_t i = 0; i < q->object_count; i++)
        link_children(q, &q->objects[i].lines, &glue, &athena);
    for (size_t i = 0; i < q->stream_count; i++)
        link_children(q, &q->streams[i].lines, &glue, &athena);
}
