#include "cli/command.h"

#include "auth/auth.h"
#include "base/idle.h"
#include "base/log.h"
#include "base/own.h"
#include "base/signals.h"
#include "server/web.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int serve(const struct settings *s, struct program *p, struct auth *auth, int signals, struct err *e)
{
    struct web_options o = {.listen = settings_str(s, "listen"),
                            .engine = p->engine,
                            .auth = auth,
                            .public_url = settings_str(s, "public-url"),
                            .tls_cert = settings_str(s, "tls-cert"),
                            .tls_key = settings_str(s, "tls-key"),
                            .request_timeout_ms = settings_num(s, "request-timeout")};
    o.allowed_host_count = settings_list(s, "allowed-host", &o.allowed_hosts);
    o.allowed_origin_count = settings_list(s, "allowed-origin", &o.allowed_origins);
    struct web *w = web_start(&o, e);
    if (!w)
        return -1;
    log_event(LOG_INFO, "listening", "{s:s, s:s, s:s, s:s}", "address", web_address(w), "auth", settings_str(s, "auth"),
              "writes", p->choice.writes ? settings_str(s, "writes") : "deny", "version", LW_VERSION);
    idle_rest();
    struct pollfd fd = {.fd = signals, .events = POLLIN};
    while (poll(&fd, 1, -1) < 0)
        ;
    log_event(LOG_INFO, "closing", "{s:i}", "calls", engine_live_calls(p->engine));
    web_stop(w, settings_num(s, "drain-timeout"));
    return EXIT_OK;
}

static int run(const struct command_line *line, struct err *e)
{
    const struct settings *s = line->settings;
    if (line->argument_count)
        return err_set(e, ERR_CONFIG, "http takes no argument \"%s\"", line->arguments[0]);
    auto_close int signals = signals_open(e);
    struct program p;
    if (signals < 0 || program_init(&p, s, true, e))
        return -1;
    struct auth *auth = program_auth_new(s, p.http, NULL, e);
    int code = auth ? serve(s, &p, auth, signals, e) : -1;
    auth_free(auth);
    program_done(&p);
    return code;
}

const struct command command_http = {
    .name = "http", .bit = COMMAND_HTTP, .usage = "", .run = run,
    .summary = "serve clients over streamable HTTP, behind Cognito tokens"};
