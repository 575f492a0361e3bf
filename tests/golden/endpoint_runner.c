/* Finds endpoints: one case a line on stdin, {env, service, region, bucket}; where it leads, a line on stdout. */
#include "aws/aws_private.h"
#include "aws/endpoint.h"
#include "base/json.h"
#include "base/own.h"

#include <stdio.h>
#include <stdlib.h>

#define VARIABLES_MAX 16

static json_t *answer(const json_t *test)
{
    const char *environment[VARIABLES_MAX + 1] = {NULL};
    const json_t *list = json_arr(test, "env");
    for (size_t i = 0; i < json_array_size(list) && i < VARIABLES_MAX; i++)
        environment[i] = json_string_value(json_array_get(list, i));
    struct err e = {0};
    struct endpoint at;
    struct aws_options o = {0};
    struct aws *a = aws_new_with_env(&o, environment, &e);
    int rc = !a ? -1
                : endpoint_resolve(a, json_str(test, "service", ""), json_str(test, "region", ""),
                                   json_str(test, "bucket", NULL), &at, &e);
    aws_free(a);
    if (rc < 0)
        return json_pack("{s:s}", "error", e.text);
    return json_pack("{s:s, s:s, s:s, s:b, s:s, s:s}", "origin", at.origin, "host", at.host, "path_prefix",
                     at.path_prefix, "path_style", at.path_style, "region", at.signing_region, "name",
                     at.signing_name);
}

int main(void)
{
    json_setup();
    char *line = NULL;
    size_t size = 0;
    ssize_t n;
    while ((n = getline(&line, &size, stdin)) > 0) {
        struct err e = {0};
        json_auto_t *test = json_parse(line, (size_t)n, JSON_DEPTH_CLIENT, &e);
        if (!test) {
            fprintf(stderr, "endpoint_runner: %s\n", e.text);
            return 1;
        }
        json_auto_t *out = answer(test);
        auto_free char *text = json_text(out, NULL);
        puts(text);
    }
    free(line);
    return 0;
}
