/* The board: questions that workers wait on, and who answers them. */
#include "server/ask_private.h"

#include "base/json.h"
#include "base/own.h"
#include "schema/schema.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct board {
    pthread_mutex_t lock;
    struct posting *first;
};

struct board *board_new(void)
{
    struct board *b = xcalloc(1, sizeof *b);
    pthread_mutex_init(&b->lock, NULL);
    return b;
}

void board_free(struct board *b)
{
    if (!b)
        return;
    pthread_mutex_destroy(&b->lock);
    free(b);
}

void posting_free(struct posting *p)
{
    free(p->key);
    free(p->owner);
    free(p->name);
    json_decref(p->request);
    json_decref(p->answer);
    schema_free(p->form);
    free(p);
}

void board_add(struct board *b, struct posting *p)
{
    pthread_mutex_lock(&b->lock);
    p->prev = NULL;
    p->next = b->first;
    if (b->first)
        b->first->prev = p;
    b->first = p;
    pthread_mutex_unlock(&b->lock);
}

void board_remove(struct board *b, struct posting *p)
{
    pthread_mutex_lock(&b->lock);
    if (p->prev)
        p->prev->next = p->next;
    else
        b->first = p->next;
    if (p->next)
        p->next->prev = p->prev;
    pthread_mutex_unlock(&b->lock);
}

void board_wait(struct board *b, struct posting *p, struct stop *stop, int64_t limit_ms)
{
    struct waiter w;
    pthread_mutex_lock(&b->lock);
    bool waits = p->state == POSTING_OPEN;
    if (waits)
        waiter_join(&p->waiting, &w);
    pthread_mutex_unlock(&b->lock);
    if (!waits)
        return;
    waiter_wait_ms(&w, stop, limit_ms);
    pthread_mutex_lock(&b->lock);
    waiter_leave(&p->waiting, &w);
    pthread_mutex_unlock(&b->lock);
}

enum posting_state board_look(struct board *b, const struct posting *p)
{
    pthread_mutex_lock(&b->lock);
    enum posting_state state = p->state;
    pthread_mutex_unlock(&b->lock);
    return state;
}

/* With the lock held. */
static struct posting *find(const struct board *b, const char *owner, const char *name)
{
    for (struct posting *p = b->first; p; p = p->next)
        if (p->state == POSTING_OPEN && strcmp(p->owner, owner) == 0 && strcmp(p->name, name) == 0)
            return p;
    return NULL;
}

enum delivery board_answer(struct board *b, const char *owner, const char *name, const json_t *result)
{
    enum delivery d = DELIVERY_UNKNOWN;
    json_auto_t *own = json_deep_copy(result); /* for the thread that waits */
    pthread_mutex_lock(&b->lock);
    struct posting *p = find(b, owner, name);
    if (p)
        d = ask_fits(json_str(p->request, "method", ""), p->form, own) ? DELIVERY_TAKEN : DELIVERY_UNFIT;
    if (d == DELIVERY_TAKEN) {
        p->answer = steal(&own);
        p->state = POSTING_ANSWERED;
        waiter_wake_all(p->waiting);
    }
    pthread_mutex_unlock(&b->lock);
    return d;
}

enum delivery board_refuse(struct board *b, const char *owner, const char *name, bool can)
{
    pthread_mutex_lock(&b->lock);
    struct posting *p = find(b, owner, name);
    if (p) {
        p->state = can ? POSTING_REFUSED : POSTING_IMPOSSIBLE;
        waiter_wake_all(p->waiting);
    }
    pthread_mutex_unlock(&b->lock);
    return p ? DELIVERY_TAKEN : DELIVERY_UNKNOWN;
}

void board_lose(struct board *b, const struct call *c)
{
    pthread_mutex_lock(&b->lock);
    for (struct posting *p = b->first; p; p = p->next) {
        if (p->call != c || p->state != POSTING_OPEN)
            continue;
        p->state = POSTING_LOST;
        waiter_wake_all(p->waiting);
    }
    pthread_mutex_unlock(&b->lock);
}

json_t *board_open(struct board *b, const char *owner)
{
    json_t *open = json_object();
    pthread_mutex_lock(&b->lock);
    for (const struct posting *p = b->first; p; p = p->next)
        if (p->state == POSTING_OPEN && strcmp(p->owner, owner) == 0)
            json_object_set_new(open, p->name, json_deep_copy(p->request));
    pthread_mutex_unlock(&b->lock);
    return open;
}
