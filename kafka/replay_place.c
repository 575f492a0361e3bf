/* Where a replay goes on and to: ranges from the committed offsets and the ends as of now, or from what a dead predecessor
   left behind. */
#include "kafka/replay.h"

#include "base/json.h"
#include "base/own.h"
#include "kafka/cluster.h"
#include "kafka/crash.h"

#include <stdlib.h>
#include <string.h>

static const json_t *wanted_range(const json_t *partitions, int32_t partition)
{
    size_t i;
    json_t *p;
    json_array_foreach(partitions, i, p) {
        if (json_int(p, "partition", -1) == partition)
            return p;
    }
    return NULL;
}

/* Never before where the group stands: that was replayed already. */
static int range_of(struct range *range, const json_t *wanted, int64_t begin, int64_t end, int64_t committed, struct fault *f)
{
    int64_t start = json_int(wanted, "start", begin), stop = json_int(wanted, "end", end);
    if (committed > end)
        return fault_refuse(
            f, "snapshot",
            "partition %d ends at %lld, before %lld, where the group stands: the topic was made anew or lost records",
            range->partition, (long long)end, (long long)committed);
    start = start > committed ? start : committed;
    start = start > begin ? start : begin;
    stop = stop < end ? stop : end;
    range->start = range->next = start;
    range->end = stop > start ? stop : start;
    return 0;
}

static rd_kafka_resp_err_t partition_error(const rd_kafka_topic_partition_list_t *lists[3])
{
    for (int k = 0; k < 3; k++)
        for (int i = 0; i < lists[k]->cnt; i++)
            if (lists[k]->elems[i].err)
                return lists[k]->elems[i].err;
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static int fix_ranges(struct replay *r, const rd_kafka_topic_partition_list_t *begins,
                      const rd_kafka_topic_partition_list_t *ends, const rd_kafka_topic_partition_list_t *committed,
                      struct fault *f)
{
    const rd_kafka_topic_partition_list_t *lists[] = {begins, ends, committed};
    rd_kafka_resp_err_t err = partition_error(lists);
    if (err)
        return fault_set(f, "snapshot", err, "topic %s: %s", r->plan->source, rd_kafka_err2str(err));
    for (size_t i = 0; i < r->range_count; i++) {
        const json_t *wanted = wanted_range(r->plan->partitions, r->ranges[i].partition);
        if (range_of(&r->ranges[i], wanted, begins->elems[i].offset, ends->elems[i].offset, committed->elems[i].offset, f))
            return -1;
    }
    return 0;
}

static rd_kafka_topic_partition_list_t *partitions_of(const struct replay *r)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)r->range_count + 1);
    for (size_t i = 0; i < r->range_count; i++)
        rd_kafka_topic_partition_list_add(list, r->plan->source, r->ranges[i].partition);
    return list;
}

static int snapshot(struct replay *r, const rd_kafka_topic_partition_list_t *committed, struct fault *f)
{
    rd_kafka_topic_partition_list_t *begins = partitions_of(r), *ends = partitions_of(r);
    int failed = cluster_bounds(&r->consumer, begins, RD_KAFKA_OFFSET_BEGINNING, f) ||
                 cluster_bounds(&r->consumer, ends, RD_KAFKA_OFFSET_END, f) || fix_ranges(r, begins, ends, committed, f);
    rd_kafka_topic_partition_list_destroy(begins);
    rd_kafka_topic_partition_list_destroy(ends);
    return failed ? -1 : 0;
}

/* The partitions asked for, or all there are. */
static int choose_partitions(struct replay *r, struct fault *f)
{
    struct cluster_topic source;
    if (cluster_look_up(&r->consumer, r->plan->source, &source, f))
        return -1;
    if (source.err)
        return fault_set(f, "metadata", source.err, "topic %s: %s", r->plan->source, rd_kafka_err2str(source.err));
    size_t i;
    json_t *p;
    json_array_foreach(r->plan->partitions, i, p) {
        if (json_int(p, "partition", 0) >= source.partitions)
            return fault_set(f, "metadata", RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, "topic %s has %d partitions, no %lld",
                             r->plan->source, source.partitions, (long long)json_int(p, "partition", 0));
    }
    r->ranges = xcalloc((size_t)source.partitions + 1, sizeof *r->ranges);
    for (int32_t n = 0; n < source.partitions; n++)
        if (!r->plan->partitions || wanted_range(r->plan->partitions, n))
            r->ranges[r->range_count++].partition = n;
    return 0;
}

/* Whether the committed offsets are those of `ranges` wherever `ranges` differ from `other`. */
static bool stands_at(const struct range *ranges, const struct range *other, size_t n,
                      const rd_kafka_topic_partition_list_t *committed)
{
    for (size_t i = 0; i < n; i++)
        if (ranges[i].next != other[i].next && committed->elems[i].offset != ranges[i].next)
            return false;
    return true;
}

/* What the dead predecessor had started either is there as a whole or not at all. */
static int settle(struct replay *r, const json_t *intent, const rd_kafka_topic_partition_list_t *committed, struct fault *f)
{
    struct tally meant;
    struct range *ranges = NULL;
    size_t n = 0;
    struct err e = {0};
    if (tally_read(intent, &meant, &ranges, &n, &e) || n != r->range_count) {
        free(ranges);
        return fault_refuse(f, "committed", "resume does not fit its own ranges: %s", e.text);
    }
    bool done = stands_at(ranges, r->ranges, n, committed);
    bool undone = true; /* none of the batch's offsets is there */
    for (size_t i = 0; i < n; i++)
        undone &= ranges[i].next == r->ranges[i].next || committed->elems[i].offset != ranges[i].next;
    if (done) {
        r->tally = meant;
        memcpy(r->ranges, ranges, n * sizeof *ranges);
    }
    free(ranges);
    if (!done && !undone)
        return fault_refuse(f, "committed", "the offsets of group %s were moved by somebody else", r->plan->group);
    r->unsettled = false;
    return 0;
}

/* Wherever this replay has been before, the group must stand. */
static int check_place(const struct replay *r, const rd_kafka_topic_partition_list_t *committed, struct fault *f)
{
    for (size_t i = 0; i < r->range_count; i++)
        if (r->ranges[i].next > r->ranges[i].start && committed->elems[i].offset != r->ranges[i].next)
            return fault_refuse(
                f, "committed", "group %s stands at %lld in partition %d, and not at %lld, where this replay left it",
                r->plan->group, (long long)committed->elems[i].offset, r->ranges[i].partition, (long long)r->ranges[i].next);
    return 0;
}

static int resume(struct replay *r, const rd_kafka_topic_partition_list_t *committed, struct fault *f)
{
    const json_t *intent = json_obj(r->plan->resume, "intent");
    if (intent && settle(r, intent, committed, f))
        return -1;
    return check_place(r, committed, f);
}

static int read_resume(struct replay *r, struct fault *f)
{
    struct err e = {0};
    if (tally_read(json_obj(r->plan->resume, "done"), &r->tally, &r->ranges, &r->range_count, &e))
        return fault_refuse(f, "committed", "%s", e.text);
    r->produced_before = r->tally.produced;
    r->unsettled = json_obj(r->plan->resume, "intent") != NULL;
    return 0;
}

static int assign(struct replay *r, struct fault *f)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)r->range_count + 1);
    r->read_to = xcalloc(r->range_count + 1, sizeof *r->read_to);
    for (size_t i = 0; i < r->range_count; i++) {
        const struct range *range = &r->ranges[i];
        r->read_to[i] = range->next;
        if (range->next < range->end)
            rd_kafka_topic_partition_list_add(list, r->plan->source, range->partition)->offset = range->next;
    }
    rd_kafka_resp_err_t err = list->cnt > 0 ? rd_kafka_assign(r->consumer.rk, list) : RD_KAFKA_RESP_ERR_NO_ERROR;
    rd_kafka_topic_partition_list_destroy(list);
    return err ? fault_set(f, "read", err, "%s", rd_kafka_err2str(err)) : 0;
}

int replay_find_place(struct replay *r, struct fault *f)
{
    if (r->plan->resume ? read_resume(r, f) : choose_partitions(r, f))
        return -1;
    rd_kafka_topic_partition_list_t *committed = partitions_of(r);
    int failed = cluster_committed(&r->consumer, committed, f);
    crash_at("committed");
    if (!failed)
        failed = r->plan->resume ? resume(r, committed, f) : snapshot(r, committed, f);
    rd_kafka_topic_partition_list_destroy(committed);
    return failed || assign(r, f) ? -1 : 0;
}
