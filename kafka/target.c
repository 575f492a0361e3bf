#include "kafka/target.h"

#include "base/json.h"
#include "base/own.h"
#include "kafka/cluster.h"

#include <stdio.h>
#include <string.h>

static int64_t limit(const json_t *config, const char *member)
{
    return json_int(config, member, INT64_MAX);
}

/* Who may write to a topic need not be allowed to read its settings: then the broker's own refusal must do. */
static int read_limits(struct target *t, struct handle *producer, struct fault *f)
{
    json_auto_t *config = NULL;
    struct fault own = {0};
    t->record_max = t->past_max = t->future_max = INT64_MAX;
    if (cluster_config(producer, t->topic, &config, &own)) {
        if (strcmp(own.kind, "network") != 0)
            return 0;
        *f = own;
        return -1;
    }
    t->record_max = limit(config, "max_message_bytes");
    bool own_times = strcmp(json_str(config, "timestamp_type", "CreateTime"), "CreateTime") == 0;
    if (own_times) {
        t->past_max = limit(config, "timestamp_before_max_ms");
        t->future_max = limit(config, "timestamp_after_max_ms");
    }
    return 0;
}

int target_of(struct targets *all, struct handle *producer, const char *topic, struct fault *f)
{
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(all->list[i].topic, topic) == 0)
            return (int)i;
    if (all->count == ARRAY_LEN(all->list))
        return -1;
    struct target *t = &all->list[all->count];
    struct cluster_topic seen;
    if (cluster_look_up(producer, topic, &seen, f))
        return -1;
    *t = (struct target){.err = seen.err, .partitions = seen.partitions};
    snprintf(t->topic, sizeof t->topic, "%s", topic);
    if (!t->err && read_limits(t, producer, f))
        return -1;
    return (int)all->count++;
}

enum skip target_takes(const struct target *t, int64_t bytes, int64_t timestamp_ms, int64_t now_ms)
{
    if (t->err)
        return SKIP_NO_TARGET;
    if (bytes > t->record_max)
        return SKIP_SIZE;
    if (timestamp_ms < 0)
        return SKIP_NOT;
    int64_t age = now_ms - timestamp_ms;
    return age > t->past_max || (age < 0 && -age > t->future_max) ? SKIP_TIME : SKIP_NOT;
}
