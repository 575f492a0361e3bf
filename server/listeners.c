#include "server/listeners_private.h"

#include "base/clock.h"
#include "base/own.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Only here is the job known to be in the pool's queue no more. */
static void tell(struct job *j)
{
    struct listeners *t = (struct listeners *)(void *)((char *)j - offsetof(struct listeners, job));
    pthread_mutex_lock(&t->lock);
    t->queued = false;
    pthread_mutex_unlock(&t->lock);
    listeners_tell(t);
}

struct listeners *listeners_new(struct engine *g)
{
    struct listeners *t = xcalloc(1, sizeof *t);
    t->engine = g;
    t->teller = pool_new(1, 1);
    t->job.run = tell;
    pthread_mutex_init(&t->turn, NULL);
    pthread_mutex_init(&t->lock, NULL);
    return t;
}

void listeners_drop(struct listeners *t, struct listener **place)
{
    struct listener *k = *place;
    *place = k->next;
    t->count--;
    t->watched_count -= k->watched_count;
    for (size_t i = 0; i < k->watched_count; i++)
        free(k->watched[i].name);
    free(k->watched);
    json_decref(k->id);
    free(k);
}

void listeners_free(struct listeners *t)
{
    if (!t)
        return;
    pool_free(t->teller);
    while (t->first) /* sessions without a stream */
        listeners_drop(t, &t->first);
    pthread_mutex_destroy(&t->lock);
    pthread_mutex_destroy(&t->turn);
    free(t);
}

void listeners_wake(struct listeners *t)
{
    if (!t->queued)
        t->queued = pool_submit(t->teller, &t->job) == 0; /* if not now, then with the next change */
}

void listeners_poke(struct listeners *t)
{
    pthread_mutex_lock(&t->lock);
    listeners_wake(t);
    pthread_mutex_unlock(&t->lock);
}

static struct listener *find_session(struct listeners *t, const char *session)
{
    for (struct listener *k = t->first; k; k = k->next)
        if (!k->id && strcmp(k->session, session) == 0)
            return k;
    return NULL;
}

/* With the lock held: forgets a session that has subscriptions but no stream, the one that was not heard of for longest, and of
   that caller if there is one. */
static bool forget_one(struct listeners *t, const struct caller *of)
{
    struct listener **oldest = NULL;
    for (struct listener **p = &t->first; *p; p = &(*p)->next)
        if (!(*p)->id && (*p)->stream_count == 0 && (!of || caller_is_same(&(*p)->owner, of)) &&
            (!oldest || (*p)->used_mono_ms < (*oldest)->used_mono_ms))
            oldest = p;
    if (oldest)
        listeners_drop(t, oldest);
    return oldest != NULL;
}

/* With the lock held: a new listener on the list, or NULL where there is no room. */
static struct listener *enter(struct listeners *t, const char *session, const struct caller *owner)
{
    int own = 0;
    for (const struct listener *k = t->first; k; k = k->next)
        own += caller_is_same(&k->owner, owner);
    if (t->closing || (own >= LISTENERS_OF_CALLER_MAX && !forget_one(t, owner)) ||
        (t->count >= LISTENERS_MAX && !forget_one(t, NULL)))
        return NULL;
    struct listener *k = xcalloc(1, sizeof *k);
    memcpy(k->session, session, strnlen(session, sizeof k->session - 1));
    k->owner = *owner;
    k->used_mono_ms = clock_mono_ms();
    k->next = t->first;
    t->first = k;
    t->count++;
    return k;
}

/* With the lock held. */
static struct watched *find_watched(const struct listener *k, bool is_task, const char *name)
{
    for (size_t i = 0; i < k->watched_count; i++)
        if (k->watched[i].is_task == is_task && strcmp(k->watched[i].name, name) == 0)
            return &k->watched[i];
    return NULL;
}

/* With the lock held; false where there is no room. */
static bool watch(struct listeners *t, struct listener *k, bool is_task, const char *name)
{
    if (find_watched(k, is_task, name))
        return true;
    if (k->watched_count == WATCHED_MAX || t->watched_count == WATCHED_ALL_MAX)
        return false;
    k->watched = xrealloc(k->watched, (k->watched_count + 1) * sizeof *k->watched);
    k->watched[k->watched_count++] = (struct watched){.name = xstrdup(name), .is_task = is_task, .due = is_task};
    t->watched_count++;
    return true;
}

struct listener *listeners_add(struct listeners *t, const char *session, const struct caller *owner, const json_t *id,
                               const struct interest *wants, struct exchange *x)
{
    pthread_mutex_lock(&t->lock);
    bool room = t->watched_count + json_array_size(wants->uris) + json_array_size(wants->tasks) <= WATCHED_ALL_MAX;
    struct listener *k = room ? enter(t, session, owner) : NULL;
    if (k) {
        k->id = json_deep_copy(id);
        k->lists = wants->lists;
        k->silent = true;
        k->streams[k->stream_count++] = exchange_ref(x);
        for (size_t i = 0; i < json_array_size(wants->uris); i++)
            watch(t, k, false, json_string_value(json_array_get(wants->uris, i)));
        for (size_t i = 0; i < json_array_size(wants->tasks); i++)
            watch(t, k, true, json_string_value(json_array_get(wants->tasks, i)));
    }
    pthread_mutex_unlock(&t->lock);
    return k;
}

void listeners_begin(struct listeners *t, struct listener *k)
{
    pthread_mutex_lock(&t->lock);
    k->silent = false;
    listeners_wake(t);
    pthread_mutex_unlock(&t->lock);
}

bool listeners_add_stream(struct listeners *t, const char *session, const struct caller *owner, unsigned lists,
                          struct exchange *x)
{
    pthread_mutex_lock(&t->lock);
    struct listener *k = find_session(t, session);
    if (!k)
        k = enter(t, session, owner);
    bool room = k && !t->closing && k->stream_count < STREAMS_MAX;
    if (room) {
        k->lists |= lists;
        k->streams[k->stream_count++] = exchange_ref(x);
        listeners_wake(t); /* of what was due while nobody was there to hear it */
    }
    pthread_mutex_unlock(&t->lock);
    return room;
}

void listeners_open_lists(struct listeners *t, const char *session, unsigned lists)
{
    pthread_mutex_lock(&t->lock);
    struct listener *k = find_session(t, session);
    if (k)
        k->lists |= lists;
    pthread_mutex_unlock(&t->lock);
}

bool listeners_subscribe(struct listeners *t, const char *session, const struct caller *owner, const char *uri)
{
    pthread_mutex_lock(&t->lock);
    struct listener *k = find_session(t, session);
    if (!k)
        k = enter(t, session, owner);
    bool room = k && watch(t, k, false, uri);
    if (k)
        k->used_mono_ms = clock_mono_ms();
    pthread_mutex_unlock(&t->lock);
    return room;
}

void listeners_unsubscribe(struct listeners *t, const char *session, const char *uri)
{
    pthread_mutex_lock(&t->lock);
    struct listener *k = find_session(t, session);
    struct watched *w = k ? find_watched(k, false, uri) : NULL;
    if (w) {
        free(w->name);
        *w = k->watched[--k->watched_count];
        t->watched_count--;
        k->used_mono_ms = clock_mono_ms();
    }
    pthread_mutex_unlock(&t->lock);
}

void listeners_cancel(struct listeners *t, const char *session, const json_t *id)
{
    pthread_mutex_lock(&t->lock);
    for (struct listener *k = t->first; k; k = k->next)
        if (k->id && *session && strcmp(k->session, session) == 0 && json_equal(k->id, id))
            k->streams[0]->gone = true;
    listeners_wake(t);
    pthread_mutex_unlock(&t->lock);
}

static void watched_changed(struct listeners *t, bool is_task, const char *name)
{
    bool due = false;
    pthread_mutex_lock(&t->lock);
    for (struct listener *k = t->first; k; k = k->next) {
        struct watched *w = find_watched(k, is_task, name);
        if (w)
            due = w->due = true;
    }
    if (due)
        listeners_wake(t);
    pthread_mutex_unlock(&t->lock);
}

void listeners_resource_updated(struct listeners *t, const char *uri)
{
    watched_changed(t, false, uri);
}

void listeners_task_changed(struct listeners *t, const char *id)
{
    watched_changed(t, true, id);
}

void listeners_list_changed(struct listeners *t, unsigned lists)
{
    bool due = false;
    pthread_mutex_lock(&t->lock);
    for (struct listener *k = t->first; k; k = k->next) {
        k->lists_due |= k->lists & lists;
        due |= k->lists_due != 0;
    }
    if (due)
        listeners_wake(t);
    pthread_mutex_unlock(&t->lock);
}
