/* An MCP server for the official conformance suite: the product's engine over tables of its own, on loopback, without
   authorization. Logs its address and serves until SIGTERM. usage: conformance_server [PORT] */
#include "auth/auth.h"
#include "base/http.h"
#include "base/json.h"
#include "base/log.h"
#include "base/own.h"
#include "base/signals.h"
#include "server/engine.h"
#include "server/web.h"
#include "tests/conformance/fixture.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_TOOLS 64

static int by_name(const void *a, const void *b)
{
    return strcmp((*(const struct tool *const *)a)->name, (*(const struct tool *const *)b)->name);
}

/* The engine wants one table, sorted. Returns how many there are. */
static size_t gather_tools(const struct tool *all[MAX_TOOLS])
{
    static const struct tool_table *const tables[] = {&content_tools, &telling_tools, &asking_tools, &round_tools,
                                                     &task_tools,    &change_tools};
    size_t n = 0;
    for (size_t t = 0; t < ARRAY_LEN(tables); t++)
        for (size_t i = 0; i < tables[t]->count && n < MAX_TOOLS; i++)
            all[n++] = &tables[t]->tools[i];
    qsort(all, n, sizeof *all, by_name);
    return n;
}

static int serve(struct engine *g, const char *port, int signals, struct err *e)
{
    struct http *http = http_new(&(struct http_options){0}, e);
    struct auth *auth = auth_new(&(struct auth_options){.mode = AUTH_NONE, .http = http}, e);
    auto_free char *listen = xasprintf("127.0.0.1:%s", port);
    struct web *w = auth ? web_start(&(struct web_options){.listen = listen, .engine = g, .auth = auth}, e) : NULL;
    if (w) {
        log_event(LOG_INFO, "listening", "{s:s}", "address", web_address(w));
        poll(&(struct pollfd){.fd = signals, .events = POLLIN}, 1, -1);
        web_stop(w, 200);
    }
    auth_free(auth);
    http_free(http);
    return w ? 0 : -1;
}

int main(int argc, char **argv)
{
    json_setup();
    const struct tool *tools[MAX_TOOLS];
    struct fixture fixture = {0};
    struct engine_options o = {
        .tool_env = &fixture,
        .tools = tools, .tool_count = gather_tools(tools),
        .prompts = fixture_prompts, .prompt_count = fixture_prompt_count,
        .resources = fixture_resources, .resource_count = fixture_resource_count,
        .logging = true, .tasks = true, .watched = true, .sessions = true,
        .name = "lakewarden-conformance", .version = LW_VERSION,
        .max_calls = 32, .max_queue = 32, .call_timeout_ms = 120000};
    struct err e = {0};
    auto_close int signals = signals_open(&e);
    fixture.engine = signals >= 0 ? engine_new(&o, &e) : NULL;
    int rc = fixture.engine ? serve(fixture.engine, argc > 1 ? argv[1] : "0", signals, &e) : -1;
    engine_free(fixture.engine);
    if (rc)
        fprintf(stderr, "conformance_server: %s\n", e.text);
    return rc ? 1 : 0;
}
