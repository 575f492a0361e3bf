#include "aws/fault.h"
#include "aws/invoke_run.h"
#include "aws/invoke_shared.h"
#include "aws/retry.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/random.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLOCK_SLACK_MS ((int64_t)4 * 60 * 1000)
#define LOG_MAX 200

/* In [0, 1). */
static double dice_roll(void)
{
    uint32_t v;
    random_fill(&v, sizeof v);
    return v / 4294967296.0;
}

void run_end(const struct invoke_site *site, struct run *r)
{
    const struct invoke_job *j = r->job;
    const char *id = j->fault.request_id;
    r->done = true;
    if (!site->log || (r->attempts == 0 && strcmp(j->fault.code, "CircuitOpen") != 0))
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

/* Reads a success. Returns 0 with the job's output, or -1 with its fault. */
static int reply_take(struct invoke_job *j, struct http_reply *reply)
{
    struct err e = {0};
    size_t max = j->reply_max ? j->reply_max : INVOKE_REPLY_MAX;
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

/* What the service asks for: its own header in milliseconds, else that of HTTP in seconds (RFC 9110 section 10.2.3; a date
   there is passed over). -1: nothing. */
static int64_t retry_after_ms(const struct http_reply *reply)
{
    char text[24];
    int64_t n;
    if (reply->sent != HTTP_REPLIED)
        return -1;
    if (http_reply_header(reply, "x-amz-retry-after", text, sizeof text) && text_to_range(text, 0, INT32_MAX, &n) == 0)
        return n;
    if (http_reply_header(reply, "Retry-After", text, sizeof text) && text_to_range(text, 0, INT32_MAX / 1000, &n) == 0)
        return n * 1000;
    return -1;
}

/* Whether the keys it was signed with are those of the cache, which can be fetched again. */
static bool uses_our_keys(const struct invoke_site *site, const struct run *r)
{
    return !site->who && !r->job->op->anonymous;
}

/* Plans the next attempt. False when there is none. */
static bool run_again(const struct invoke_site *site, struct run *r, const struct http_reply *reply,
                      enum retry_kind kind)
{
    if (!retry_allowed(r->job->op->safety, reply, kind))
        return false;
    if (kind == RETRY_KEYS || kind == RETRY_CLOCK || kind == RETRY_REGION) {
        if ((r->remedies & (1U << kind)) || (kind == RETRY_KEYS && !uses_our_keys(site, r)))
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

void run_settle(const struct invoke_site *site, struct run *r, struct http_reply *reply,
                const struct aws_credentials *who)
{
    struct invoke_job *j = r->job;
    bool replied = reply->sent == HTTP_REPLIED, clock_off = false, region_off = false;
    if (replied && reply->status >= 200 && reply->status < 300) {
        if (reply_take(j, reply) == 0) {
            shared_give(site->aws->shared, r->cost);
            run_learn(site, r, reply, false);
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
    run_learn(site, r, reply, kind == RETRY_THROTTLED);
    if (kind == RETRY_KEYS && uses_our_keys(site, r))
        credentials_invalidate(site->keys, who);
    if (run_again(site, r, reply, kind))
        return;
    j->fault.effect_unknown = retry_effect_unknown(j->op->safety, reply, kind);
    run_end(site, r);
}
