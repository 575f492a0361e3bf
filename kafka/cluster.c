#include "kafka/cluster.h"

#include <stdio.h>
#include <string.h>

#define CONNECT_MS 10000
#define CONNECT_REPLAY_MS 30000 /* a broker that was restarted is refused by its controller for a while */
#define STEP_MS 15000

int cluster_connect(struct handle *h, int *brokers, struct fault *f)
{
    struct patience p = patience_start(h, "connect", h->job->replays ? CONNECT_REPLAY_MS : CONNECT_MS);
    for (;;) {
        const struct rd_kafka_metadata *m = NULL;
        rd_kafka_resp_err_t err = rd_kafka_metadata(h->rk, 0, NULL, &m, p.slice_ms);
        if (!err && m->broker_cnt > 0) {
            *brokers = m->broker_cnt;
            h->connected = true;
            h->broker = m->orig_broker_id;
            rd_kafka_metadata_destroy(m);
            return 0;
        }
        if (m)
            rd_kafka_metadata_destroy(m);
        if (patience_again(&p, err ? err : RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE, f))
            return -1;
    }
}

static void count(const struct rd_kafka_metadata *m, struct cluster_topic *out)
{
    const struct rd_kafka_metadata_topic *t = &m->topics[0];
    *out = (struct cluster_topic){.partitions = t->partition_cnt, .brokers = m->broker_cnt, .err = t->err};
    for (int i = 0; i < t->partition_cnt; i++) {
        out->leaderless += t->partitions[i].leader < 0;
        out->under_replicated += t->partitions[i].isr_cnt < t->partitions[i].replica_cnt;
    }
}

/* A topic without a leader anywhere, or one the brokers are just making. */
static bool half_there(const struct cluster_topic *t)
{
    return fault_passes(t->err) || (!t->err && t->partitions == 0);
}

int cluster_look_up(struct handle *h, const char *topic, struct cluster_topic *out, struct fault *f)
{
    rd_kafka_topic_t *rkt = rd_kafka_topic_new(h->rk, topic, NULL);
    if (!rkt)
        return fault_refuse(f, "metadata", "%s is no name of a topic", topic);
    struct patience p = patience_start(h, "metadata", STEP_MS);
    int result = 1;
    while (result > 0) {
        const struct rd_kafka_metadata *m = NULL;
        rd_kafka_resp_err_t err = rd_kafka_metadata(h->rk, 0, rkt, &m, p.slice_ms);
        if (!err && m->topic_cnt == 1) {
            count(m, out);
            result = half_there(out) ? 1 : 0;
        }
        if (m)
            rd_kafka_metadata_destroy(m);
        if (result > 0 && patience_again(&p, err ? err : RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, f))
            result = -1;
    }
    rd_kafka_topic_destroy(rkt);
    return result;
}

/* A coordinator that moves answers for each partition by itself. */
static rd_kafka_resp_err_t passing_error(const rd_kafka_topic_partition_list_t *list)
{
    for (int i = 0; i < list->cnt; i++)
        if (list->elems[i].err && fault_passes(list->elems[i].err))
            return list->elems[i].err;
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static void set_offsets(rd_kafka_topic_partition_list_t *list, int64_t offset)
{
    for (int i = 0; i < list->cnt; i++) {
        list->elems[i].offset = offset;
        list->elems[i].err = RD_KAFKA_RESP_ERR_NO_ERROR;
    }
}

/* How librdkafka is asked for the offsets of a list. */
typedef rd_kafka_resp_err_t offsets_fn(rd_kafka_t *rk, rd_kafka_topic_partition_list_t *list, int timeout_ms);

/* `preset` is what stands in the list before each attempt. */
static int ask_offsets(struct handle *h, const char *phase, offsets_fn *ask, rd_kafka_topic_partition_list_t *list,
                       int64_t preset, struct fault *f)
{
    if (list->cnt == 0)
        return 0;
    struct patience p = patience_start(h, phase, STEP_MS);
    for (;;) {
        set_offsets(list, preset);
        rd_kafka_resp_err_t err = ask(h->rk, list, p.slice_ms);
        if (!err)
            err = passing_error(list);
        if (!err)
            return 0;
        if (patience_again(&p, err, f))
            return -1;
    }
}

int cluster_committed(struct handle *h, rd_kafka_topic_partition_list_t *list, struct fault *f)
{
    return ask_offsets(h, "committed", rd_kafka_committed, list, RD_KAFKA_OFFSET_INVALID, f);
}

int cluster_bounds(struct handle *h, rd_kafka_topic_partition_list_t *list, int64_t which, struct fault *f)
{
    return ask_offsets(h, "offsets", rd_kafka_offsets_for_times, list, which, f);
}

int cluster_group(struct handle *h, const char *group, char *state, int *members, struct fault *f)
{
    struct patience p = patience_start(h, "group", STEP_MS);
    for (;;) {
        const struct rd_kafka_group_list *list = NULL;
        rd_kafka_resp_err_t err = rd_kafka_list_groups(h->rk, group, &list, p.slice_ms);
        if (err == RD_KAFKA_RESP_ERR__PARTIAL && list->group_cnt > 0)
            err = RD_KAFKA_RESP_ERR_NO_ERROR; /* only its coordinator lists a group, and that one answered */
        if (!err) {
            const struct rd_kafka_group_info *g = list->group_cnt > 0 ? &list->groups[0] : NULL;
            err = g ? g->err : RD_KAFKA_RESP_ERR_NO_ERROR;
            snprintf(state, CLUSTER_STATE_MAX, "%s", !g ? "Dead" : g->state && g->state[0] ? g->state : "unknown");
            *members = g ? g->member_cnt : 0;
        }
        if (list)
            rd_kafka_group_list_destroy(list);
        if (err == RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE) {
            snprintf(state, CLUSTER_STATE_MAX, "unknown");
            *members = -1;
            return 0;
        }
        if (!err)
            return 0;
        if (patience_again(&p, err == RD_KAFKA_RESP_ERR__PARTIAL ? RD_KAFKA_RESP_ERR__TIMED_OUT : err, f))
            return -1;
    }
}
