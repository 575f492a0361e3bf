#include "aws/invoke_shared.h"

#include "base/own.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define QUOTA 500
#define HOSTS 32
#define BUCKETS 128
#define BUCKET_BYTES 64

/* Both tables forget the oldest entry when full: what is forgotten is found out again at the cost of one
   attempt. */
struct invoke_shared {
    pthread_mutex_t lock; /* guards all below */
    int quota;
    struct {
        char host[ENDPOINT_HOST_MAX];
        int64_t offset_ms;
    } clocks[HOSTS];
    size_t clock_next;
    struct {
        char bucket[BUCKET_BYTES];
        char region[REGION_MAX];
    } buckets[BUCKETS];
    size_t bucket_next;
    struct breaker *breaker; /* not changed after invoke_shared_new */
    struct pace *pace;       /* the same */
};

struct invoke_shared *invoke_shared_new(void)
{
    struct invoke_shared *s = xcalloc(1, sizeof *s);
    pthread_mutex_init(&s->lock, NULL);
    s->quota = QUOTA;
    s->breaker = breaker_new();
    s->pace = pace_new();
    return s;
}

void invoke_shared_free(struct invoke_shared *s)
{
    if (!s)
        return;
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
    int64_t offset = 0;
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < HOSTS; i++)
        if (strcmp(s->clocks[i].host, host) == 0)
            offset = s->clocks[i].offset_ms;
    pthread_mutex_unlock(&s->lock);
    return offset;
}

void shared_clock_learn(struct invoke_shared *s, const char *host, int64_t offset_ms)
{
    pthread_mutex_lock(&s->lock);
    size_t at = s->clock_next;
    for (size_t i = 0; i < HOSTS; i++)
        if (strcmp(s->clocks[i].host, host) == 0)
            at = i;
    if (at == s->clock_next)
        s->clock_next = (at + 1) % HOSTS;
    snprintf(s->clocks[at].host, sizeof s->clocks[at].host, "%s", host);
    s->clocks[at].offset_ms = offset_ms;
    pthread_mutex_unlock(&s->lock);
}

bool shared_bucket_region(struct invoke_shared *s, const char *bucket, char out[REGION_MAX])
{
    bool found = false;
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < BUCKETS && *bucket; i++) {
        if (strcmp(s->buckets[i].bucket, bucket) == 0) {
            memcpy(out, s->buckets[i].region, REGION_MAX);
            found = true;
        }
    }
    pthread_mutex_unlock(&s->lock);
    return found;
}

void shared_bucket_learn(struct invoke_shared *s, const char *bucket, const char *region)
{
    if (strlen(bucket) >= BUCKET_BYTES)
        return;
    pthread_mutex_lock(&s->lock);
    size_t at = s->bucket_next;
    for (size_t i = 0; i < BUCKETS; i++)
        if (strcmp(s->buckets[i].bucket, bucket) == 0)
            at = i;
    if (at == s->bucket_next)
        s->bucket_next = (at + 1) % BUCKETS;
    snprintf(s->buckets[at].bucket, sizeof s->buckets[at].bucket, "%s", bucket);
    snprintf(s->buckets[at].region, sizeof s->buckets[at].region, "%s", region);
    pthread_mutex_unlock(&s->lock);
}
