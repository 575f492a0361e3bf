/* The answers of calls: from what a handler hands back to a result of the caller's version. */
#include "server/call.h"

#include "base/json.h"
#include "base/text.h"
#include "server/result.h"

#include <string.h>

/* Clients keep about 11,000 characters of an error; ours say what they have to in far less. */
#define ERROR_TEXT_MAX 2000

struct tool_answer call_error_answer(const struct err *e)
{
    const char *text = e->kind == ERR_NONE ? "the tool failed without saying why" : e->text;
    size_t n = strlen(text);
    if (n > ERROR_TEXT_MAX)
        n = text_utf8_floor(text, ERROR_TEXT_MAX);
    json_t *content = json_pack("[{s:s, s:o}]", "type", "text", "text", json_str_lossy(text, n));
    return (struct tool_answer){.is_error = true, .content = content};
}

void call_refuse(struct call *c, int code, const struct err *e, json_t *data, struct reply *r)
{
    struct rpc_fault f = {.data = data};
    rpc_refuse(&f, 200, code, "%s", e->kind == ERR_NONE ? "it failed without saying why" : e->text);
    c->outcome = "error";
    rpc_error(r, c->id, &f);
}

void tool_answer_done(struct tool_answer *a)
{
    json_decref(a->content);
    json_decref(a->structured);
    json_decref(a->required);
    *a = (struct tool_answer){0};
}

void call_complete(struct reply *r, const json_t *id, enum version v, json_t *result, const json_t *server_info)
{
    if (version_is_modern(v))
        result_stamp(result, "complete", server_info);
    result_send(r, id, result);
}

void call_result(struct reply *r, const json_t *id, enum version v, struct tool_answer *a, const json_t *server_info)
{
    json_t *result = json_object();
    json_object_set(result, "content", a->content);
    if (!a->content)
        json_put(result, "content", json_array());
    /* an error result carries no structuredContent: some clients check even that against the output schema */
    if (a->structured && !a->is_error && v >= VERSION_2025_06_18)
        json_object_set(result, "structuredContent", a->structured);
    json_put_flag(result, "isError", a->is_error);
    tool_answer_done(a);
    call_complete(r, id, v, result, server_info);
}
