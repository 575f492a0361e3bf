#include "aws/invoke.h"

#include "aws/invoke_run.h"
#include "aws/invoke_shared.h"
#include "aws/retry.h"
#include "base/clock.h"
#include "base/own.h"
#include "base/random.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An error is read whole even where few bytes of data were asked for. */
#define ERROR_REPLY_MAX ((size_t)64 * 1024)

/* A random UUID (RFC 9562 section 5.4). */
static void uuid_make(char out[37])
{
    unsigned char b[16];
    char hex[33];
    random_fill(b, sizeof b);
    b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
    text_hex(b, sizeof b, hex);
    snprintf(out, 37, "%.8s-%.4s-%.4s-%.4s-%s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

static void run_begin(const struct invoke_site *site, struct run *r)
{
    struct err e = {0};
    r->started_mono_ms = clock_mono_ms();
    r->attempts_max = RETRY_ATTEMPTS;
    snprintf(r->region, sizeof r->region, "%s", site->region);
    uuid_make(r->id);
    if (!aws_operation_granted(r->job->op, site->access)) {
        err_set(&e, ERR_INTERNAL, "%s is not for a session that %s", r->job->op->name,
                site->access == AWS_WRITE ? "writes" : "looks");
        run_stop(site, r, &e);
    } else if (codec_encode(r->job->op, r->job->input, &r->wire, &e)) {
        run_stop(site, r, &e);
    } else if (r->wire.bucket) {
        shared_bucket_region(site->aws->shared, r->wire.bucket, r->region);
    }
}

/* Makes the next attempt's request. Returns 0, or -1 when the run has ended instead. */
static int run_prepare(const struct invoke_site *site, struct run *r, const struct aws_credentials *who)
{
    struct aws *a = site->aws;
    const struct aws_operation *op = r->job->op;
    struct err e = {0};
    signed_request_done(&r->request);
    if (endpoint_resolve(a, op->service->name, r->region, r->wire.bucket, &r->endpoint, &e) ||
        endpoint_add_prefix(a, op->host_prefix, &r->endpoint, &e) ||
        signed_request_build(a->signer, &r->endpoint, &r->wire, op->anonymous ? NULL : who,
                             clock_wall_ms() + shared_clock_offset(a->shared, r->endpoint.host), &r->request,
                             &e)) {
        run_stop(site, r, &e);
        return -1;
    }
    signed_request_tag(&r->request, r->id, ++r->attempts);
    size_t max = r->job->reply_max ? r->job->reply_max : INVOKE_REPLY_MAX;
    r->request.http.reply_max = max < ERROR_REPLY_MAX ? ERROR_REPLY_MAX : max;
    r->request.http.timeout_ms = op->timeout_ms;
    return 0;
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

/* Ends all runs that are left: the last fault of each says why it was to be sent again, so that stays; a run
   without one gets `e`. */
static void runs_abandon(const struct invoke_site *site, struct run *runs, size_t n, const struct err *e)
{
    for (size_t i = 0; i < n; i++) {
        if (!runs[i].done)
            run_stop(site, &runs[i], e);
    }
}

/* Whether somebody has to be asked for keys before anything can be sent. */
static bool wants_keys(const struct invoke_site *site, const struct run *runs, size_t n)
{
    for (size_t i = 0; i < n && !site->who; i++)
        if (!runs[i].done && !runs[i].job->op->anonymous)
            return true;
    return false;
}

/* One round: everything that may be sent now goes out together. */
static void runs_round(const struct invoke_site *site, struct run *runs, size_t n)
{
    auto_credentials struct aws_credentials fetched = {0};
    struct err e = {0};
    enum stop_why why = stop_check(site->stop);
    if (why != STOP_GO_ON)
        stop_err(why, "asking AWS", &e);
    if (e.kind || (wants_keys(site, runs, n) && credentials_get(site->keys, site->stop, &fetched, &e))) {
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
        if (runs[i].done || runs[i].ready_mono_ms > now || run_admit(site, &runs[i]) ||
            run_prepare(site, &runs[i], who))
            continue;
        runs[i].admitted = false; /* the next attempt needs a turn of its own */
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
