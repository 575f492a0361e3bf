#include "tools/servicenow/rca_kept.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/env.h"
#include "tools/rca_kept.json.h"
#include "tools/servicenow/rca.h"
#include "tools/suggest.h"

#include <string.h>

#define LISTED 100 /* versions of one document; tickets that begin alike */

/* As ServiceNow numbers records: letters and digits. Anything else could name another folder. */
static bool is_number(const char *s)
{
    size_t n = text_word_span(s, "");
    return n >= 4 && n <= 40 && !s[n];
}

void rca_kept_numbers(const struct tool_call *call, struct aws_session *s, const char *value, json_t *names)
{
    const struct tool_env *env = call->env;
    if (!env->rca_bucket || text_word_span(value, "") != strlen(value))
        return;
    auto_free char *prefix = xasprintf("%s%s", env->rca_prefix, value);
    json_auto_t *in = json_pack("{s:s, s:s, s:s, s:i}", "Bucket", env->rca_bucket, "Prefix", prefix, "Delimiter", "/", "MaxKeys",
                                LISTED);
    json_auto_t *page = NULL;
    struct aws_fault f = {0};
    if (aws_invoke(s, &aws_s3_list_objects_v2, in, &page, &f))
        return;
    size_t i;
    json_t *folder;
    json_array_foreach(json_arr(page, "CommonPrefixes"), i, folder) {
        const char *path = json_str(folder, "Prefix", "");
        if (strlen(path) <= strlen(env->rca_prefix))
            continue;
        auto_free char *number = xstrndup(path + strlen(env->rca_prefix), strlen(path) - strlen(env->rca_prefix) - 1);
        if (is_number(number))
            json_array_append_new(names, json_string(number));
    }
}

/* Which of a ticket's documents was written last. Returns 0 and its key, or -1 (ERR_NOT_FOUND: it has none). */
static int newest_key(struct aws_session *s, const struct tool_env *env, const char *number, char **key, struct err *e)
{
    auto_free char *prefix = rca_key(env->rca_prefix, number, "rca-");
    json_auto_t *in = json_pack("{s:s, s:s, s:i}", "Bucket", env->rca_bucket, "Prefix", prefix, "MaxKeys", LISTED);
    json_auto_t *page = NULL;
    struct aws_fault f = {0};
    if (aws_invoke(s, &aws_s3_list_objects_v2, in, &page, &f)) {
        *e = f.err;
        return err_wrap(e, "the documents in s3://%s/%s could not be listed", env->rca_bucket, env->rca_prefix);
    }
    const json_t *best = NULL;
    size_t i;
    json_t *object;
    json_array_foreach(json_arr(page, "Contents"), i, object)
        if (text_starts(json_str(object, "Key", ""), prefix) && text_ends(json_str(object, "Key", ""), ".json") &&
            (!best || aws_time_ms(object, "LastModified") > aws_time_ms(best, "LastModified")))
            best = object;
    if (!best)
        return err_set(e, ERR_NOT_FOUND, "no root-cause document of %s is kept in s3://%s/%s", number, env->rca_bucket,
                       env->rca_prefix);
    if (json_int(best, "Size", 0) > (int64_t)RCA_MAX)
        return err_set(e, ERR_TOO_LARGE, "the root-cause document of %s is longer than %zu bytes", number, RCA_MAX);
    *key = xstrdup(json_str(best, "Key", ""));
    return 0;
}

/* The document as it was kept: {incident, rca}. New reference, or NULL. */
static json_t *fetch(struct aws_session *s, const struct tool_env *env, const char *key, struct err *e)
{
    json_auto_t *in = json_pack("{s:s, s:s}", "Bucket", env->rca_bucket, "Key", key);
    json_auto_t *about = NULL;
    auto_buf struct buf body = {0};
    struct aws_fault f = {0};
    if (aws_invoke_blob(s, &aws_s3_get_object, in, RCA_MAX, &about, &body, &f)) {
        *e = f.err;
        err_wrap(e, "s3://%s/%s could not be read", env->rca_bucket, key);
        return NULL;
    }
    json_t *kept = json_parse(buf_text(&body), body.len, JSON_DEPTH_CLIENT, e);
    if (!kept)
        err_wrap(e, "s3://%s/%s holds no root-cause document", env->rca_bucket, key);
    return kept;
}

/* Written anew as a page, which also takes out again what must not leave: others may have put it there. */
static int as_page(const json_t *kept, const char *number, const char *uri, json_t **contents, struct err *e)
{
    struct rca_file json, markdown;
    const json_t *rca = json_obj(kept, "rca");
    if (!rca)
        return err_set(e, ERR_UPSTREAM, "what is kept for %s is no root-cause document", number);
    if (rca_write(rca, json_str(json_obj(kept, "incident"), "sys_id", ""), number, &json, &markdown, e))
        return -1;
    *contents = json_pack("[{s:s, s:s, s:o}]", "uri", uri, "mimeType", markdown.type, "text",
                          json_str_lossy(buf_text(&markdown.text), markdown.text.len));
    rca_file_done(&json);
    rca_file_done(&markdown);
    return 0;
}

static int read_newest(const struct tool_call *call, struct aws_session *s, const char *number, const char *uri,
                       json_t **contents, struct err *e)
{
    auto_free char *key = NULL;
    if (newest_key(s, call->env, number, &key, e))
        return -1;
    json_auto_t *kept = fetch(s, call->env, key, e);
    return kept ? as_page(kept, number, uri, contents, e) : -1;
}

static int read_kept(const struct tool_call *call, const char *uri, json_t **contents, struct err *e)
{
    const struct tool_env *env = call->env;
    const char *number = json_str(call->arguments, "number", "");
    if (!is_number(number))
        return err_set(e, ERR_NOT_FOUND, "\"%.60s\" is no ticket's number", number);
    struct aws_where where = {.access = AWS_READ, .subject = call->subject};
    struct aws_session *s = aws_session_new(env->aws, &where, call->stop, e);
    int rc = s ? read_newest(call, s, number, uri, contents, e) : -1;
    aws_session_free(s);
    return rc;
}

const struct resource rca_kept = {
    .name = "rca",
    .document = document,
    .document_len = sizeof document - 1,
    .complete = suggest,
    .read = read_kept,
};
