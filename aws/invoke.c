#include "aws/invoke.h"

#include "aws/aws_private.h"
#include "aws/fault.h"
#include "aws/invoke_request.h"
#include "aws/invoke_shared.h"
#include "aws/retry.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPLY_MAX ((size_t)8 * 1024 * 1024)
#define ERROR_REPLY_MAX ((size_t)64 * 1024) /* an error is read whole even where few bytes of data were asked for */
#define CLOCK_SLACK_MS ((int64_t)4 * 60 * 1000)
#define LOG_MAX 200

/* A job on its way: everything that lives from one attempt to the next. */
struct run {
    struct invoke_job *job;
    struct wire_request wire;
    struct endpoint endpoint;
    struct signed_request request;
    char region[REGION_MAX];
    char id[37];
    int attempts;
    int attempts_max;
    unsigned remedies; /* bits of enum retry_kind that were tried */
    int cost;          /* what the last retry took from the quota */
    int64_t started_mono_ms;
    int64_t ready_mono_ms; /* not to be sent before */
    bool done;
};

/* A random UUID (RFC 9562 section 5.4). */
static void uuid_make(char out[37])
{
    unsigned char b[16];
    char hex[33];
    if (RAND_bytes(b, sizeof b) != 1)
        abort();
    b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
    text_hex(b, sizeof b, hex);
    snprintf(out, 37, "%.8s-%.4s-%.4s-%.4s-%s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

/* In [0, 1). */
static double dice_roll(void)
{
    uint32_t v;
    if (RAND_bytes((unsigned char *)&v, sizeof v) != 1)
        abort();
    return v / 4294967296.0;
}

static void run_end(const struct invoke_site *site, struct run *r)
{
    const struct invoke_job *j = r->job;
    const char *id = j->fault.request_id;
    r->done = true;
    if (!site->log || r->attempts == 0)
        return;
    json_t *entry = json_object();
    json_put_str(entry, "service", j->op->service->name);
    json_put_str(entry, "op", j->op->name);
    json_put_str(entry, "request_id", *id ? id : NULL);
    json_put_int(entry, "attempts", r->attempts);
    json_put_int(entry, "ms", clock_mono_ms() - r->started_mono_ms);
    json_put_int(entry, "status", j->fault.status);
    json_put_str(entry, "code", *j->fault.code ? j->fault.code : NULL);
    if (json_array_size(site->log) >= LOG_MAX)
        json_array_remove(site->log, 0);
    json_array_append_new(site->log, entry);
}

static void run_refuse(const struct invoke_site *site, struct run *r, const struct err *e)
{
    struct aws_fault before = r->job->fault;
    fault_from_err(r->job->op, NULL, e, &r->job->fault);
    r->job->fault.effect_unknown = before.effect_unknown;
    run_end(site, r);
}

static void run_begin(const struct invoke_site *site, struct run *r)
{
    struct err e = {0};
    r->started_mono_ms = clock_mono_ms();
    r->attempts_max = RETRY_ATTEMPTS;
    snprintf(r->region, sizeof r->region, "%s", site->region);
    uuid_make(r->id);
    if (codec_encode(r->job->op, r->job->input, &r->wire, &e))
        run_refuse(site, r, &e);
    else if (r->wire.bucket)
        shared_bucket_region(site->aws->shared, r->wire.bucket, r->region);
}

/* Makes the next attempt's request. Returns 0, or -1 when the run has ended instead. */
static int run_prepare(const struct invoke_site *site, struct run *r, const struct aws_credentials *who)
{
    struct aws *a = site->aws;
    const struct aws_operation *op = r->job->op;
    struct err e = {0};
    signed_request_done(&r->request);
    if (endpoint_resolve(a, op->service->name, r->region, r->wire.bucket, &r->endpoint, &e) ||
        signed_request_build(a->signer, &r->endpoint, &r->wire, who,
                             clock_wall_ms() + shared_clock_offset(a->shared, r->endpoint.host), &r->request, &e)) {
        run_refuse(site, r, &e);
        return -1;
    }
    signed_request_tag(&r->request, r->id, ++r->attempts);
    size_t max = r->job->reply_max ? r->job->reply_max : REPLY_MAX;
    r->request.http.reply_max = max < ERROR_REPLY_MAX ? ERROR_REPLY_MAX : max;
    r->request.http.timeout_ms = op->timeout_ms;
    return 0;
}

/* Reads a success. Returns 0 with the job's output, or -1 with its fault. */
static int reply_take(struct invoke_job *j, struct http_reply *reply)
{
    struct err e = {0};
    size_t max = j->reply_max ? j->reply_max : REPLY_MAX;
    if (j->body && reply->body.len > max)
        err_set(&e, ERR_TOO_LARGE, "the reply has more than %zu bytes", max);
    else if (codec_decode(j->op, reply, j->body != NULL, &j->output, &e) == 0) {
        j->fault = (struct aws_fault){.status = reply->status};
        fault_request_id(reply, j->fault.request_id, sizeof j->fault.request_id);
        if (j->body) {
            buf_done(j->body);
            *j->body = reply->body;
            reply->body = BUF_INIT(0);
        }
        return 0;
    }
    fault_from_err(j->op, reply, &e, &j->fault);
    return -1;
}

/* Whether their clock is not the one we signed with; if so it is remembered. */
static bool clock_is_off(struct invoke_shared *shared, const struct run *r, const struct http_reply *reply)
{
    char date[64];
    int64_t theirs;
    if (!retry_code_is_clock(r->job->fault.code) || !http_reply_header(reply, "Date", date, sizeof date) ||
        clock_parse_http(date, &theirs))
        return false;
    int64_t offset = theirs - clock_wall_ms();
    int64_t used = shared_clock_offset(shared, r->endpoint.host);
    if (llabs(offset - used) <= CLOCK_SLACK_MS)
        return false;
    shared_clock_learn(shared, r->endpoint.host, offset);
    return true;
}

/* Whether S3 named another region for the bucket than the one we asked; if so the run goes there. */
static bool region_is_off(struct invoke_shared *shared, struct run *r, const struct http_reply *reply)
{
    char region[REGION_MAX];
    int status = reply->status;
    if (!r->wire.bucket || (status != 301 && status != 307 && status != 400) ||
        !fault_bucket_region(reply, region, sizeof region) || region_check(region, NULL) ||
        strcmp(region, r->region) == 0)
        return false;
    shared_bucket_learn(shared, r->wire.bucket, region);
    snprintf(r->region, sizeof r->region, "%s", region);
    return true;
}

static int64_t retry_after_ms(const struct http_reply *reply)
{
    char text[24];
    int64_t ms;
    if (reply->sent == HTTP_REPLIED && http_reply_header(reply, "x-amz-retry-after", text, sizeof text) &&
        text_to_range(text, 0, INT32_MAX, &ms) == 0)
        return ms;
    return -1;
}

/* Plans the next attempt. False when there is none. */
static bool run_again(const struct invoke_site *site, struct run *r, const struct http_reply *reply,
                      enum retry_kind kind)
{
    if (!retry_allowed(r->job->op->safety, reply, kind))
        return false;
    if (kind == RETRY_KEYS || kind == RETRY_CLOCK || kind == RETRY_REGION) {
        if ((r->remedies & (1U << kind)) || (kind == RETRY_KEYS && site->who))
            return false;
        r->remedies |= 1U << kind;
        r->attempts_max++;
    }
    if (r->attempts >= r->attempts_max)
        return false;
    int64_t wait = retry_wait_ms(kind, r->attempts, dice_roll(), retry_after_ms(reply));
    if (wait >= stop_left_ms(site->stop) || !shared_take(site->aws->shared, retry_cost(kind)))
        return false;
    r->cost = retry_cost(kind);
    r->ready_mono_ms = clock_mono_ms() + wait;
    return true;
}

/* Looks at what came back and ends the run or plans its next attempt. */
static void run_settle(const struct invoke_site *site, struct run *r, struct http_reply *reply,
                       const struct aws_credentials *who)
{
    struct invoke_job *j = r->job;
    bool replied = reply->sent == HTTP_REPLIED, clock_off = false, region_off = false;
    if (replied && reply->status >= 200 && reply->status < 300) {
        if (reply_take(j, reply) == 0) {
            shared_give(site->aws->shared, r->cost);
            run_end(site, r);
            return;
        }
    } else if (replied) {
        fault_from_reply(j->op, reply, &j->fault);
        clock_off = clock_is_off(site->aws->shared, r, reply);
        region_off = region_is_off(site->aws->shared, r, reply);
    } else {
        fault_from_silence(j->op, reply, &j->fault);
    }
    enum retry_kind kind = retry_kind_of(reply, &j->fault, clock_off, region_off);
    if (kind == RETRY_KEYS && !site->who)
        credentials_invalidate(site->aws->credentials, who);
    if (run_again(site, r, reply, kind))
        return;
    j->fault.effect_unknown = retry_effect_unknown(j->op->safety, reply, kind);
    run_end(site, r);
}

/* Waits until one of the runs may be sent. Returns 0, or -1 when all have ended. */
static int runs_wait(const struct invoke_site *site, struct run *runs, size_t n)
{
    int64_t first = INT64_MAX;
    for (size_t i = 0; i < n; i++)
        if (!runs[i].done && runs[i].ready_mono_ms < first)
            first = runs[i].ready_mono_ms;
    if (first == INT64_MAX)
        return -1;
    int64_t wait = first - clock_mono_ms();
    if (wait <= 0)
        return 0;
    struct stop own;
    stop_init(&own, -1);
    stop_sleep(site->stop ? site->stop : &own, wait);
    stop_done(&own);
    return 0;
}

/* Ends all runs that are left: the last fault of each says why it was to be sent again, so that stays; a run without
   one gets `e`. */
static void runs_abandon(const struct invoke_site *site, struct run *runs, size_t n, const struct err *e)
{
    for (size_t i = 0; i < n; i++) {
        if (runs[i].done)
            continue;
        if (runs[i].job->fault.err.kind == ERR_NONE || e->kind == ERR_CANCELLED)
            run_refuse(site, &runs[i], e);
        else
            run_end(site, &runs[i]);
    }
}

/* One round: everything that may be sent now goes out together. */
static void runs_round(const struct invoke_site *site, struct run *runs, size_t n)
{
    struct aws_credentials fetched auto_credentials = {0};
    struct err e = {0};
    enum stop_why why = stop_check(site->stop);
    if (why != STOP_GO_ON)
        stop_err(why, "asking AWS", &e);
    if (e.kind || (!site->who && credentials_get(site->aws->credentials, site->stop, &fetched, &e))) {
        runs_abandon(site, runs, n, &e);
        return;
    }
    const struct aws_credentials *who = site->who ? site->who : &fetched;
    auto_free struct http_request *requests = xcalloc(n, sizeof *requests);
    auto_free struct http_reply *replies = xcalloc(n, sizeof *replies);
    auto_free struct run **sent = xcalloc(n, sizeof *sent);
    size_t count = 0;
    int64_t now = clock_mono_ms();
    for (size_t i = 0; i < n; i++) {
        if (runs[i].done || runs[i].ready_mono_ms > now || run_prepare(site, &runs[i], who))
            continue;
        requests[count] = runs[i].request.http;
        sent[count++] = &runs[i];
    }
    if (count)
        http_fetch_all(site->aws->http, requests, replies, count, site->stop);
    for (size_t i = 0; i < count; i++) {
        run_settle(site, sent[i], &replies[i], who);
        http_reply_done(&replies[i]);
    }
}

void invoke_run(const struct invoke_site *site, struct invoke_job *jobs, size_t n)
{
    auto_free struct run *runs = xcalloc(n, sizeof *runs);
    for (size_t i = 0; i < n; i++) {
        jobs[i].output = NULL;
        jobs[i].fault = (struct aws_fault){0};
        runs[i].job = &jobs[i];
        run_begin(site, &runs[i]);
    }
    while (runs_wait(site, runs, n) == 0)
        runs_round(site, runs, n);
    for (size_t i = 0; i < n; i++) {
        signed_request_done(&runs[i].request);
        wire_request_done(&runs[i].wire);
    }
}
