#include "base/recent.h"

#include "base/clock.h"
#include "base/own.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct kept {
    struct kept *next; /* an older one */
    char *name, *bytes;
    size_t n;
    int64_t at_mono_ms;
};

struct recent {
    size_t max;
    int64_t kept_ms;
    pthread_mutex_t lock; /* guards what follows */
    struct kept *newest;
    size_t count;
};

struct recent *recent_new(size_t max, int64_t kept_ms)
{
    struct recent *r = xcalloc(1, sizeof *r);
    r->max = max;
    r->kept_ms = kept_ms;
    pthread_mutex_init(&r->lock, NULL);
    return r;
}

/* The place that points at what is kept under that name; at the end of the list where nothing is. */
static struct kept **find(struct recent *r, const char *name)
{
    struct kept **place = &r->newest;
    while (*place && strcmp((*place)->name, name) != 0)
        place = &(*place)->next;
    return place;
}

static void drop(struct recent *r, struct kept **place)
{
    struct kept *k = *place;
    if (!k)
        return;
    *place = k->next;
    r->count--;
    free(k->name);
    free(k->bytes);
    free(k);
}

static void drop_oldest(struct recent *r)
{
    struct kept **place = &r->newest;
    while (*place && (*place)->next)
        place = &(*place)->next;
    drop(r, place);
}

void recent_free(struct recent *r)
{
    if (!r)
        return;
    while (r->newest)
        drop(r, &r->newest);
    pthread_mutex_destroy(&r->lock);
    free(r);
}

void recent_put(struct recent *r, const char *name, const void *bytes, size_t n)
{
    struct kept *k = xcalloc(1, sizeof *k);
    k->name = xstrdup(name);
    k->bytes = xmalloc(n + 1);
    memcpy(k->bytes, bytes, n);
    k->bytes[n] = '\0';
    k->n = n;
    pthread_mutex_lock(&r->lock);
    drop(r, find(r, name));
    if (r->count == r->max)
        drop_oldest(r);
    k->at_mono_ms = clock_mono_ms();
    k->next = r->newest;
    r->newest = k;
    r->count++;
    pthread_mutex_unlock(&r->lock);
}

void *recent_get(struct recent *r, const char *name, int64_t *age_ms)
{
    char *bytes = NULL;
    pthread_mutex_lock(&r->lock);
    const struct kept *k = *find(r, name);
    int64_t age = k ? clock_mono_ms() - k->at_mono_ms : 0;
    if (k && age < r->kept_ms) {
        bytes = xmalloc(k->n + 1);
        memcpy(bytes, k->bytes, k->n + 1);
        if (age_ms)
            *age_ms = age;
    }
    pthread_mutex_unlock(&r->lock);
    return bytes;
}
