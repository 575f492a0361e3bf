/* States that have been acted on. */
#include "server/ask_private.h"

#include "base/clock.h"
#include "base/own.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* At once. They live ten minutes, so this is a confirmation every 75 milliseconds. */
#define SPENT_MAX 8192

struct one {
    unsigned char nonce[SPENT_NONCE_LEN];
    int64_t expires_wall_ms;
};

struct spent {
    pthread_mutex_t lock;
    struct one *all; /* NULL until the first */
    size_t count, room;
};

struct spent *spent_new(void)
{
    struct spent *s = xcalloc(1, sizeof *s);
    pthread_mutex_init(&s->lock, NULL);
    return s;
}

void spent_free(struct spent *s)
{
    if (!s)
        return;
    pthread_mutex_destroy(&s->lock);
    free(s->all);
    free(s);
}

/* With the lock held: whether it is there. Those that no state can bring back any more are forgotten on the way. */
static bool find(struct spent *s, const unsigned char *nonce, int64_t now_wall_ms)
{
    size_t kept = 0;
    bool found = false;
    for (size_t i = 0; i < s->count; i++) {
        if (s->all[i].expires_wall_ms < now_wall_ms)
            continue;
        found |= memcmp(s->all[i].nonce, nonce, SPENT_NONCE_LEN) == 0;
        s->all[kept++] = s->all[i];
    }
    s->count = kept;
    return found;
}

bool spent_take(struct spent *s, const unsigned char nonce[SPENT_NONCE_LEN], int64_t expires_wall_ms)
{
    pthread_mutex_lock(&s->lock);
    bool taken = !find(s, nonce, clock_wall_ms()) && s->count < SPENT_MAX;
    if (taken && s->count == s->room) {
        s->room = s->room ? 2 * s->room : 16;
        s->all = xrealloc(s->all, s->room * sizeof *s->all);
    }
    if (taken) {
        struct one *new = &s->all[s->count++];
        memcpy(new->nonce, nonce, SPENT_NONCE_LEN);
        new->expires_wall_ms = expires_wall_ms;
    }
    pthread_mutex_unlock(&s->lock);
    return taken;
}
