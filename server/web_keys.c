/* Fetching the key set and the pool's configuration, on threads of their own. */
#include "server/web_private.h"

#include "base/log.h"

#include <stddef.h>

static void fetch(struct web *w)
{
    struct err e = {0};
    if (auth_fetch_keys(w->o.auth, &w->ending, &e))
        log_event(LOG_ERROR, "key_set_unavailable", "{s:s}", "why", e.text);
}

/* Wakes the connection afterwards. */
static void fetch_for_request(struct job *j)
{
    struct web_request *r = (struct web_request *)(void *)((char *)j - offsetof(struct web_request, keys_job));
    fetch(r->web);
    pthread_mutex_lock(&r->lock);
    web_wake(r);
    pthread_mutex_unlock(&r->lock);
    web_request_unref(r);
}

bool web_keys_wait(struct web_request *r)
{
    r->keys_job.run = fetch_for_request;
    web_door_owe(r);
    pthread_mutex_lock(&r->lock);
    r->keys_tried = true;
    r->refs++;
    r->state = WEB_KEYS;
    bool waits = pool_submit(r->web->keys_pool, &r->keys_job) == 0;
    if (waits) {
        r->suspended = true;
        MHD_suspend_connection(r->connection);
    } else {
        r->refs--;
    }
    pthread_mutex_unlock(&r->lock);
    return waits;
}

static void fetch_when_due(struct job *j)
{
    struct web *w = (struct web *)(void *)((char *)j - offsetof(struct web, refresh_job));
    struct err e = {0};
    if (auth_keys_due(w->o.auth))
        fetch(w);
    if (auth_fetch_facade(w->o.auth, &w->ending, &e))
        log_event(LOG_ERROR, "oauth_metadata_unavailable", "{s:s}", "why", e.text);
    w->refreshing = false;
}

void web_keys_refresh(struct web *w)
{
    if (w->closing || w->refreshing || !(auth_keys_due(w->o.auth) || auth_facade_due(w->o.auth)))
        return;
    w->refreshing = true;
    w->refresh_job.run = fetch_when_due;
    if (pool_submit(w->keys_pool, &w->refresh_job))
        w->refreshing = false;
}
