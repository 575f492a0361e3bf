/* The engine with a table of its own: small tools whose behaviour a test can foretell.
   usage: fixture_server stdio | http PORT [jwks-file issuer client-id] */
#include "auth/auth.h"
#include "base/http.h"
#include "base/json.h"
#include "base/log.h"
#include "base/own.h"
#include "server/engine.h"
#include "server/stdio_transport.h"
#include "server/web.h"

#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* Calls of `wait` that ended because they were stopped: what a test of cancellation looks at. */
static atomic_int stopped_calls;

static int answer_text(struct tool_answer *out, const char *text, json_t *structured)
{
    out->content = json_pack("[{s:s, s:s}]", "type", "text", "text", text);
    out->structured = structured;
    return 0;
}

static int run_echo(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    (void)e;
    const char *text = json_str(call->arguments, "text", "");
    return answer_text(out, text, json_pack("{s:s, s:s}", "text", text, "subject", call->subject));
}

/* Waits `ms`, with `notes` progress notes on the way. */
static int run_wait(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    int64_t ms = json_int(call->arguments, "ms", 0), notes = json_int(call->arguments, "notes", 0);
    for (int64_t i = 0; i <= notes; i++) {
        enum stop_why why = stop_sleep(call->stop, ms / (notes + 1));
        if (why != STOP_GO_ON) {
            stopped_calls++;
            return stop_err(why, "waiting", e);
        }
        if (i < notes)
            call->progress(call, (double)(i + 1), (double)(notes + 1), "still waiting");
    }
    return answer_text(out, "waited", json_pack("{s:I}", "ms", (json_int_t)ms));
}

static int run_fail(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    (void)call, (void)out;
    return err_set(e, ERR_UPSTREAM, "the upstream is on fire");
}

static int run_stopped(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    (void)call, (void)e;
    return answer_text(out, "counted", json_pack("{s:i}", "stopped", (int)stopped_calls));
}

static int run_change(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    (void)call, (void)e;
    return answer_text(out, "changed", json_pack("{s:b}", "changed", 1));
}

#define DOCUMENT(text) .document = text, .document_len = sizeof text - 1

static const struct tool tool_change = {
    .name = "change", .writes = true, .run = run_change,
    DOCUMENT("{\"name\":\"change\",\"description\":\"Changes something.\",\"inputSchema\":{\"type\":\"object\",\"additionalProperties\":"
             "false},\"outputSchema\":{\"type\":\"object\",\"properties\":{\"changed\":{\"type\":\"boolean\"}}},\"annotations\":{"
             "\"readOnlyHint\":false}}")};
static const struct tool tool_echo = {
    .name = "echo", .run = run_echo,
    DOCUMENT("{\"name\":\"echo\",\"title\":\"Echo\",\"description\":\"Says what it was told.\",\"inputSchema\":{\"type\":\"object\","
             "\"properties\":{\"text\":{\"type\":\"string\",\"maxLength\":100000}},\"required\":[\"text\"],\"additionalProperties\":false},"
             "\"outputSchema\":{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\"},\"subject\":{\"type\":\"string\"}},"
             "\"required\":[\"text\"]},\"annotations\":{\"readOnlyHint\":true}}")};
static const struct tool tool_fail = {
    .name = "fail", .run = run_fail,
    DOCUMENT("{\"name\":\"fail\",\"description\":\"Fails.\",\"inputSchema\":{\"type\":\"object\"},\"annotations\":{\"readOnlyHint\":true}}")};
static const struct tool tool_stopped = {
    .name = "stopped", .run = run_stopped,
    DOCUMENT("{\"name\":\"stopped\",\"description\":\"How many waits were stopped.\",\"inputSchema\":{\"type\":\"object\"},"
             "\"annotations\":{\"readOnlyHint\":true}}")};
static const struct tool tool_wait = {
    .name = "wait", .run = run_wait,
    DOCUMENT("{\"name\":\"wait\",\"description\":\"Waits.\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"ms\":{\"type\":"
             "\"integer\",\"minimum\":0,\"maximum\":600000},\"notes\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":1000}},"
             "\"required\":[\"ms\"],\"additionalProperties\":false},\"annotations\":{\"readOnlyHint\":true}}")};

static const struct tool *const table[] = {&tool_change, &tool_echo, &tool_fail, &tool_stopped, &tool_wait};

static int64_t number_of(const char *name, int64_t fallback)
{
    const char *text = getenv(name);
    return text ? atoll(text) : fallback;
}

static int serve_http(struct engine *g, int argc, char **argv, int signals, struct err *e)
{
    const char *clients[] = {argc > 5 ? argv[5] : NULL};
    struct http *http = http_new(&(struct http_options){0}, e);
    struct auth_options ao = {.mode = argc > 5 ? AUTH_COGNITO : AUTH_NONE, .leeway_s = 30, .http = http};
    if (argc > 5) {
        ao.jwks_file = argv[3];
        ao.issuer = argv[4];
        ao.client_ids = clients;
        ao.client_id_count = 1;
        ao.public_url = "https://lake.example.com/mcp";
    }
    struct auth *auth = auth_new(&ao, e);
    auto_free char *listen = xasprintf("127.0.0.1:%s", argv[2]);
    struct web_options wo = {.listen = listen, .engine = g, .auth = auth,
                             .request_timeout_ms = number_of("FIXTURE_REQUEST_TIMEOUT_MS", 0),
                             .keepalive_ms = number_of("FIXTURE_KEEPALIVE_MS", 0)};
    struct web *w = auth ? web_start(&wo, e) : NULL;
    if (w) {
        printf("%s\n", web_address(w));
        fflush(stdout);
        struct pollfd fd = {.fd = signals, .events = POLLIN};
        poll(&fd, 1, -1);
        web_stop(w, number_of("FIXTURE_DRAIN_MS", 200));
    }
    auth_free(auth);
    http_free(http);
    return w ? 0 : -1;
}

int main(int argc, char **argv)
{
    json_setup();
    signal(SIGPIPE, SIG_IGN);
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    int signals = signalfd(-1, &ends, SFD_CLOEXEC);
    struct err e = {0};
    struct engine_options o = {.tools = table, .tool_count = ARRAY_LEN(table), .name = "fixture", .version = "1",
                               .max_calls = (int)number_of("FIXTURE_MAX_CALLS", 256), .max_queue = (int)number_of("FIXTURE_MAX_QUEUE", 256),
                               .call_timeout_ms = number_of("FIXTURE_CALL_TIMEOUT_MS", 45000),
                               .sessions = !getenv("FIXTURE_STATELESS")};
    struct engine *g = engine_new(&o, &e);
    int rc = -1;
    if (g && argc > 2)
        rc = serve_http(g, argc, argv, signals, &e);
    else if (g)
        rc = stdio_serve(g, STDIN_FILENO, STDOUT_FILENO, signals, &e);
    engine_free(g);
    close(signals);
    if (rc)
        fprintf(stderr, "fixture: %s\n", e.text);
    return rc ? 1 : 0;
}
