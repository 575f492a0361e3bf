/* Builds and signs requests without sending them: one JSON object a line on stdin, the request a line on
   stdout. In: {service, op, region, wall_ms, input}. Out: {method, url, headers, body} or {error}. Keys and
   endpoints come from the environment, as for the program. With the argument --list: the operations there are, one
   a line, as "service_Operation iam:Action reads 5 Sid,Sid" or "... writes 0 -": how many are sent a second at most, and the
   statements of the policies that allow it. */
#include "aws/aws_private.h"
#include "aws/invoke.h"
#include "aws/invoke_request.h"
#include "base/json.h"
#include "base/own.h"
#include "tests/golden/runner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *request_json(const struct signed_request *r)
{
    json_t *headers = json_object();
    for (size_t i = 0; i < r->http.header_count; i++)
        json_put_str(headers, r->headers[i].name, r->headers[i].value);
    return json_pack("{s:s, s:s, s:o, s:s%}", "method", r->http.method, "url", r->http.url, "headers",
                     headers, "body", r->http.body ? r->http.body : "", r->http.body_len);
}

static json_t *request_make(void *ctx, const json_t *in, struct err *e)
{
    struct aws *a = ctx;
    const struct aws_operation *op = runner_operation(in, e);
    auto_credentials struct aws_credentials who = {0};
    struct wire_request wire = {0};
    struct endpoint endpoint;
    struct signed_request request = {0};
    json_t *out = NULL;
    if (!op)
        return NULL;
    if (credentials_get(a->credentials, NULL, &who, e) || codec_encode(op, json_obj(in, "input"), &wire, e))
        return NULL;
    if (endpoint_resolve(a, op->service->name, json_str(in, "region", ""), wire.bucket, &endpoint, e) == 0 &&
        endpoint_add_prefix(a, op->host_prefix, &endpoint, e) == 0 &&
        signed_request_build(a->signer, &endpoint, &wire, op->anonymous ? NULL : &who, json_int(in, "wall_ms", 0),
                             &request, e) == 0)
        out = request_json(&request);
    signed_request_done(&request);
    wire_request_done(&wire);
    return out;
}

static void print_grants(const struct aws_operation *op)
{
    for (size_t i = 0; i < ARRAY_LEN(op->grants) && op->grants[i]; i++)
        printf("%s%s", i ? "," : "", op->grants[i]->sid);
    puts(op->grants[0] ? "" : "-");
}

static void list_operations(void)
{
    size_t n;
    const struct aws_operation *const *all = aws_operations(&n);
    char action[AWS_ACTION_MAX];
    for (size_t i = 0; i < n; i++) {
        aws_operation_action(all[i], action);
        printf("%s_%s %s %s %g ", all[i]->service->name, all[i]->name, action,
               all[i]->safety == AWS_IDEMPOTENT ? "reads" : "writes", all[i]->per_s);
        print_grants(all[i]);
    }
}

int main(int argc, char **argv)
{
    struct err e = {0};
    if (argc > 1 && strcmp(argv[1], "--list") == 0) {
        list_operations();
        return 0;
    }
    json_setup();
    struct http *http = http_new(&(struct http_options){0}, &e);
    struct aws *a = http ? aws_new(&(struct aws_options){.http = http}, &e) : NULL;
    int status = a ? runner_main(request_make, a) : 1;
    if (e.kind)
        fprintf(stderr, "%s\n", e.text);
    aws_free(a);
    http_free(http);
    return status;
}
