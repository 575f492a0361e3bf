/* The arguments of retry_kafka, checked further than their document does. */
#include "tools/kafka/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define RANGES_MAX 100
#define TEXT_MAX 300
#define CLUSTER_NAME_MAX 64
#define OFFSET_MAX (INT64_C(1) << 62)

static enum kafka_action action_of(const char *name)
{
    static const char *const names[] = {"inspect", "enable_mapping", "replay_dlq", "replay_range"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (!strcmp(names[i], name))
            return (enum kafka_action)i;
    }
    return KAFKA_INSPECT;
}

/* An argument of at most TEXT_MAX bytes; NULL where it is not given. */
static int read_text(const struct tool_call *call, const char *key, const char **out, struct err *e)
{
    const char *value = json_str(call->arguments, key, NULL);
    if (value && (!value[0] || strlen(value) > TEXT_MAX))
        return err_set(e, ERR_INVALID, "/%s: must have 1 to %d characters.", key, TEXT_MAX);
    *out = value;
    return 0;
}

/* Kafka's rule for names of topics: letters, digits, '.', '_', '-', at most 249, and neither "." nor "..". */
static int read_topic(const struct tool_call *call, const char *key, const char **out, struct err *e)
{
    const char *value = NULL;
    if (read_text(call, key, &value, e))
        return -1;
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    if (value && (value[strspn(value, letters)] || strlen(value) > 249 || !strcmp(value, ".") || !strcmp(value, "..")))
        return err_set(e, ERR_INVALID, "/%s: is not a topic's name (letters, digits, '.', '_' and '-').", key);
    *out = value;
    return 0;
}

/* "0:100-199" -> {partition: 0, start: 100, end: 200}; the last offset is named, the end lies behind it. NULL when it is none. */
static json_t *one_range(const char *text)
{
    auto_free char *copy = xstrdup(text);
    char *first = strchr(copy, ':'), *last = first ? strchr(first, '-') : NULL;
    if (!last)
        return NULL;
    *first++ = *last++ = '\0';
    int64_t partition, start, end;
    if (text_to_range(copy, 0, INT32_MAX, &partition) || text_to_range(first, 0, OFFSET_MAX, &start) ||
        text_to_range(last, start, OFFSET_MAX, &end))
        return NULL;
    return json_pack("{s:I, s:I, s:I}", "partition", (json_int_t)partition, "start", (json_int_t)start, "end",
                     (json_int_t)end + 1);
}

static bool names_partition(const json_t *ranges, int64_t partition)
{
    size_t i;
    json_t *r;
    json_array_foreach(ranges, i, r) {
        if (json_int(r, "partition", -1) == partition)
            return true;
    }
    return false;
}

static int read_ranges(const char *text, json_t **out, struct err *e)
{
    auto_free char *copy = xstrdup(text);
    json_auto_t *ranges = json_array();
    char *rest = copy;
    for (char *one = strsep(&rest, ","); one; one = strsep(&rest, ",")) {
        json_auto_t *range = one_range(one);
        if (!range)
            return err_set(e, ERR_INVALID, "/ranges: \"%.40s\" is not partition:first-last, such as 0:100-199.", one);
        if (names_partition(ranges, json_int(range, "partition", -1)))
            return err_set(e, ERR_INVALID, "/ranges: partition %d is named twice.", (int)json_int(range, "partition", -1));
        if (json_array_size(ranges) == RANGES_MAX)
            return err_set(e, ERR_INVALID, "/ranges: more than %d.", RANGES_MAX);
        json_array_append(ranges, range);
    }
    *out = steal(&ranges);
    return 0;
}

/* What only a replay has a use for is refused elsewhere: whoever gives it means something else to happen. */
static int check_replay(const struct tool_call *call, const struct kafka_ask *ask, struct err *e)
{
    static const char *const only[] = {"ranges", "filter", "max_records"};
    bool replay = ask->action == KAFKA_REPLAY_DLQ || ask->action == KAFKA_REPLAY_RANGE;
    for (size_t i = 0; i < ARRAY_LEN(only) && !replay; i++) {
        if (json_object_get(call->arguments, only[i]))
            return err_set(e, ERR_INVALID, "/%s: belongs to a replay; set action to replay_dlq or replay_range.", only[i]);
    }
    const char *filter = json_str(call->arguments, "filter", "header");
    if (!filter[0] || filter[0] == '=' || strlen(filter) > TEXT_MAX)
        return err_set(e, ERR_INVALID, "/filter: must be header or header=value.");
    int64_t max = json_int(call->arguments, "max_records", 1);
    if (max < 1 || max > KAFKA_RECORDS_MAX)
        return err_set(e, ERR_INVALID, "/max_records: must be from 1 to %d.", KAFKA_RECORDS_MAX);
    if (ask->action == KAFKA_REPLAY_RANGE && !ask->ranges)
        return err_set(e, ERR_INVALID, "/ranges: replay_range needs them: partition:first-last,...");
    if (ask->action == KAFKA_REPLAY_DLQ && ask->ranges)
        return err_set(e, ERR_INVALID,
                       "/ranges: replay_dlq goes on where the last replay ended; a range is replayed by replay_range.");
    if (ask->topic && ask->dead_letter_topic && !strcmp(ask->topic, ask->dead_letter_topic))
        return err_set(e, ERR_INVALID, "/dead_letter_topic: is the consumed topic itself.");
    return 0;
}

static int read_whom(struct kafka_ask *ask, struct err *e)
{
    struct kafka_name cluster;
    if (ask->consumer && kafka_function_parse(ask->consumer, &ask->function, e))
        return err_wrap(e, "/consumer_function");
    if (ask->cluster_arn && !strchr(ask->cluster_arn, ':') && strlen(ask->cluster_arn) <= CLUSTER_NAME_MAX) {
        ask->cluster_called = ask->cluster_arn;
        ask->cluster_arn = NULL;
    }
    if (ask->cluster_arn && kafka_cluster_parse(ask->cluster_arn, &cluster, e))
        return err_wrap(e, "/cluster_arn");
    return 0;
}

int kafka_ask_read(const struct tool_call *call, struct kafka_ask *ask, struct err *e)
{
    struct kafka_ask a = {.action = action_of(json_str(call->arguments, "action", "inspect"))};
    const char *ranges = json_str(call->arguments, "ranges", NULL);
    if (read_text(call, "consumer_function", &a.consumer, e) || read_text(call, "cluster_arn", &a.cluster_arn, e) ||
        read_text(call, "group", &a.group, e) || read_topic(call, "topic", &a.topic, e) ||
        read_topic(call, "dead_letter_topic", &a.dead_letter_topic, e) || read_whom(&a, e) ||
        (ranges && read_ranges(ranges, &a.ranges, e)))
        return -1;
    if (check_replay(call, &a, e)) {
        json_decref(a.ranges);
        return -1;
    }
    *ask = a;
    return 0;
}
