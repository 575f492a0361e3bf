/* What each legacy session wants to hear. */
#include "server/logging.h"

#include "base/own.h"
#include "server/call.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Sessions whose level is known. One that is crowded out hears what those hear who have said nothing. */
#define LEVELS_MAX 1024

struct level {
    char session[SESSION_KEY_MAX];
    enum note_level least;
};

struct levels {
    pthread_mutex_t lock;
    struct level *all; /* NULL until the first */
    size_t count, room;
    size_t oldest; /* where the next newcomer goes once all places are taken */
};

struct levels *levels_new(void)
{
    struct levels *l = xcalloc(1, sizeof *l);
    pthread_mutex_init(&l->lock, NULL);
    return l;
}

void levels_free(struct levels *l)
{
    if (!l)
        return;
    pthread_mutex_destroy(&l->lock);
    free(l->all);
    free(l);
}

/* With the lock held. */
static struct level *find(const struct levels *l, const char *session)
{
    for (size_t i = 0; i < l->count; i++)
        if (strcmp(l->all[i].session, session) == 0)
            return &l->all[i];
    return NULL;
}

/* With the lock held: a place for a session that has none. */
static struct level *place(struct levels *l)
{
    if (l->count == LEVELS_MAX) {
        struct level *place = &l->all[l->oldest];
        l->oldest = (l->oldest + 1) % LEVELS_MAX;
        return place;
    }
    if (l->count == l->room) {
        l->room = l->room ? 2 * l->room : 16;
        l->all = xrealloc(l->all, l->room * sizeof *l->all);
    }
    return &l->all[l->count++];
}

void levels_set(struct levels *l, const char *session, enum note_level level)
{
    size_t n = strlen(session);
    if (n == 0 || n >= SESSION_KEY_MAX)
        return;
    pthread_mutex_lock(&l->lock);
    struct level *at = find(l, session);
    if (!at) {
        at = place(l);
        memcpy(at->session, session, n + 1);
    }
    at->least = level;
    pthread_mutex_unlock(&l->lock);
}

enum note_level levels_get(struct levels *l, const char *session)
{
    pthread_mutex_lock(&l->lock);
    const struct level *at = find(l, session);
    enum note_level level = at ? at->least : LOGGING_LEVEL_UNSAID;
    pthread_mutex_unlock(&l->lock);
    return level;
}
