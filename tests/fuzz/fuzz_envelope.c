/* One message for the engine, as HTTP or as a line of stdio: whatever it is, the answer is one that a client understands.

   The input's first line says "http" or "stdio", perhaps " read" for a caller who may only read. With "http" four lines
   follow, the values of MCP-Protocol-Version, Mcp-Method, Mcp-Name and Mcp-Session-Id, "-" for absent. The rest is the
   message. */
#include "tests/fuzz/fuzz.h"

#include "base/json.h"
#include "base/log.h"
#include "base/own.h"
#include "base/text.h"
#include "server/engine.h"
#include "tests/wire/fixture_late.h"
#include "tests/wire/fixture_offers.h"
#include "tests/wire/fixture_tools.h"

#include <pthread.h>
#include <string.h>

/* Waits for the last word of calls under way. */
struct listener {
    struct sink sink; /* first member */
    pthread_mutex_t lock;
    pthread_cond_t said;
    bool finished;
    struct reply last;
};

/* What may come before the answer: notes and, with an id, questions to the client. */
static bool is_expected(const json_t *v)
{
    static const char *const questions[] = {"elicitation/create", "sampling/createMessage", "roots/list"};
    const json_t *method = json_object_get(v, "method");
    if (!json_object_get(v, "id"))
        return text_starts(json_string_value(method) ? json_string_value(method) : "", "notifications/");
    for (size_t i = 0; i < ARRAY_LEN(questions); i++)
        if (json_is_text(method, questions[i]))
            return true;
    return false;
}

static void note(struct sink *s, const char *json, size_t n)
{
    const struct listener *l = (const struct listener *)(const void *)s;
    json_auto_t *v = json_parse(json, n, JSON_DEPTH_UPSTREAM, NULL);
    MUST(json_is_object(v) && is_expected(v));
    MUST(!l->finished);
}

static void finish(struct sink *s, struct reply *r)
{
    struct listener *l = (struct listener *)(void *)s;
    pthread_mutex_lock(&l->lock);
    MUST(!l->finished);
    l->last = *r;
    l->finished = true;
    pthread_cond_signal(&l->said);
    pthread_mutex_unlock(&l->lock);
}

static struct engine *engine_shared(void)
{
    static struct fixture_env env;
    static struct engine *g;
    if (g)
        return g;
    json_setup();
    log_setup(LOG_ERROR, LOG_AS_JSON);
    struct engine_options o = {.tools = fixture_tools, .tool_count = fixture_tool_count, .name = "fuzz", .version = "1",
                               .max_calls = 8, .max_queue = 64, .call_timeout_ms = 30, .ask_timeout_ms = 30, .sessions = true,
                               .resources = fixture_resources, .resource_count = fixture_resource_count, .tool_env = &env,
                               .logging = true, .watched = true, .tasks = true, .task_timeout_ms = 30, .task_kept_ms = 30};
    struct err e = {0};
    g = env.engine = engine_new(&o, &e);
    MUST(g);
    return g;
}

/* One message to a client: an answer, or an error of a message without an id inside a batch. */
static void check_answer(const json_t *v, bool needs_id)
{
    const json_t *id = json_object_get(v, "id"), *error = json_object_get(v, "error");
    MUST(json_is_object(v) && strcmp(json_str(v, "jsonrpc", ""), "2.0") == 0);
    MUST(id ? message_id_is_valid(id) : !needs_id && error);
    MUST(!error != !json_object_get(v, "result"));
    MUST(!error || (json_is_integer(json_object_get(error, "code")) && json_is_string(json_object_get(error, "message"))));
}

static void check_reply(const struct reply *r)
{
    MUST(r->body && strlen(r->body) == r->len && text_is_utf8(r->body, r->len));
    MUST(r->status == 200 || r->status == 400 || r->status == 403 || r->status == 404 || r->status == 406 ||
         r->status == 503);
    MUST(!memchr(r->body, '\n', r->len)); /* it must fit on a line */
    json_auto_t *v = json_parse(r->body, r->len, JSON_DEPTH_UPSTREAM, NULL);
    MUST(v);
    if (!json_is_array(v))
        check_answer(v, !r->plain);
    for (size_t i = 0; i < json_array_size(v); i++)
        check_answer(json_array_get(v, i), false);
}

/* Takes a line off the front of the input. */
static char *line_take(const char **p, size_t *n)
{
    const char *end = memchr(*p, '\n', *n);
    size_t len = end ? (size_t)(end - *p) : *n;
    char *line = xstrndup(*p, len);
    *p += end ? len + 1 : len;
    *n -= end ? len + 1 : len;
    return line;
}

static void header_take(struct header_value *h, char **kept, const char **p, size_t *n)
{
    *kept = line_take(p, n);
    bool there = strcmp(*kept, "-") != 0;
    *h = (struct header_value){.value = there ? *kept : NULL, .count = there};
}

static void receive(const struct inbound *in)
{
    struct listener l = {.sink = {.note = note, .finish = finish}, .lock = PTHREAD_MUTEX_INITIALIZER,
                         .said = PTHREAD_COND_INITIALIZER};
    struct reply now = {0};
    struct exchange *later = NULL;
    unsigned scope = 0;
    enum receipt got = engine_receive(engine_shared(), in, &l.sink, &now, &later, &scope);
    MUST(got != RECEIPT_STRANGER);
    MUST((got == RECEIPT_REPLY || got == RECEIPT_NEEDS_SCOPE) == (now.body != NULL));
    MUST((got == RECEIPT_PENDING) == (later != NULL));
    if (now.body)
        check_reply(&now);
    reply_done(&now);
    if (got != RECEIPT_PENDING)
        return;
    exchange_cancel(later, in->len % 2 ? STOP_CANCELLED : STOP_SHUTDOWN);
    pthread_mutex_lock(&l.lock);
    while (!l.finished)
        pthread_cond_wait(&l.said, &l.lock);
    pthread_mutex_unlock(&l.lock);
    if (l.last.body)
        check_reply(&l.last);
    reply_done(&l.last);
    exchange_unref(later);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    engine_shared();
    const char *p = (const char *)data;
    size_t n = size;
    auto_free char *form = line_take(&p, &n);
    struct caller caller = {.subject = "fuzz", .scopes = text_ends(form, " read") ? SCOPE_READ : SCOPE_ALL};
    struct protocol_headers headers = {0};
    auto_free char *version = NULL, *method = NULL, *name = NULL, *session = NULL;
    bool http = text_starts(form, "http");
    if (http) {
        header_take(&headers.version, &version, &p, &n);
        header_take(&headers.method, &method, &p, &n);
        header_take(&headers.name, &name, &p, &n);
        header_take(&headers.session, &session, &p, &n);
    }
    receive(&(struct inbound){.bytes = p, .len = n, .headers = http ? &headers : NULL, .caller = &caller});
    return 0;
}
