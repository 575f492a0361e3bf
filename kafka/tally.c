#include "kafka/tally.h"

#include "base/json.h"
#include "base/own.h"

#include <stdio.h>
#include <string.h>

static const char *const reasons[SKIP_COUNT] = {
    [SKIP_FILTER] = "filter",     [SKIP_REPLAYS] = "max_replays", [SKIP_NO_TARGET] = "no_target",
    [SKIP_SIZE] = "too_large",    [SKIP_TIME] = "timestamp",
};

void tally_skip(struct tally *t, enum skip why, const char *topic, int32_t partition, int64_t offset)
{
    if (t->skipped[why]++ == 0)
        snprintf(t->first_skipped[why], sizeof t->first_skipped[why], "%s/%d/%lld", topic, partition, (long long)offset);
}

void tally_produce(struct tally *t, size_t target, const char *topic, int64_t bytes)
{
    t->eligible++;
    t->bytes += bytes;
    if (target >= t->target_count)
        t->target_count = target + 1;
    snprintf(t->targets[target], TOPIC_MAX, "%s", topic);
    t->target_records[target]++;
}

static json_t *skipped_json(const struct tally *t)
{
    json_t *list = json_array();
    for (int i = SKIP_NOT + 1; i < SKIP_COUNT; i++)
        if (t->skipped[i])
            json_array_append_new(list, json_pack("{s:s, s:I, s:s}", "reason", reasons[i], "records", (json_int_t)t->skipped[i],
                                                  "first", t->first_skipped[i]));
    return list;
}

json_t *tally_json(const struct tally *t, const struct range *ranges, size_t n)
{
    json_t *targets = json_array(), *list = json_array();
    for (size_t i = 0; i < t->target_count; i++)
        json_array_append_new(targets,
                              json_pack("{s:s, s:I}", "topic", t->targets[i], "records", (json_int_t)t->target_records[i]));
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, json_pack("{s:i, s:I, s:I, s:I}", "partition", (int)ranges[i].partition, "start",
                                              (json_int_t)ranges[i].start, "next", (json_int_t)ranges[i].next, "end",
                                              (json_int_t)ranges[i].end));
    return json_pack("{s:I, s:I, s:I, s:I, s:o, s:o, s:o}", "read", (json_int_t)t->read, "eligible", (json_int_t)t->eligible,
                     "produced", (json_int_t)t->produced, "bytes", (json_int_t)t->bytes, "skipped", skipped_json(t), "targets",
                     targets, "ranges", list);
}

static int read_skipped(const json_t *list, struct tally *t)
{
    size_t i;
    json_t *o;
    json_array_foreach(list, i, o) {
        int why = SKIP_NOT + 1;
        while (why < SKIP_COUNT && strcmp(reasons[why], json_str(o, "reason", "")) != 0)
            why++;
        if (why == SKIP_COUNT)
            return -1;
        t->skipped[why] = json_int(o, "records", 0);
        snprintf(t->first_skipped[why], sizeof t->first_skipped[why], "%s", json_str(o, "first", ""));
    }
    return 0;
}

static int read_targets(const json_t *list, struct tally *t)
{
    size_t i;
    json_t *o;
    if (json_array_size(list) > TALLY_TARGETS_MAX)
        return -1;
    json_array_foreach(list, i, o) {
        snprintf(t->targets[i], TOPIC_MAX, "%s", json_str(o, "topic", ""));
        t->target_records[i] = json_int(o, "records", 0);
    }
    t->target_count = json_array_size(list);
    return 0;
}

int tally_read(const json_t *o, struct tally *t, struct range **ranges, size_t *n, struct err *e)
{
    const json_t *list = json_arr(o, "ranges");
    *t = (struct tally){
        .read = json_int(o, "read", 0),
        .eligible = json_int(o, "eligible", 0),
        .produced = json_int(o, "produced", 0),
        .bytes = json_int(o, "bytes", 0),
    };
    if (!list || read_skipped(json_arr(o, "skipped"), t) || read_targets(json_arr(o, "targets"), t))
        return err_set(e, ERR_INVALID, "resume holds no numbers of a replay");
    *n = json_array_size(list);
    *ranges = xcalloc(*n + 1, sizeof **ranges);
    size_t i;
    json_t *r;
    json_array_foreach(list, i, r)
        (*ranges)[i] = (struct range){
            .partition = (int32_t)json_int(r, "partition", -1),
            .start = json_int(r, "start", -1),
            .next = json_int(r, "next", -1),
            .end = json_int(r, "end", -1),
        };
    return 0;
}
