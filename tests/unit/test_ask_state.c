/* requestState as only the holder of the secret could make it: what is too old, or of another layout, does not open. */
#include "tests/unit/cmocka_all.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/own.h"
#include "server/engine.h"
#include "server/seal.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char secret_text[] = "0123456789abcdef0123456789abcdef";

/* ---- an engine with one tool that asks ---- */

static int put(const struct tool_call *call, bool bound, struct tool_answer *out)
{
    json_auto_t *answer = NULL;
    struct question q = {.key = "who", .method = "roots/list", .bound = bound};
    enum asked how = call->ask(call, &q, &answer);
    out->content = json_pack("[{s:s, s:s}]", "type", "text", "text",
                             how == ASKED_ANSWERED ? "answered" : how == ASKED_FULL ? "full" : "asked");
    return 0;
}

static int run_ask(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    (void)e;
    return put(call, false, out);
}

static int run_confirm(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    (void)e;
    return put(call, true, out);
}

#define DOCUMENT(tool) "{\"name\":\"" tool "\",\"description\":\"Asks.\",\"inputSchema\":{\"type\":\"object\"}}"
#define TOOL(tool, function)                                                                                           \
    {.name = tool, .run = function, .document = DOCUMENT(tool), .document_len = sizeof DOCUMENT(tool) - 1}
static const struct tool ask = TOOL("ask", run_ask), confirm = TOOL("confirm", run_confirm);
static const struct tool *const tools[] = {&ask, &confirm};

struct fixture {
    struct secret *secret;
    struct engine *engine;
};

static int begin(void **state)
{
    struct fixture *f = xcalloc(1, sizeof *f);
    char path[] = P_tmpdir "/lw-ask-XXXXXX";
    int fd = mkstemp(path);
    assert_int_equal(write(fd, secret_text, sizeof secret_text - 1), sizeof secret_text - 1);
    close(fd);
    struct err e = {0};
    struct engine_options o = {.tools = tools, .tool_count = ARRAY_LEN(tools), .name = "test", .version = "1", .max_calls = 2, .max_queue = 2,
                               .call_timeout_ms = 10000, .state_key_file = path};
    f->secret = secret_new(path, &e);
    f->engine = engine_new(&o, &e);
    unlink(path);
    *state = f;
    return f->secret && f->engine ? 0 : -1;
}

static int end(void **state)
{
    struct fixture *f = *state;
    engine_drain(f->engine, 0);
    engine_free(f->engine);
    secret_free(f->secret);
    free(f);
    return 0;
}

/* ---- one call ---- */

/* Waits for the last word. */
struct waiting_sink {
    struct sink sink;
    pthread_mutex_t lock;
    pthread_cond_t finished;
    bool done;
    struct reply reply;
};

static void no_note(struct sink *s, const char *json, size_t n)
{
    (void)s, (void)json, (void)n;
}

static void take(struct sink *s, struct reply *r)
{
    struct waiting_sink *w = (struct waiting_sink *)(void *)s;
    pthread_mutex_lock(&w->lock);
    w->reply = *r;
    w->done = true;
    pthread_cond_signal(&w->finished);
    pthread_mutex_unlock(&w->lock);
}

static json_t *call_engine(struct fixture *f, const char *subject, const char *tool, const char *request_state)
{
    struct waiting_sink w = {.sink = {.note = no_note, .finish = take}};
    pthread_mutex_init(&w.lock, NULL);
    pthread_cond_init(&w.finished, NULL);
    json_auto_t *message = json_pack(
        "{s:s, s:i, s:s, s:{s:s, s:s*, s:{s:s, s:{s:{}}}}}", "jsonrpc", "2.0", "id", 1, "method", "tools/call", "params", "name",
        tool, "requestState", request_state, "_meta", "io.modelcontextprotocol/protocolVersion", "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities", "roots");
    struct caller caller = {.client_id = "app", .scopes = SCOPE_ALL};
    snprintf(caller.subject, sizeof caller.subject, "%s", subject);
    struct inbound in = {.streams = true, .caller = &caller};
    auto_free char *bytes = json_text(message, &in.len);
    in.bytes = bytes;
    struct reply now = {0};
    struct exchange *later = NULL;
    unsigned scope;
    if (engine_receive(f->engine, &in, &w.sink, &now, &later, &scope) == RECEIPT_PENDING) {
        pthread_mutex_lock(&w.lock);
        while (!w.done)
            pthread_cond_wait(&w.finished, &w.lock);
        pthread_mutex_unlock(&w.lock);
        now = w.reply;
        exchange_unref(later);
    }
    json_t *answer = json_parse(now.body, now.len, JSON_DEPTH_CLIENT, NULL);
    reply_done(&now);
    pthread_cond_destroy(&w.finished);
    pthread_mutex_destroy(&w.lock);
    return answer;
}

static json_t *ask_engine(struct fixture *f, const char *request_state)
{
    return call_engine(f, "alice", "ask", request_state);
}

/* ---- states ---- */

/* A state that is bound to this caller's call of a tool without arguments. */
static char *state_for(const struct fixture *f, const char *subject, const char *tool, const char *purpose, const json_t *inside)
{
    auto_free char *bound = xasprintf("[\"%s\",\"app\",\"tools/call\",\"%s\",{}]", subject, tool);
    unsigned char digest[CRYPTO_SHA256_LEN];
    crypto_sha256(bound, strlen(bound), digest);
    size_t n;
    auto_free char *text = json_text(inside, &n);
    return seal_make(f->secret, purpose, (struct crypto_bytes){digest, sizeof digest}, (struct crypto_bytes){text, n});
}

static char *state_of(const struct fixture *f, const char *purpose, const json_t *inside)
{
    return state_for(f, "alice", "ask", purpose, inside);
}

static json_t *inside_new(int64_t expires_wall_ms)
{
    return json_pack("{s:I, s:s, s:[s], s:{s:{s:[]}}}", "expires", (json_int_t)expires_wall_ms, "nonce", "AAAAAAAAAAAAAAAAAAAAAA",
                     "asked", "who", "answers", "who", "roots");
}

static const char *refusal(const json_t *answer)
{
    return json_str(json_obj(answer, "error"), "message", "no error");
}

static void a_state_carries_answers(void **state)
{
    struct fixture *f = *state;
    json_auto_t *inside = inside_new(clock_wall_ms() + 60000);
    auto_free char *good = state_of(f, "request state", inside);
    json_auto_t *answer = ask_engine(f, good), *without = ask_engine(f, NULL);
    const json_t *content = json_array_get(json_arr(json_obj(answer, "result"), "content"), 0);
    assert_string_equal(json_str(content, "text", ""), "answered");
    assert_string_equal(json_str(json_obj(without, "result"), "resultType", ""), "input_required");
}

static void a_state_expires(void **state)
{
    struct fixture *f = *state;
    json_auto_t *inside = inside_new(clock_wall_ms() - 1);
    auto_free char *old = state_of(f, "request state", inside);
    json_auto_t *answer = ask_engine(f, old);
    assert_non_null(strstr(refusal(answer), "has expired"));
}

static void a_key_is_for_one_purpose(void **state)
{
    struct fixture *f = *state;
    json_auto_t *inside = inside_new(clock_wall_ms() + 60000);
    auto_free char *other = state_of(f, "session id", inside);
    json_auto_t *answer = ask_engine(f, other);
    assert_non_null(strstr(refusal(answer), "not what this server gave"));
}

/* As another version of this program may lay it out. */
static void a_state_of_another_layout_is_refused(void **state)
{
    struct fixture *f = *state;
    json_auto_t *inside = inside_new(clock_wall_ms() + 60000);
    json_object_del(inside, "nonce");
    auto_free char *without = state_of(f, "request state", inside);
    json_auto_t *list = json_array();
    auto_free char *no_object = state_of(f, "request state", list);
    json_auto_t *first = ask_engine(f, without), *second = ask_engine(f, no_object);
    assert_non_null(strstr(refusal(first), "another version"));
    assert_non_null(strstr(refusal(second), "requestState"));
}

/* What came of a confirmation of that number, and of no other. */
static void confirm_with(struct fixture *f, const char *subject, int number, char out[16])
{
    json_auto_t *inside = inside_new(clock_wall_ms() + 600000);
    auto_free char *nonce = xasprintf("%022dAA", number);
    json_object_set_new(inside, "nonce", json_string(nonce + 2)); /* 22 characters of base64url */
    auto_free char *text = state_for(f, subject, "confirm", "request state", inside);
    json_auto_t *answer = call_engine(f, subject, "confirm", text);
    const json_t *result = json_obj(answer, "result");
    const char *said = json_str(json_array_get(json_arr(result, "content"), 0), "text", json_str(result, "resultType", "no answer"));
    snprintf(out, 16, "%s", said);
}

/* Nobody confirms twice with one state; who has confirmed too much is told so, and nobody else is kept from it. */
static void a_confirmation_counts_once_or_not_at_all(void **state)
{
    struct fixture *f = *state;
    char said[16];
    for (int i = 0; i < 2048; i++) {
        confirm_with(f, "alice", i, said);
        assert_string_equal(said, "answered");
    }
    confirm_with(f, "alice", 2047, said);
    assert_string_equal(said, "input_required"); /* asked again */
    confirm_with(f, "alice", 2048, said);
    assert_string_equal(said, "full");
    confirm_with(f, "bob", 2049, said);
    assert_string_equal(said, "answered");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_state_carries_answers), cmocka_unit_test(a_state_expires), cmocka_unit_test(a_key_is_for_one_purpose),
        cmocka_unit_test(a_state_of_another_layout_is_refused), cmocka_unit_test(a_confirmation_counts_once_or_not_at_all),
    };
    json_setup();
    log_setup(LOG_ERROR, LOG_AS_JSON); /* two thousand calls */
    return cmocka_run_group_tests_name("ask_state", tests, begin, end);
}
