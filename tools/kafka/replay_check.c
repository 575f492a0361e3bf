/* What must hold before records are replayed: a consumer that would take them, and brokers that will. */
#include "tools/kafka/replay.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/kafka/judge.h"

#include <string.h>

/* What people call topics of records that failed. */
static bool sounds_dead(const char *topic)
{
    static const char *const words[] = {"dlq", "dlt", "dead", "error", "fail", "retry", "reject", "poison", "quarantine"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        for (const char *p = topic; *p; p++) {
            if (text_istarts(p, words[i]))
                return true;
        }
    }
    return false;
}

/* Records of any topic could be put into any other, which would mix what nobody can part again. */
static void check_kinship(struct kafka_replaying *r)
{
    const char *target = "";
    const struct kafka_inquiry *q = r->q;
    if (!r->target || !strcmp(r->source, r->target))
        return;
    bool named = q->mapping && mapping_failures(q->mapping, &target) == FAILURES_KAFKA && !strcmp(target, r->source);
    bool ok = named || sounds_dead(r->source);
    const char *what = named ? "is where the mapping sends what it gives up"
                       : ok  ? "is called like a topic of dead letters"
                             : "is neither the mapping's destination nor called like a topic of dead letters: its records are "
                               "not put into another";
    gate_hold(&r->q->gate, "source_is_dead_letters", ok, "%s %s", r->source, what);
}

static void check_source(struct kafka_replaying *r)
{
    const char *target = "";
    const struct kafka_inquiry *q = r->q;
    enum mapping_failures f = q->mapping ? mapping_failures(q->mapping, &target) : FAILURES_NOWHERE;
    bool pointers = !r->source && (f == FAILURES_SQS || f == FAILURES_SNS);
    gate_hold(&r->q->gate, "source_known", r->source != NULL, "%s%s%s", r->source ? r->source : "no dead-letter topic is known",
              pointers ? "; the mapping sends messages that hold partition and offsets: replay those by replay_range" : "",
              !r->source && f == FAILURES_S3 ? "; the mapping keeps what it gave up in a bucket" : "");
    if (!r->source)
        return;
    const char *goal = r->target ? r->target : "where each record's headers say";
    gate_hold(&r->q->gate, "target_known", r->target || q->ask.action == KAFKA_REPLAY_DLQ, "records go to %s", goal);
    check_kinship(r);
    gate_hold(&r->q->gate, "own_group", !q->group || strcmp(r->group, q->group), "the replay reads as group %s", r->group);
}

/* What MSK's own list says, where it was read to its end. */
static void check_listed(struct kafka_replaying *r, const char *topic)
{
    struct kafka_inquiry *q = r->q;
    if (!topic || !q->topics || !q->topics_complete)
        return;
    bool there = kafka_lists_topic(q->topics, topic);
    auto_free char *name = xasprintf("topic_%s", topic);
    gate_hold(&q->gate, name, there, "%s", there ? "there" : "the cluster has no such topic");
}

static void check_brokers(struct kafka_replaying *r)
{
    struct kafka_inquiry *q = r->q;
    const char *state = json_str(q->cluster, "State", "");
    bool up = !q->cluster_arn || !strcmp(state, "ACTIVE") || !strcmp(state, "UPDATING") || !strcmp(state, "MAINTENANCE");
    gate_hold(&q->gate, "cluster_up", up, "the cluster is %s", q->cluster_arn ? state[0] ? state : "not readable" : "not MSK's");
    bool reached = r->door.bootstrap && q->broker_view && !q->broker_err.kind;
    gate_hold(&q->gate, "brokers_reached", reached, "%s",
              reached              ? r->door.name
              : q->broker_err.kind ? q->broker_err.text
              : r->why_not         ? r->why_not
                                   : "no brokers are known");
    check_listed(r, r->source);
    check_listed(r, r->target);
    size_t i;
    json_t *t;
    json_array_foreach(json_arr(q->broker_view, "topics"), i, t) {
        int leaderless = (int)json_int(t, "leaderless", 0);
        const char *error = json_str(t, "error", NULL);
        auto_free char *name = xasprintf("topic_%s", json_str(t, "name", ""));
        if (error || leaderless)
            gate_hold(&q->gate, name, false, "%s, %d partitions without a leader", error ? error : "there", leaderless);
    }
}

/* Records that are put back to a consumer that fails would come out as dead letters again. */
static void check_consumer(struct kafka_replaying *r)
{
    struct kafka_inquiry *q = r->q;
    const struct diagnosis *d = &q->diagnosis;
    if (q->ask.function.name[0]) {
        size_t n = json_array_size(q->mappings);
        gate_hold(&q->gate, "one_mapping", q->mapping != NULL, "%zu mappings to Kafka fit%s", n,
                  n > 1 ? ": name topic, group or cluster_arn" : "");
        bool on = q->mapping && mapping_phase(q->mapping) == MAPPING_ENABLED;
        gate_hold(&q->gate, "mapping_enabled", on, "the mapping is %s", q->mapping ? mapping_state(q->mapping) : "not known");
    }
    bool fails = (q->mapping && mapping_has_problem(q->mapping)) ||
                 (d->cause != CAUSE_UNKNOWN && d->cause != CAUSE_CAPACITY && d->class != CLASS_TRANSIENT);
    gate_hold(&q->gate, "consumer_well", !fails, "%s%s", fails ? "it fails now: " : "nothing says that it fails",
              fails ? cause_phrase(d->cause) : "");
}

void kafka_replay_check(struct kafka_replaying *r)
{
    check_source(r);
    check_consumer(r);
    check_brokers(r);
}
