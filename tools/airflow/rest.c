#include "tools/airflow/rest.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/coverage.h"
#include "tools/failure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int rest_api_of(const char *airflow_version)
{
    int64_t major = 0;
    auto_free char *first = xstrndup(airflow_version, strcspn(airflow_version, "."));
    return !text_to_i64(first, &major) && major >= 3 ? 2 : 1;
}

void rest_get(struct rest_call *c, char *path, json_t *query)
{
    *c = (struct rest_call){.method = "GET", .path = path, .query = query};
}

void rest_post(struct rest_call *c, char *path, json_t *body)
{
    *c = (struct rest_call){.method = "POST", .path = path, .body = body};
}

void rest_call_done(struct rest_call *c)
{
    free(c->path);
    json_decref(c->query);
    json_decref(c->body);
    json_decref(c->reply);
    *c = (struct rest_call){0};
}

char *rest_part(const char *id)
{
    auto_buf struct buf out = BUF_INIT(strlen(id) * 3 + 1);
    text_percent_encode(id, strlen(id), ":+", &out);
    return xstrdup(buf_text(&out));
}

const struct aws_operation *rest_operation(const struct rest_call *c)
{
    return c->writes ? &aws_mwaa_invoke_rest_api_write : &aws_mwaa_invoke_rest_api;
}

json_t *rest_input(const struct rest *r, const struct rest_call *c)
{
    json_t *in = json_object();
    json_put_str(in, "Name", r->environment);
    json_put_str(in, "Path", c->path);
    json_put_str(in, "Method", c->method);
    if (c->query)
        json_put(in, "QueryParameters", json_incref(c->query));
    if (c->body)
        json_put(in, "Body", json_incref(c->body));
    return in;
}

/* An answer, or the text of one: what came back as a JSON string is read once more. New reference. */
static json_t *unwrapped(json_t *answer)
{
    const char *text = json_string_value(answer);
    if (!text || (text[0] != '{' && text[0] != '['))
        return json_incref(answer);
    json_t *inside = json_parse(text, json_string_length(answer), JSON_DEPTH_UPSTREAM, NULL);
    return inside ? inside : json_incref(answer);
}

/* The words of an error, of whatever shape: {detail: text, list or object}, {title}, {error}, or a bare text. */
static void put_words(const json_t *answer, char *out, size_t size)
{
    static const char *const members[] = {"detail", "title", "error", "message", "reason", "msg"};
    if (json_is_string(answer)) {
        const char *s = json_string_value(answer);
        bool html = text_istarts(s, "<!doctype") || text_istarts(s, "<html");
        snprintf(out, size, "%s", html ? "a page of HTML" : s);
    }
    if (json_is_array(answer))
        put_words(json_array_get(answer, 0), out, size);
    for (size_t i = 0; json_is_object(answer) && !out[0] && i < ARRAY_LEN(members); i++)
        put_words(json_object_get(answer, members[i]), out, size);
    out[text_utf8_floor(out, strlen(out))] = '\0';
}

static enum err_kind kind_of(int status)
{
    switch (status) {
    case 401:
    case 403:
        return ERR_DENIED;
    case 404:
        return ERR_NOT_FOUND;
    case 409:
        return ERR_CONFLICT;
    case 429:
        return ERR_THROTTLED;
    default:
        return status >= 400 && status < 500 ? ERR_INVALID : ERR_UPSTREAM;
    }
}

char *rest_explain(const struct rest_fault *f)
{
    const char *colon = f->said[0] ? ": " : "";
    switch (f->by) {
    case REST_BY_PATH:
        return xasprintf("MWAA passes on paths of at most %d characters, and Airflow has no shorter one for this (%s)",
                         REST_PATH_MAX, f->aws.message);
    case REST_BY_AIRFLOW:
        if (f->status == 401 || f->status == 403)
            return xasprintf("Airflow itself refused it (%d%s%s): IAM let the request through, but the Airflow role that "
                             "MWAA gives this identity does not allow it", f->status, colon, f->said);
        return xasprintf("Airflow answered %d%s%s", f->status, colon, f->said);
    case REST_BY_AWS:
    case REST_FINE:
        break;
    }
    return xstrdup(f->aws.err.text);
}

/* From here on the fault is Airflow's: coverage and failures tell its status, not that of the service in between. */
static void blame_airflow(struct rest_fault *f, int status, const json_t *answer)
{
    f->by = REST_BY_AIRFLOW;
    f->status = status;
    put_words(answer, f->said, sizeof f->said);
    auto_free char *text = rest_explain(f);
    err_clear(&f->aws.err);
    err_set(&f->aws.err, kind_of(status), "%s", text);
    f->aws.status = status;
    f->aws.retryable = status == 429 || status >= 500;
}

/* Airflow's status; looked for in the text where the body was too long to be kept whole. */
static int inner_status(const struct aws_fault *aws, const json_t *body, int fallback)
{
    static const char key[] = "\"RestApiStatusCode\"";
    const char *p = body ? NULL : strstr(aws->detail, key);
    int64_t status = json_int(body, "RestApiStatusCode", fallback);
    if (p) {
        p += sizeof key - 1;
        p += strspn(p, " :");
        auto_free char *digits = xstrndup(p, strspn(p, "0123456789"));
        text_to_range(digits, 100, 599, &status);
    }
    return (int)status;
}

static void take_fault(struct rest_call *c, const struct aws_fault *aws)
{
    struct rest_fault *f = &c->fault;
    f->aws = *aws;
    f->by = REST_BY_AWS;
    f->unclear = aws->effect_unknown;
    bool client = !strcmp(aws->code, "RestApiClientException");
    if (client || !strcmp(aws->code, "RestApiServerException")) {
        json_auto_t *body = json_parse(aws->detail, strlen(aws->detail), JSON_DEPTH_UPSTREAM, NULL);
        json_auto_t *answer = unwrapped(json_object_get(body, "RestApiResponse"));
        blame_airflow(f, inner_status(aws, body, client ? 400 : 500), answer);
        f->unclear = f->status >= 500; /* it may have failed after the work was done */
    } else if (!strcmp(aws->code, "ValidationException") && strlen(c->path) > REST_PATH_MAX) {
        f->by = REST_BY_PATH;
        auto_free char *text = rest_explain(f);
        err_clear(&f->aws.err);
        err_set(&f->aws.err, ERR_INVALID, "%s", text);
    }
}

static void take_reply(struct rest_call *c, const json_t *output)
{
    json_auto_t *answer = unwrapped(json_object_get(output, "RestApiResponse"));
    if (!answer || json_is_null(answer) || (json_is_string(answer) && !json_string_length(answer))) {
        c->reply = json_object(); /* 204: done, with nothing to say */
    } else if (json_is_object(answer)) {
        c->reply = json_incref(answer);
    } else {
        blame_airflow(&c->fault, (int)json_int(output, "RestApiStatusCode", 200), answer);
        c->fault.unclear = true;
    }
}

void rest_send(const struct rest *r, struct aws_session *s, struct rest_call *calls, size_t n)
{
    struct aws_item items[REST_CALLS_MAX] = {0};
    json_t *inputs[REST_CALLS_MAX];
    n = n < REST_CALLS_MAX ? n : REST_CALLS_MAX;
    for (size_t i = 0; i < n; i++) {
        inputs[i] = rest_input(r, &calls[i]);
        items[i] = (struct aws_item){.op = rest_operation(&calls[i]), .input = inputs[i]};
    }
    aws_invoke_all(s, items, n);
    for (size_t i = 0; i < n; i++) {
        if (items[i].output)
            take_reply(&calls[i], items[i].output);
        else
            take_fault(&calls[i], &items[i].fault);
        json_decref(items[i].output);
        json_decref(inputs[i]);
    }
}

json_t *rest_cover(json_t *sources, const char *what, const struct rest_call *c, size_t items, bool complete)
{
    auto_free char *name = xasprintf("airflow:%s", what);
    json_t *source = coverage_source(sources, name);
    if (c->reply)
        coverage_read(source, 1, (int64_t)items, 0, complete);
    else if (c->fault.by == REST_BY_AIRFLOW && c->fault.status == 404)
        coverage_absent(source);
    else
        coverage_fault(source, &c->fault.aws);
    return source;
}

int rest_failure(struct tool_answer *out, const struct rest_fault *f, const char *what, const char *missing)
{
    if (f->by == REST_BY_AWS)
        return failure_aws(out, &aws_mwaa_invoke_rest_api, &f->aws, what, missing);
    const char *advice = f->status == 404 ? missing
                         : f->status == 401 || f->status == 403
                             ? "Map the identity to an Airflow role that may; calling again will not help."
                         : f->by == REST_BY_PATH ? "Use Airflow's own interface for this one."
                         : f->aws.retryable      ? "Call again in a minute."
                                                 : "Calling again unchanged is unlikely to help.";
    return failure_say(out, "Could not %s: %s. %s", what, f->aws.err.text, advice);
}
