/* The door of the transport: who may still suspend a connection while the server closes, and what is owed to whom. */
#include "server/web_private.h"

#include "base/clock.h"

bool web_door_enter(struct web *w)
{
    pthread_mutex_lock(&w->watch_lock);
    bool open = !w->closing;
    w->arriving += open;
    pthread_mutex_unlock(&w->watch_lock);
    return open;
}

void web_door_leave(struct web *w)
{
    pthread_mutex_lock(&w->watch_lock);
    if (--w->arriving == 0)
        pthread_cond_broadcast(&w->idle);
    pthread_mutex_unlock(&w->watch_lock);
}

void web_door_close(struct web *w)
{
    pthread_mutex_lock(&w->watch_lock);
    w->closing = true;
    while (w->arriving)
        pthread_cond_wait(&w->idle, &w->watch_lock);
    pthread_mutex_unlock(&w->watch_lock);
}

void web_door_owe(struct web_request *r)
{
    if (r->owed)
        return;
    r->owed = true;
    pthread_mutex_lock(&r->web->watch_lock);
    r->web->owed++;
    pthread_mutex_unlock(&r->web->watch_lock);
}

void web_door_settle(struct web_request *r)
{
    if (!r->owed)
        return;
    r->owed = false;
    pthread_mutex_lock(&r->web->watch_lock);
    if (--r->web->owed == 0)
        pthread_cond_broadcast(&r->web->idle);
    pthread_mutex_unlock(&r->web->watch_lock);
}

void web_door_wait_settled(struct web *w, int64_t ms)
{
    int64_t until = clock_mono_ms() + ms;
    pthread_mutex_lock(&w->watch_lock);
    while (w->owed && clock_cond_wait(&w->idle, &w->watch_lock, until))
        ;
    pthread_mutex_unlock(&w->watch_lock);
}
