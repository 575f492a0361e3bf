/* Finds endpoints: one case a line on stdin, {env, service, region, bucket}; where it leads, a line on stdout. */
#include "aws/aws_private.h"
#include "aws/endpoint.h"
#include "base/json.h"
#include "tests/golden/runner.h"

#define VARIABLES_MAX 16

static json_t *answer(void *ctx, const json_t *test, struct err *e)
{
    (void)ctx;
    const char *environment[VARIABLES_MAX + 1] = {NULL};
    const json_t *list = json_arr(test, "env");
    for (size_t i = 0; i < json_array_size(list) && i < VARIABLES_MAX; i++)
        environment[i] = json_string_value(json_array_get(list, i));
    struct endpoint at;
    struct aws_options o = {0};
    struct aws *a = aws_new_with_env(&o, environment, e);
    int rc = !a ? -1
                : endpoint_resolve(a, json_str(test, "service", ""), json_str(test, "region", ""),
                                   json_str(test, "bucket", NULL), &at, e);
    aws_free(a);
    if (rc < 0)
        return NULL;
    return json_pack("{s:s, s:s, s:s, s:b, s:s, s:s}", "origin", at.origin, "host", at.host, "path_prefix",
                     at.path_prefix, "path_style", at.path_style, "region", at.signing_region, "name",
                     at.signing_name);
}

int main(void)
{
    json_setup();
    return runner_main(answer, NULL);
}
