/* Log messages for the client (server utilities, logging). */
#include "server/logging.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "server/engine_private.h"

/* Messages of one call, and bytes of what one of them says. */
#define NOTES_MAX 500
#define DATA_MAX (16 * 1024)

static const char *const names[] = {"debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"};

int logging_level(const json_t *name)
{
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (json_is_text(name, names[i]))
            return (int)i;
    return -1;
}

int logging_wanted(const struct message *m)
{
    int level = logging_level(json_object_get(m->meta, META_LOG_LEVEL));
    return level < 0 ? LOGGING_NOTHING : level;
}

static int bad_level(struct rpc_fault *f, const char *where)
{
    return rpc_refuse(f, 200, RPC_INVALID_PARAMS,
                      "%s must be debug, info, notice, warning, error, critical, alert or emergency", where);
}

int logging_check(const struct message *m, struct rpc_fault *f)
{
    const json_t *level = json_object_get(m->meta, META_LOG_LEVEL);
    return level && logging_level(level) < 0 ? bad_level(f, "params._meta[\"" META_LOG_LEVEL "\"]") : 0;
}

enum receipt method_set_level(const struct request *q)
{
    int level = logging_level(json_object_get(q->m->params, "level"));
    if (level < 0) {
        struct rpc_fault f = {0};
        bad_level(&f, "params.level");
        return request_refuse(q, &f);
    }
    levels_set(q->engine->levels, request_session_key(q), (enum note_level)level);
    rpc_result(q->now, q->m->id, "{}", 2);
    return RECEIPT_REPLY;
}

static bool is_wanted(const struct call *c, enum note_level level)
{
    const struct engine *g = call_engine(c);
    if (!g->o.logging || c->task) /* a task has no stream (SEP-2663) */
        return false;
    return (int)level >= (version_is_modern(c->version) ? c->log_wanted : (int)levels_get(g->levels, c->session));
}

/* What does not fit is told by its beginning, as text. */
static json_t *cut(json_t *data)
{
    size_t n;
    auto_free char *text = json_text(data, &n);
    if (n <= DATA_MAX)
        return json_incref(data);
    return json_sprintf("%.*s [cut: %zu bytes in all]", (int)text_utf8_floor(text, DATA_MAX), text, n);
}

void call_log(const struct tool_call *seen, enum note_level level, const char *logger, json_t *data)
{
    struct call *c = call_of(seen);
    json_auto_t *own = data ? data : json_null();
    if (!is_wanted(c, level) || c->logged >= NOTES_MAX || stop_check(&c->stop) != STOP_GO_ON)
        return;
    c->logged++;
    json_auto_t *note = rpc_note("notifications/message", json_pack("{s:s, s:s*, s:o}", "level", names[level], "logger", logger,
                                                                    "data", cut(own)));
    call_note(c, note);
}
