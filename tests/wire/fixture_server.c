/* The engine with a table of its own: small tools whose behaviour a test can foretell.
   usage: fixture_server stdio | http PORT [jwks-file issuer client-id] */
#include "auth/auth.h"
#include "base/http.h"
#include "base/json.h"
#include "base/log.h"
#include "base/own.h"
#include "base/signals.h"
#include "base/text.h"
#include "server/engine.h"
#include "server/stdio_transport.h"
#include "server/web.h"
#include "tests/wire/fixture_offers.h"
#include "tests/wire/fixture_late.h"
#include "tests/wire/fixture_tools.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int64_t number_of(const char *name, int64_t fallback)
{
    const char *text = getenv(name);
    int64_t number;
    return text && text_to_i64(text, &number) == 0 ? number : fallback;
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
        ao.facade_domain = getenv("FIXTURE_OAUTH_DOMAIN");
        ao.facade = ao.facade_domain != NULL;
    }
    struct auth *auth = auth_new(&ao, e);
    auto_free char *listen = xasprintf("127.0.0.1:%s", argv[2]);
    struct web_options wo = {.listen = listen, .engine = g, .auth = auth,
                             .request_timeout_ms = number_of("FIXTURE_REQUEST_TIMEOUT_MS", 0),
                             .keepalive_ms = number_of("FIXTURE_KEEPALIVE_MS", 0),
                             .tls_cert = getenv("FIXTURE_TLS_CERT"), .tls_key = getenv("FIXTURE_TLS_KEY")};
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

/* Takes the tool of that name (NULL: none) out of those that are offered. The tables live as long as the process. */
static void withhold(struct engine_options *o, const char *name)
{
    static const struct tool *offered[64], *withheld[1];
    o->tool_count = 0;
    for (size_t i = 0; i < fixture_tool_count; i++) {
        if (name && strcmp(fixture_tools[i]->name, name) == 0)
            withheld[o->withheld_count++] = fixture_tools[i];
        else
            offered[o->tool_count++] = fixture_tools[i];
    }
    o->tools = offered;
    o->withheld = withheld;
}

int main(int argc, char **argv)
{
    json_setup();
    struct err e = {0};
    auto_close int signals = signals_open(&e);
    struct fixture_env env = {0};
    bool bare = getenv("FIXTURE_TOOLS_ONLY");
    struct engine_options o = {.prompts = fixture_prompts, .prompt_count = bare ? 0 : fixture_prompt_count,
                               .resources = fixture_resources, .resource_count = bare ? 0 : fixture_resource_count,
                               .name = "fixture", .version = "1",
                               .max_calls = (int)number_of("FIXTURE_MAX_CALLS", 256),
                               .max_queue = (int)number_of("FIXTURE_MAX_QUEUE", 256),
                               .call_timeout_ms = number_of("FIXTURE_CALL_TIMEOUT_MS", 45000),
                               .tasks = !bare, .task_timeout_ms = number_of("FIXTURE_TASK_TIMEOUT_MS", 0),
                               .task_kept_ms = number_of("FIXTURE_TASK_KEPT_MS", 0),
                               .watched = getenv("FIXTURE_WATCHED"), .tool_env = &env,
                               .ask_timeout_ms = number_of("FIXTURE_ASK_TIMEOUT_MS", 0), .logging = !bare,
                               .state_key_file = getenv("FIXTURE_STATE_KEY_FILE"),
                               .sessions = !getenv("FIXTURE_STATELESS")};
    withhold(&o, getenv("FIXTURE_WITHHELD"));
    struct engine *g = env.engine = signals >= 0 ? engine_new(&o, &e) : NULL;
    int rc = -1;
    if (g && argc > 2)
        rc = serve_http(g, argc, argv, signals, &e);
    else if (g)
        rc = stdio_serve(g, STDIN_FILENO, STDOUT_FILENO, signals, &e);
    engine_free(g);
    if (rc)
        fprintf(stderr, "fixture: %s\n", e.text);
    return rc ? 1 : 0;
}
