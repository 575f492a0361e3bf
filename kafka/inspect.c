#include "kafka/inspect.h"

#include "base/json.h"
#include "base/own.h"
#include "kafka/cluster.h"
#include "kafka/parent.h"

#include <string.h>

/* All partitions of all topics that exist. */
struct inspection {
    struct handle h;
    const struct job *job;
    json_t *result;
    rd_kafka_topic_partition_list_t *partitions;
};

/* After these the rest would fail in the same way, and as slowly. */
static bool is_hopeless(const struct fault *f)
{
    static const char *const kinds[] = {"network", "authentication", "tls", "timeout", "refused"};
    for (size_t i = 0; f->set && i < ARRAY_LEN(kinds); i++)
        if (strcmp(f->kind, kinds[i]) == 0)
            return true;
    return false;
}

static void put_error(json_t *o, rd_kafka_resp_err_t err)
{
    if (err)
        json_put_str(o, "error", rd_kafka_err2name(err));
}

static int look_at_topic(struct inspection *in, const char *name, struct fault *f)
{
    struct cluster_topic t;
    if (cluster_look_up(&in->h, name, &t, f))
        return -1;
    json_t *o = json_pack("{s:s, s:i, s:i, s:i}", "name", name, "partitions", t.partitions, "leaderless", t.leaderless,
                          "under_replicated", t.under_replicated);
    json_array_append_new(json_arr(in->result, "topics"), o);
    put_error(o, t.err);
    if (t.err)
        return fault_set(f, "metadata", t.err, "topic %s: %s", name, rd_kafka_err2str(t.err));
    for (int i = 0; i < t.partitions; i++)
        rd_kafka_topic_partition_list_add(in->partitions, name, i);
    return 0;
}

static void look_at_topics(struct inspection *in, struct fault *f)
{
    json_put(in->result, "topics", json_array());
    size_t i;
    json_t *name;
    json_array_foreach(in->job->topics, i, name) {
        struct fault own = {0};
        look_at_topic(in, json_string_value(name), &own);
        if (!f->set)
            *f = own;
        if (is_hopeless(&own))
            return;
    }
}

static void look_at_group(struct inspection *in, struct fault *f)
{
    char state[CLUSTER_STATE_MAX];
    int members;
    if (cluster_group(&in->h, in->job->group, state, &members, f))
        return;
    json_t *group = json_pack("{s:s, s:s}", "id", in->job->group, "state", state);
    if (members >= 0)
        json_put_int(group, "members", members);
    json_put(in->result, "group", group);
}

/* Last of all: it may be refused where all else is allowed. */
static void look_at_settings(struct inspection *in, struct fault *f)
{
    size_t i;
    json_t *o;
    json_array_foreach(json_arr(in->result, "topics"), i, o) {
        json_t *config = NULL;
        if (json_object_get(o, "error"))
            continue;
        struct fault own = {0};
        if (cluster_config(&in->h, json_str(o, "name", ""), &config, &own) == 0) {
            json_put(o, "config", config);
            continue;
        }
        if (own.code != RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE && !f->set)
            *f = own;
        return;
    }
}

static void put_offset(json_t *o, const char *key, const rd_kafka_topic_partition_t *p)
{
    if (p->err)
        put_error(o, p->err);
    else if (p->offset >= 0)
        json_put_int(o, key, p->offset);
}

/* With a committed offset the lag is what lies behind it; where the group has none it is unknown: whether it would start
   at the beginning or the end is the consumer's own setting. */
static json_t *lag_of(const rd_kafka_topic_partition_t *begin, const rd_kafka_topic_partition_t *end,
                      const rd_kafka_topic_partition_t *committed, int64_t *total)
{
    json_t *o = json_pack("{s:s, s:i}", "topic", begin->topic, "partition", begin->partition);
    put_offset(o, "begin", begin);
    put_offset(o, "end", end);
    if (!committed)
        return o;
    put_offset(o, "committed", committed);
    if (end->err || committed->err || committed->offset < 0)
        return o;
    int64_t from = committed->offset < begin->offset ? begin->offset : committed->offset;
    int64_t lag = end->offset > from ? end->offset - from : 0;
    json_put_int(o, "lag", lag);
    *total += lag;
    return o;
}

/* Brokers do not list a group to who may not see it. One that is not listed has no offsets either: where it has, or where
   they may not be read, nothing is known of it. */
static void doubt_group(struct inspection *in, const rd_kafka_topic_partition_list_t *committed)
{
    json_t *group = json_obj(in->result, "group");
    bool seen = committed == NULL;
    for (int i = 0; committed && i < committed->cnt; i++)
        seen |= committed->elems[i].err || committed->elems[i].offset >= 0;
    if (!seen || !json_is_text(json_object_get(group, "state"), "Dead"))
        return;
    json_put_str(group, "state", "unknown");
    json_object_del(group, "members");
}

static void put_lag(struct inspection *in, rd_kafka_topic_partition_list_t *const lists[3], bool committed)
{
    json_t *lag = json_array();
    int64_t total = 0;
    for (int i = 0; i < in->partitions->cnt; i++)
        json_array_append_new(
            lag, lag_of(&lists[0]->elems[i], &lists[1]->elems[i], committed ? &lists[2]->elems[i] : NULL, &total));
    json_put(in->result, "lag", lag);
    if (committed)
        json_put_int(in->result, "lag_total", total);
}

static void look_at_lag(struct inspection *in, struct fault *f)
{
    rd_kafka_topic_partition_list_t *lists[3];
    for (int i = 0; i < 3; i++)
        lists[i] = rd_kafka_topic_partition_list_copy(in->partitions);
    bool committed = in->job->group && cluster_committed(&in->h, lists[2], f) == 0;
    if (in->job->group)
        doubt_group(in, committed ? lists[2] : NULL);
    if (!is_hopeless(f) && cluster_bounds(&in->h, lists[0], RD_KAFKA_OFFSET_BEGINNING, f) == 0 &&
        cluster_bounds(&in->h, lists[1], RD_KAFKA_OFFSET_END, f) == 0)
        put_lag(in, lists, committed);
    for (int i = 0; i < 3; i++)
        rd_kafka_topic_partition_list_destroy(lists[i]);
}

/* Each part records the first fault; the others go on unless they would meet the same. */
static void look(struct inspection *in, struct fault *f)
{
    int brokers;
    if (cluster_connect(&in->h, &brokers, f))
        return;
    json_put_int(in->result, "brokers", brokers);
    look_at_topics(in, f);
    if (!is_hopeless(f) && in->job->group)
        look_at_group(in, f);
    if (!is_hopeless(f) && in->partitions->cnt > 0)
        look_at_lag(in, f);
    if (!is_hopeless(f))
        look_at_settings(in, f);
}

void inspect_run(const struct job *job)
{
    const struct handle_setting settings[] = {
        {"group.id", job->group ? job->group : "lakewarden-inspect"},
        {"enable.auto.commit", "false"},
        {"isolation.level", "read_uncommitted"}, /* lag is counted to the high watermark, as consumers' metrics do */
    };
    struct inspection in = {.job = job, .result = json_object()};
    struct fault f = {0};
    in.partitions = rd_kafka_topic_partition_list_new(16);
    if (handle_open(&in.h, job, RD_KAFKA_CONSUMER, settings, ARRAY_LEN(settings), &f) == 0)
        look(&in, &f);
    parent_tell_result(in.result, &f);
    rd_kafka_topic_partition_list_destroy(in.partitions);
    handle_close(&in.h);
}
