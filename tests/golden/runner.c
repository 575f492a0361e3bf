#include "tests/golden/runner.h"

#include "base/json.h"
#include "base/own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int runner_main(runner_fn *answer, void *ctx)
{
    auto_free char *line = NULL;
    size_t room = 0;
    ssize_t n;
    while ((n = getline(&line, &room, stdin)) > 0) {
        struct err e = {0};
        json_auto_t *in = json_parse(line, (size_t)n, JSON_DEPTH_UPSTREAM, &e);
        if (!in) {
            fprintf(stderr, "%s\n", e.text);
            return 1;
        }
        json_auto_t *out = answer(ctx, in, &e);
        if (!out)
            out = json_pack("{s:s}", "error", e.text);
        auto_free char *text = json_text(out, NULL);
        puts(text);
    }
    return 0;
}

const struct aws_operation *runner_operation(const json_t *in, struct err *e)
{
    size_t n;
    const struct aws_operation *const *all = aws_operations(&n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i]->service->name, json_str(in, "service", "")) == 0 && strcmp(all[i]->name, json_str(in, "op", "")) == 0)
            return all[i];
    err_set(e, ERR_INVALID, "no such operation");
    return NULL;
}
