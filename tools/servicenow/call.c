/* One request to the instance, with the retries it allows. */
#include "tools/servicenow/private.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/own.h"
#include "base/random.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ATTEMPTS 3
#define TIMEOUT_MS 20000
#define RETRY_AFTER_MAX_S 20

/* What is to be done after one attempt. */
enum next { NEXT_DONE, NEXT_AGAIN, NEXT_NEW_TOKEN, NEXT_GIVE_UP };

static enum err_kind kind_of(int status)
{
    switch (status) {
    case 400: return ERR_INVALID;
    case 401: return ERR_UNAUTHENTICATED;
    case 403: return ERR_DENIED;
    case 404: return ERR_NOT_FOUND;
    case 409: return ERR_CONFLICT;
    case 429: return ERR_THROTTLED;
    default: return ERR_UPSTREAM;
    }
}

/* {"error": {"message", "detail"}, "status": "failure"}; anything else (a page of HTML) is told by its status alone. */
static void refusal(const struct http_reply *reply, const json_t *body, struct aws_fault *f)
{
    const json_t *error = json_obj(body, "error");
    const char *message = json_str(error, "message", ""), *detail = json_str(error, "detail", "");
    if (!error)
        message = reply->body.len ? "the answer is not the API's; a page stands in between" : "no explanation";
    auto_free char *text = xasprintf("%s%s%s", message, *detail && *message ? ": " : "", detail);
    *f = (struct aws_fault){.status = reply->status, .retryable = reply->status == 429 || reply->status >= 500};
    snprintf(f->message, sizeof f->message, "%.380s", text);
    snprintf(f->code, sizeof f->code, "HTTP %d", reply->status);
    err_set(&f->err, kind_of(reply->status), "ServiceNow answered HTTP %d: %s", reply->status, text);
}

static int send_once(struct servicenow *s, const struct servicenow_request *r, const char *authorization, struct stop *stop,
                     struct http_reply *reply, struct err *e)
{
    auto_free char *url = xasprintf("%s%s%s%s", s->options.url, r->path, r->query ? "?" : "", r->query ? r->query : "");
    size_t n = r->byte_count;
    auto_free char *text = r->json ? json_text(r->json, &n) : NULL;
    const struct http_header headers[] = {
        {"Authorization", authorization},
        {"Accept", "application/json"},
        {"Content-Type", r->json ? "application/json" : r->content_type},
    };
    struct http_request request = {
        .method = r->method,
        .url = url,
        .headers = headers,
        .header_count = r->json || r->bytes ? 3 : 2,
        .body = text ? text : r->bytes,
        .body_len = n,
        .reply_max = SERVICENOW_REPLY_MAX,
        .timeout_ms = TIMEOUT_MS,
    };
    return http_fetch(s->http, &request, reply, stop, e);
}

/* What came of one attempt; `*out` gets the JSON of a success. */
static enum next judge(const struct servicenow_request *r, struct http_reply *reply, const struct err *sent, json_t **out,
                       struct aws_fault *f)
{
    bool safe = r->repeatable || !strcmp(r->method, "GET");
    if (reply->sent != HTTP_REPLIED) {
        *f = (struct aws_fault){.err = *sent, .retryable = true};
        err_wrap(&f->err, "ServiceNow");
        f->effect_unknown = !safe && reply->sent == HTTP_MAYBE_SENT;
        bool final = sent->kind == ERR_CANCELLED || sent->kind == ERR_INVALID || sent->kind == ERR_TOO_LARGE;
        return !final && (safe || reply->sent == HTTP_NOT_SENT) ? NEXT_AGAIN : NEXT_GIVE_UP;
    }
    json_t *body = json_parse(buf_text(&reply->body), reply->body.len, JSON_DEPTH_UPSTREAM, NULL);
    if (reply->status >= 200 && reply->status < 300 && json_is_object(body)) {
        *out = body;
        return NEXT_DONE;
    }
    refusal(reply, body, f);
    json_decref(body);
    if (reply->status == 401)
        return NEXT_NEW_TOKEN;
    f->effect_unknown = !safe && (reply->status >= 500 || reply->status < 300);
    return reply->status == 429 || (reply->status >= 500 && safe) ? NEXT_AGAIN : NEXT_GIVE_UP;
}

/* As long as the instance asks for, else longer from time to time. Returns false when there is no time left for it. */
static bool pause_before(int attempt, const struct http_reply *reply, struct stop *stop)
{
    unsigned char dice;
    random_fill(&dice, 1);
    int64_t ms = (250 << attempt) + dice, asked_s = 0;
    char header[32];
    if (http_reply_header(reply, "Retry-After", header, sizeof header) && !text_to_range(header, 0, RETRY_AFTER_MAX_S, &asked_s))
        ms += asked_s * 1000;
    return ms < stop_left_ms(stop) && stop_sleep(stop, ms) == STOP_GO_ON;
}

int servicenow_call(struct servicenow *s, const struct servicenow_request *r, struct stop *stop, json_t **out,
                    struct aws_fault *f)
{
    bool renewed = false;
    for (int attempt = 1;; attempt++) {
        auto_free char *authorization = servicenow_authorization(s, stop, f);
        if (!authorization)
            return -1;
        struct http_reply reply = {0};
        struct err sent = {0};
        send_once(s, r, authorization, stop, &reply, &sent);
        enum next next = judge(r, &reply, &sent, out, f);
        if (next == NEXT_NEW_TOKEN)
            servicenow_forget(s, authorization);
        bool again = next == NEXT_NEW_TOKEN ? !renewed
                                            : next == NEXT_AGAIN && attempt < ATTEMPTS && pause_before(attempt, &reply, stop);
        renewed |= next == NEXT_NEW_TOKEN;
        http_reply_done(&reply);
        if (next == NEXT_DONE)
            return 0;
        if (!again)
            return -1;
    }
}

char *servicenow_search(const char *fields, int limit, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    auto_free char *query = xvasprintf(fmt, ap);
    va_end(ap);
    struct buf b = BUF_INIT((strlen(query) + strlen(fields)) * 3 + 100);
    buf_adds(&b, "sysparm_query=");
    text_percent_encode(query, strlen(query), "", &b);
    buf_adds(&b, "&sysparm_fields=");
    text_percent_encode(fields, strlen(fields), "", &b);
    buf_addf(&b, "&sysparm_limit=%d", limit);
    return buf_steal(&b, NULL);
}

int servicenow_query(struct servicenow *s, const char *table, const char *query, struct stop *stop, json_t **rows,
                     struct aws_fault *f)
{
    auto_free char *path = xasprintf("/api/now/table/%s", table);
    struct servicenow_request r = {.method = "GET", .path = path, .query = query};
    json_auto_t *reply = NULL;
    if (servicenow_call(s, &r, stop, &reply, f))
        return -1;
    json_t *result = json_arr(reply, "result");
    if (!result)
        return servicenow_fault(f, ERR_UPSTREAM, "ServiceNow answered a %s query without a list", table);
    *rows = json_incref(result);
    return 0;
}
