#include "auth/memory.h"

#include "base/own.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* A table of sets of eight, found by the digest's first bytes: bounded, no pointers, and since nobody can choose
   the digest of a token that verifies, sets fill evenly. Each lock guards every LOCKS-th set. */
#define WAYS 8
#define SETS (MEMORY_TOKENS / WAYS)
#define LOCKS 16

struct entry {
    unsigned char digest[MEMORY_DIGEST];
    unsigned generation; /* of the keys it was verified with */
    uint32_t used;       /* the lock's tick at its last use */
    int64_t dead_s;      /* 0: free */
    struct caller caller;
};

struct stripe {
    pthread_mutex_t lock;
    uint32_t tick; /* grows with each use of the stripe: ages are differences, so it may wrap */
};

struct memory {
    struct stripe stripes[LOCKS];
    struct entry *entries; /* SETS * WAYS; untouched pages cost nothing */
};

struct memory *memory_new(void)
{
    struct memory *m = xcalloc(1, sizeof *m);
    for (size_t i = 0; i < LOCKS; i++)
        pthread_mutex_init(&m->stripes[i].lock, NULL);
    m->entries = xcalloc(MEMORY_TOKENS, sizeof *m->entries);
    return m;
}

void memory_free(struct memory *m)
{
    if (!m)
        return;
    for (size_t i = 0; i < LOCKS; i++)
        pthread_mutex_destroy(&m->stripes[i].lock);
    free(m->entries);
    free(m);
}

static size_t set_of(const unsigned char digest[MEMORY_DIGEST])
{
    return ((size_t)digest[0] << 8 | digest[1]) % SETS;
}

/* The stripe of a set, locked. */
static struct stripe *lock_of(struct memory *m, size_t set)
{
    struct stripe *s = &m->stripes[set % LOCKS];
    pthread_mutex_lock(&s->lock);
    s->tick++;
    return s;
}

bool memory_get(struct memory *m, const unsigned char digest[MEMORY_DIGEST], unsigned generation, int64_t now_s,
                struct caller *caller)
{
    size_t set = set_of(digest);
    struct entry *ways = m->entries + set * WAYS;
    struct stripe *s = lock_of(m, set);
    bool found = false;
    for (size_t i = 0; i < WAYS && !found; i++) {
        struct entry *x = &ways[i];
        if (!x->dead_s || memcmp(x->digest, digest, MEMORY_DIGEST) != 0)
            continue;
        found = x->generation == generation && now_s < x->dead_s;
        if (found) {
            x->used = s->tick;
            *caller = x->caller;
        } else {
            x->dead_s = 0;
        }
    }
    pthread_mutex_unlock(&s->lock);
    return found;
}

/* Where the new one goes: its own old place, else a free one, else that of the longest unused. */
static struct entry *place(struct entry *ways, const unsigned char digest[MEMORY_DIGEST], uint32_t tick)
{
    struct entry *best = ways;
    uint32_t best_age = 0;
    for (size_t i = 0; i < WAYS; i++) {
        struct entry *x = &ways[i];
        if (x->dead_s && memcmp(x->digest, digest, MEMORY_DIGEST) == 0)
            return x;
        uint32_t age = x->dead_s ? tick - x->used : UINT32_MAX;
        if (age > best_age) {
            best = x;
            best_age = age;
        }
    }
    return best;
}

void memory_put(struct memory *m, const unsigned char digest[MEMORY_DIGEST], unsigned generation, int64_t dead_s,
                const struct caller *caller)
{
    size_t set = set_of(digest);
    struct stripe *s = lock_of(m, set);
    struct entry *x = place(m->entries + set * WAYS, digest, s->tick);
    memcpy(x->digest, digest, MEMORY_DIGEST);
    x->generation = generation;
    x->used = s->tick;
    x->dead_s = dead_s;
    x->caller = *caller;
    pthread_mutex_unlock(&s->lock);
}
