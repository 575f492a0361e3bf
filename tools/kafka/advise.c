/* What to do about a consumer that stands still, and what to look at first. */
#include "tools/kafka/judge.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/begin.h"

#include <string.h>

json_t *kafka_again(const struct kafka_inquiry *q, const char *action)
{
    json_t *args = json_object();
    json_put_str(args, "action", action);
    json_put_str(args, "consumer_function", q->ask.consumer);
    if (!q->ask.consumer && q->ask.function.name[0])
        json_put_str(args, "consumer_function", json_str(q->mapping, "FunctionArn", q->ask.function.name));
    json_put_str(args, "cluster_arn", q->ask.cluster_arn);
    json_put_str(args, "topic", q->ask.topic);
    json_put_str(args, "group", q->ask.group);
    json_put_str(args, "dead_letter_topic", q->ask.dead_letter_topic);
    tool_where_on(q->call, args);
    return args;
}

const char *kafka_dead_letters(const struct kafka_inquiry *q)
{
    const char *target = "";
    if (q->ask.dead_letter_topic)
        return q->ask.dead_letter_topic;
    return q->mapping && mapping_failures(q->mapping, &target) == FAILURES_KAFKA ? target : NULL;
}

static bool is_off(const struct kafka_inquiry *q)
{
    return q->mapping && mapping_phase(q->mapping) == MAPPING_DISABLED;
}

static bool is_well(const struct kafka_inquiry *q)
{
    return q->mapping && mapping_phase(q->mapping) == MAPPING_ENABLED && !mapping_has_problem(q->mapping) &&
           q->diagnosis.cause == CAUSE_UNKNOWN;
}

/* A mapping that is on retries by itself: for ever, or until it gives a record up. */
static bool retries_itself(const struct kafka_inquiry *q)
{
    return q->mapping && mapping_phase(q->mapping) == MAPPING_ENABLED && mapping_has_problem(q->mapping);
}

static void advise_off(struct kafka_inquiry *q, struct advice *a)
{
    a->tool = "retry_kafka";
    a->arguments = kafka_again(q, "enable_mapping");
    if (mapping_has_problem(q->mapping)) {
        advice_block(a, "class_not_transient");
        advice_reason(a, "It is off, and its last result was a problem: enabling it meets that again. Mend the cause first.");
    } else if (mapping_changed_by_user(q->mapping)) {
        advice_block(a, "side_effects_unknown");
        advice_reason(a, "Somebody switched it off. Ask why; if it was not meant, enable_mapping switches it on again.");
    } else {
        advice_block(a, "class_not_transient");
        advice_reason(a, "Lambda switched it off (%s): mend that, then enable_mapping.",
                      json_str(q->mapping, "StateTransitionReason", "no reason given"));
    }
}

static void advise_others(struct kafka_inquiry *q, struct advice *a)
{
    const struct diagnosis *d = &q->diagnosis;
    if (retries_itself(q))
        advice_block(a, "native_retry_pending");
    if (d->cause != CAUSE_UNKNOWN && d->class != CLASS_TRANSIENT)
        advice_block(a, "class_not_transient");
    if (retries_itself(q) && mapping_retries(q->mapping) < 0)
        advice_reason(a, "Lambda tries the same records again for ever; it goes on by itself once the cause is gone: %s.",
                      cause_phrase(d->cause));
    else if (retries_itself(q))
        advice_reason(a, "Lambda tries each batch %d times and then gives it up. Mend the cause, then replay what was given up.",
                      mapping_retries(q->mapping));
    else if (d->cause == CAUSE_UNKNOWN)
        advice_reason(a, "Nothing that was read says that it fails.");
    else if (kafka_too_slow(q))
        advice_reason(
            a,
            "It takes less than comes in. More partitions, pollers or concurrency, a larger batch or more memory may help.");
    else if (d->class == CLASS_TRANSIENT)
        advice_reason(a, "It passes by itself: %s. Look again in some minutes.", cause_phrase(d->cause));
    else
        advice_reason(a, "It stands still until somebody changes something: %s.", cause_phrase(d->cause));
    if (!retries_itself(q) && d->cause == CAUSE_UNKNOWN)
        advice_block(a, "not_failed");
}

/* One of several is named by its topic. */
static void link_switch(struct kafka_inquiry *q, const json_t *m)
{
    json_t *args = kafka_again(q, "enable_mapping");
    if (!q->mapping)
        json_put_str(args, "topic", mapping_topic(m));
    json_put_flag(args, "dry_run", true);
    envelope_link(&q->answer, "retry_kafka", args, "what switching it on would do, without doing it");
}

static void link_onwards(struct kafka_inquiry *q)
{
    envelope_put(&q->answer, "links", json_array());
    size_t i;
    json_t *m;
    json_array_foreach(q->mappings, i, m) {
        if (mapping_phase(m) == MAPPING_DISABLED)
            link_switch(q, m);
    }
    if (is_well(q) && kafka_dead_letters(q)) {
        json_t *args = kafka_again(q, "replay_dlq");
        json_put_flag(args, "dry_run", true);
        envelope_link(&q->answer, "retry_kafka", args, "whether dead letters wait for a replay");
    }
    const char *target = "";
    if (q->mapping && mapping_failures(q->mapping, &target) == FAILURES_S3) {
        const char *bucket = strrchr(target, ':');
        auto_free char *path = xasprintf("s3://%s/", bucket ? bucket + 1 : target);
        json_t *args = json_object();
        json_put_str(args, "s3_path", path);
        tool_where_on(q->call, args);
        envelope_link(&q->answer, "verify_source_data", args, "records that were given up are kept there");
    }
}

void kafka_advise(struct kafka_inquiry *q)
{
    struct advice a;
    advice_init(&a);
    if (is_off(q))
        advise_off(q, &a);
    else
        advise_others(q, &a);
    advice_put(&a, &q->answer);
    link_onwards(q);
}
