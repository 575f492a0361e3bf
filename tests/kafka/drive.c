/* The parent's side of the Kafka worker without a tool around it: each line of stdin, {"program", "job", "timeout_ms", "token"?},
   is done by kafka_run; each line of stdout is {"result"} or {"error": {"kind", "text"}}. */
#include "base/json.h"
#include "base/own.h"
#include "tools/kafka/worker.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int make_token(void *ctx, struct buf *token, int64_t *expires_wall_ms, struct err *e)
{
    const json_t *given = json_obj(ctx, "token");
    *expires_wall_ms = json_int(given, "expires_ms", 0);
    return given ? buf_adds(token, json_str(given, "value", "")) : err_set(e, ERR_UNAUTHENTICATED, "no token was given");
}

static json_t *drive(json_t *line)
{
    struct err e = {0};
    struct stop stop;
    int64_t timeout_ms = json_int(line, "timeout_ms", 60000);
    stop_init(&stop, json_int(line, "stop_ms", -1));
    struct kafka_call call = {
        .program = json_str(line, "program", NULL),
        .job = json_obj(line, "job"),
        .timeout_ms = timeout_ms,
        .stop = &stop,
        .token = make_token,
        .ctx = line,
    };
    json_t *result = NULL;
    int failed = kafka_run(&call, &result, &e);
    stop_done(&stop);
    if (failed)
        return json_pack("{s:{s:s, s:s}}", "error", "kind", err_kind_name(e.kind), "text", e.text);
    return json_pack("{s:o}", "result", result);
}

int main(void)
{
    json_setup();
    auto_free char *text = NULL;
    size_t size = 0;
    ssize_t n;
    while ((n = getline(&text, &size, stdin)) > 0) {
        json_auto_t *line = json_parse(text, (size_t)n, JSON_DEPTH_CLIENT, NULL);
        if (!line)
            return 2;
        json_auto_t *answer = drive(line);
        auto_free char *out = json_text(answer, NULL);
        puts(out);
        fflush(stdout);
    }
    return 0;
}
