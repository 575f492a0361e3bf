#include "kafka/replay.h"

#include "base/clock.h"
#include "base/json.h"
#include "kafka/crash.h"
#include "kafka/parent.h"

#include <stdlib.h>
#include <string.h>

#define COMMIT_RESERVE_MS 2000 /* a batch is not begun with less than this left */

bool replay_all_read(const struct replay *r)
{
    for (size_t i = 0; i < r->range_count; i++)
        if (r->read_to[i] < r->ranges[i].end)
            return false;
    return true;
}

static bool all_done(const struct replay *r)
{
    for (size_t i = 0; i < r->range_count; i++)
        if (r->ranges[i].next < r->ranges[i].end)
            return false;
    return true;
}

json_t *replay_done_json(const struct replay *r)
{
    return tally_json(&r->tally, r->ranges, r->range_count);
}

json_t *replay_intent_json(const struct replay *r)
{
    json_t *o = tally_json(&r->batch.tally, r->ranges, r->range_count);
    size_t i;
    json_t *range;
    json_array_foreach(json_arr(o, "ranges"), i, range)
        json_put_int(range, "next", r->read_to[i]);
    return o;
}

/* A dry run reads and counts as the real one does, and leaves no trace. */
static void count_only(struct replay *r)
{
    r->tally = r->batch.tally;
    for (size_t i = 0; i < r->range_count; i++)
        r->ranges[i].next = r->read_to[i];
}

/* The rate is kept between transactions: one that waits would run into its own timeout. */
static void keep_rate(struct replay *r)
{
    if (r->plan->rate_per_s == 0)
        return;
    int64_t produced = r->tally.produced - r->produced_before;
    int64_t due = r->begun_mono_ms + produced * 1000 / r->plan->rate_per_s;
    handle_rest(&r->producer, due - clock_mono_ms());
}

static bool must_stop(struct replay *r)
{
    if (r->stopped_by)
        return true;
    if (parent_wants_end())
        r->stopped_by = "cancelled";
    else if (clock_mono_ms() + COMMIT_RESERVE_MS >= r->job->deadline_mono_ms)
        r->stopped_by = "deadline";
    return r->stopped_by != NULL;
}

static bool batch_moved(const struct replay *r)
{
    for (size_t i = 0; i < r->range_count; i++)
        if (r->read_to[i] > r->ranges[i].next)
            return true;
    return false;
}

static int copy(struct replay *r, struct fault *f)
{
    r->begun_mono_ms = clock_mono_ms();
    while (!must_stop(r)) {
        batch_clear(&r->batch, &r->tally);
        if (replay_gather(r, f))
            return -1;
        if (!batch_moved(r))
            continue;
        if (r->plan->dry_run)
            count_only(r);
        else if (replay_commit(r, f))
            return -1;
        crash_at("commit");
        if (!r->stopped_by)
            keep_rate(r);
    }
    return 0;
}

static json_t *report(const struct replay *r, bool failed)
{
    json_t *o = replay_done_json(r);
    json_put_str(o, "source", r->plan->source);
    json_put_str(o, "target", r->plan->target);
    json_put_str(o, "group", r->plan->group);
    json_put_str(o, "transactional_id", r->transactional_id);
    json_put_flag(o, "complete", all_done(r));
    json_put_str(o, "stopped_by", failed ? "error" : r->stopped_by);
    json_put_flag(o, "settled", !r->unsettled);
    return o;
}

static int run(struct replay *r, struct fault *f)
{
    if (replay_start(r, f))
        return -1;
    parent_tell("snapshot", json_pack("{s:o}", "done", replay_done_json(r)));
    crash_at("snapshot");
    if (json_flag(r->plan->resume, "settle_only", false)) {
        r->stopped_by = "deadline";
        return 0;
    }
    return copy(r, f);
}

/* Brokers say that something is not allowed, and not always what. */
static void name_things(const struct replay *r, struct fault *f)
{
    if (strcmp(f->kind, "authorization") != 0)
        return;
    struct fault bare = *f;
    f->set = false;
    fault_set(f, bare.phase, bare.code, "%.200s (reading %s as group %s, writing to %s in transactions of %s)", bare.message,
              r->plan->source, r->plan->group, r->plan->target ? r->plan->target : "the topics its headers name",
              r->transactional_id);
    f->fatal = bare.fatal;
}

void replay_run(const struct job *job)
{
    struct replay r = {.job = job, .plan = &job->replay};
    struct fault f = {0};
    json_t *result = json_object();
    int failed = run(&r, &f);
    if (r.ranges)
        json_put(result, "replay", report(&r, failed));
    if (failed)
        name_things(&r, &f);
    parent_tell_result(result, &f);
    batch_done(&r.batch);
    handle_close(&r.consumer);
    handle_close(&r.producer);
    free(r.ranges);
    free(r.read_to);
}
