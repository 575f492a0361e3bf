/* Reading a batch, and judging each record. */
#include "kafka/replay.h"

#include "base/clock.h"
#include "kafka/crash.h"
#include "kafka/origin.h"
#include "kafka/parent.h"

#include <string.h>

#define POLL_MS 100
#define FLUSH_AFTER_MS 500 /* what was read is not held back for a partition that is slow */
#define SILENCE_MS 30000
#define PASSED_MAX 20000 /* records in a row that are skipped still advance the group now and then */

/* What becomes of a record: its target's number, and what to write. */
struct verdict {
    enum skip skip;
    int target;
    struct batch_record record;
    int64_t bytes;
};

static int64_t batch_limit(const struct replay *r)
{
    int64_t rate = r->plan->rate_per_s, most = r->job->batch_records;
    return rate > 0 && rate < most ? rate : most; /* a second's worth at most, so that a rate is no series of bursts */
}

static struct range *range_of(const struct replay *r, int32_t partition, size_t *index)
{
    for (size_t i = 0; i < r->range_count; i++) {
        if (r->ranges[i].partition == partition) {
            *index = i;
            return &r->ranges[i];
        }
    }
    return NULL;
}

/* The partition a record came from, where it goes back to the topic it came from; else its key decides. */
static int32_t partition_for(const struct target *target, const struct origin *origin)
{
    bool same = strcmp(target->topic, origin->topic) == 0;
    return same && origin->partition >= 0 && origin->partition < target->partitions ? origin->partition : RD_KAFKA_PARTITION_UA;
}

static int find_target(struct replay *r, const struct origin *origin, struct verdict *v, struct fault *f)
{
    const char *topic = r->plan->target ? r->plan->target : origin->topic;
    bool loops = !r->plan->target && strcmp(topic, r->plan->source) == 0;
    v->target = topic[0] && !loops ? target_of(&r->targets, &r->producer, topic, f) : -1;
    return f->set ? -1 : 0;
}

static int judge(struct replay *r, rd_kafka_message_t *m, struct verdict *v, struct fault *f)
{
    const struct job_replay *plan = r->plan;
    rd_kafka_headers_t *headers = NULL;
    rd_kafka_message_headers(m, &headers);
    struct origin origin = origin_of(headers);
    *v = (struct verdict){.target = -1, .bytes = batch_record_bytes(m), .record = {.message = m, .replays = origin.replays + 1}};
    if (plan->filter_header && !origin_header_is(headers, plan->filter_header, plan->filter_value)) {
        v->skip = SKIP_FILTER;
        return 0;
    }
    if (origin.replays >= plan->max_replays) {
        v->skip = SKIP_REPLAYS;
        return 0;
    }
    if (find_target(r, &origin, v, f))
        return -1;
    if (v->target < 0) {
        v->skip = SKIP_NO_TARGET;
        return 0;
    }
    const struct target *target = &r->targets.list[v->target];
    v->skip = target_takes(target, v->bytes, rd_kafka_message_timestamp(m, NULL), clock_wall_ms());
    v->record.topic = target->topic;
    v->record.partition = partition_for(target, &origin);
    return 0;
}

/* Whether one more record is within the job's bounds; if not, nothing follows this batch. */
static bool within_bounds(struct replay *r, int64_t bytes)
{
    const struct tally *t = &r->batch.tally;
    if (t->eligible >= r->plan->max_records)
        r->stopped_by = "max_records";
    else if (t->bytes + bytes > r->plan->max_bytes && t->eligible > 0)
        r->stopped_by = "max_bytes";
    return r->stopped_by == NULL;
}

/* Takes the message over. */
static int take_record(struct replay *r, rd_kafka_message_t *m, size_t index, struct fault *f)
{
    struct batch *b = &r->batch;
    struct verdict v;
    if (judge(r, m, &v, f) || (v.skip == SKIP_NOT && !within_bounds(r, v.bytes))) {
        rd_kafka_message_destroy(m);
        return f->set ? -1 : 0;
    }
    r->read_to[index] = m->offset + 1;
    b->passed++;
    b->tally.read++;
    if (v.skip != SKIP_NOT) {
        tally_skip(&b->tally, v.skip, r->plan->source, m->partition, m->offset);
        rd_kafka_message_destroy(m);
        return 0;
    }
    tally_produce(&b->tally, (size_t)v.target, v.record.topic, v.bytes);
    b->tally.produced += !r->plan->dry_run;
    if (r->plan->dry_run)
        rd_kafka_message_destroy(m);
    else
        batch_add(b, &v.record, v.bytes);
    return 0;
}

/* The end of a partition as of now. Its last offsets may be markers of transactions, or compacted away: no record tells. */
static void take_end(struct replay *r, const rd_kafka_message_t *m, size_t index)
{
    int64_t end = r->ranges[index].end;
    if (m->offset >= end && r->read_to[index] < end)
        r->read_to[index] = end;
}

static int take(struct replay *r, rd_kafka_message_t *m, struct fault *f)
{
    size_t index = 0;
    struct range *range = m->rkt ? range_of(r, m->partition, &index) : NULL;
    rd_kafka_resp_err_t err = m->err;
    if (range && !err && m->offset >= r->read_to[index]) {
        if (m->offset < range->end)
            return take_record(r, m, index, f);
        r->read_to[index] = range->end; /* all before it that still exist have come */
    }
    if (range && err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
        take_end(r, m, index);
    else if (err && !fault_passes(err))
        fault_set(f, "read", err, "%s", rd_kafka_message_errstr(m));
    rd_kafka_message_destroy(m);
    return f->set ? -1 : 0;
}

static bool is_full(const struct replay *r)
{
    const struct batch *b = &r->batch;
    return (int64_t)b->count >= batch_limit(r) || b->bytes >= BATCH_BYTES || b->passed >= PASSED_MAX;
}

static int gather(struct replay *r, struct fault *f)
{
    int64_t last = clock_mono_ms();
    while (!is_full(r) && !r->stopped_by && !replay_all_read(r)) {
        rd_kafka_message_t *m = rd_kafka_consumer_poll(r->consumer.rk, POLL_MS);
        int64_t now = clock_mono_ms();
        if (m && take(r, m, f))
            return -1;
        if (m) {
            last = now;
            continue;
        }
        rd_kafka_poll(r->consumer.rk, 0);
        rd_kafka_poll(r->producer.rk, 0);
        bool holds = r->batch.passed > 0;
        if ((holds && now - last >= FLUSH_AFTER_MS) || parent_wants_end() || now >= r->job->deadline_mono_ms)
            return 0;
        if (now - last >= SILENCE_MS)
            return fault_set(f, "read", RD_KAFKA_RESP_ERR__TIMED_OUT, "nothing came from %s for %d s: %s", r->plan->source,
                             SILENCE_MS / 1000, r->consumer.trouble[0] ? r->consumer.trouble : "no answer");
    }
    return 0;
}

int replay_gather(struct replay *r, struct fault *f)
{
    if (gather(r, f))
        return -1;
    if (!r->stopped_by && replay_all_read(r))
        r->stopped_by = "end";
    crash_at("read");
    return 0;
}
