#include "aws/invoke_shared.h"

#include "base/own.h"
#include "base/recent.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define QUOTA 500
#define HOSTS 32
#define BUCKETS 128
#define BUCKET_BYTES 64

struct invoke_shared {
    pthread_mutex_t lock;
    int quota; /* under the lock */
    /* The rest is not changed after invoke_shared_new; each has a lock of its own. What these two have forgotten is found out
       again at the cost of one attempt. */
    struct recent *clocks;  /* host: milliseconds, an int64_t */
    struct recent *regions; /* bucket: name of a region */
    struct breaker *breaker;
    struct pace *pace;
};

struct invoke_shared *invoke_shared_new(void)
{
    struct invoke_shared *s = xcalloc(1, sizeof *s);
    pthread_mutex_init(&s->lock, NULL);
    s->quota = QUOTA;
    s->clocks = recent_new(HOSTS, INT64_MAX);
    s->regions = recent_new(BUCKETS, INT64_MAX);
    s->breaker = breaker_new();
    s->pace = pace_new();
    return s;
}

void invoke_shared_free(struct invoke_shared *s)
{
    if (!s)
        return;
    recent_free(s->clocks);
    recent_free(s->regions);
    breaker_free(s->breaker);
    pace_free(s->pace);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

struct breaker *shared_breaker(struct invoke_shared *s)
{
    return s->breaker;
}

struct pace *shared_pace(struct invoke_shared *s)
{
    return s->pace;
}

bool shared_take(struct invoke_shared *s, int cost)
{
    pthread_mutex_lock(&s->lock);
    bool enough = s->quota >= cost;
    if (enough)
        s->quota -= cost;
    pthread_mutex_unlock(&s->lock);
    return enough;
}

void shared_give(struct invoke_shared *s, int cost)
{
    pthread_mutex_lock(&s->lock);
    s->quota += cost ? cost : 1;
    if (s->quota > QUOTA)
        s->quota = QUOTA;
    pthread_mutex_unlock(&s->lock);
}

int64_t shared_clock_offset(struct invoke_shared *s, const char *host)
{
    int64_t offset_ms = 0;
    auto_free void *known = recent_get(s->clocks, host, NULL);
    if (known)
        memcpy(&offset_ms, known, sizeof offset_ms);
    return offset_ms;
}

void shared_clock_learn(struct invoke_shared *s, const char *host, int64_t offset_ms)
{
    recent_put(s->clocks, host, &offset_ms, sizeof offset_ms);
}

bool shared_bucket_region(struct invoke_shared *s, const char *bucket, char out[REGION_MAX])
{
    auto_free char *region = recent_get(s->regions, bucket, NULL);
    if (region)
        snprintf(out, REGION_MAX, "%s", region);
    return region != NULL;
}

void shared_bucket_learn(struct invoke_shared *s, const char *bucket, const char *region)
{
    if (strlen(bucket) < BUCKET_BYTES) /* none has more than 63 */
        recent_put(s->regions, bucket, region, strlen(region));
}
