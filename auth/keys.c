#include "auth/keys.h"

#include "base/clock.h"
#include "base/idle.h"
#include "base/own.h"
#include "base/waiter.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct keys {
    char *url; /* NULL: the set never changes */
    struct http *http;
    int64_t (*mono_ms)(void);
    atomic_uint generation; /* written under the lock */

    pthread_mutex_t lock; /* guards all below; not held while the key set is fetched */
    struct waiter *waiters; /* for the fetch under way */
    struct jwks *set;
    int64_t set_at_ms;   /* when the present set was last confirmed */
    int64_t asked_at_ms; /* when the last fetch began; meaningless while `fetches` is 0 */
    unsigned fetches;    /* ended so far */
    bool fetching;
    bool fruitful;      /* the last fetch brought keys we did not have */
    struct err failure; /* of the last fetch; ERR_NONE when it went well */
};

static struct keys *keys_new(void)
{
    struct keys *k = xcalloc(1, sizeof *k);
    atomic_init(&k->generation, 0);
    pthread_mutex_init(&k->lock, NULL);
    k->mono_ms = clock_mono_ms;
    return k;
}

struct keys *keys_new_url(const char *url, struct http *http, int64_t (*mono_ms)(void))
{
    struct keys *k = keys_new();
    k->url = xstrdup(url);
    k->http = http;
    if (mono_ms)
        k->mono_ms = mono_ms;
    return k;
}

struct keys *keys_new_file(const char *path, struct err *e)
{
    struct jwks *set = jwks_load(path, e);
    if (!set)
        return NULL;
    struct keys *k = keys_new();
    k->set = set;
    return k;
}

void keys_free(struct keys *k)
{
    if (!k)
        return;
    jwks_unref(k->set);
    pthread_mutex_destroy(&k->lock);
    free(k->url);
    free(k);
}

/* With the lock held: whether another fetch may begin. One that brought new keys costs nobody a wait: a stranger cannot make
   the issuer change them, and keys that change right after our start must not shut callers out. */
static bool may_fetch(const struct keys *k)
{
    if (!k->url || k->fetching)
        return false;
    int64_t penalty = k->set ? KEYS_PENALTY_MS : KEYS_PENALTY_NONE_MS;
    return k->fetches == 0 || k->fruitful || k->mono_ms() - k->asked_at_ms >= penalty;
}

enum keys_answer keys_find(struct keys *k, const char *kid, struct jwks **set, const struct jwks_key **key,
                           unsigned *generation)
{
    enum keys_answer answer;
    pthread_mutex_lock(&k->lock);
    const struct jwks_key *found = k->set ? jwks_find(k->set, kid) : NULL;
    if (found) {
        *set = jwks_ref(k->set);
        *key = found;
        *generation = atomic_load(&k->generation);
        answer = KEYS_FOUND;
    } else if (k->fetching || may_fetch(k)) {
        answer = KEYS_FETCH;
    } else {
        answer = k->set ? KEYS_UNKNOWN : KEYS_NEVER;
    }
    pthread_mutex_unlock(&k->lock);
    return answer;
}

unsigned keys_generation(struct keys *k)
{
    return atomic_load(&k->generation);
}

bool keys_ready(struct keys *k)
{
    pthread_mutex_lock(&k->lock);
    bool ready = k->set != NULL;
    pthread_mutex_unlock(&k->lock);
    return ready;
}

bool keys_due(struct keys *k)
{
    pthread_mutex_lock(&k->lock);
    bool due = may_fetch(k) && (!k->set || k->mono_ms() - k->set_at_ms >= KEYS_AGE_MAX_MS);
    pthread_mutex_unlock(&k->lock);
    return due;
}

static struct jwks *download(struct keys *k, struct stop *stop, struct err *e)
{
    struct http_request request = {
        .method = "GET",
        .url = k->url,
        .headers = (const struct http_header[]){{"Accept", "application/json"}},
        .header_count = 1,
        .reply_max = JWKS_BYTES_MAX,
        .timeout_ms = KEYS_FETCH_TIMEOUT_MS,
        .once = true,
    };
    struct http_reply reply = {0};
    struct jwks *set = NULL;
    if (http_fetch(k->http, &request, &reply, stop, e) == 0) {
        if (reply.status == 200)
            set = jwks_parse(buf_text(&reply.body), reply.body.len, e);
        else
            err_set(e, ERR_UPSTREAM, "answered with status %d", reply.status);
    }
    http_reply_done(&reply);
    idle_rest();
    if (!set)
        err_wrap(e, "key set at %s", k->url);
    return set;
}

/* With the lock held. Takes `set` over; NULL leaves the old one in place. */
static void install(struct keys *k, struct jwks *set, const struct err *failure)
{
    k->failure = *failure;
    k->fruitful = false;
    if (!set)
        return;
    k->set_at_ms = k->mono_ms();
    bool changed = !k->set || !jwks_same(k->set, set);
    jwks_unref(k->set);
    k->set = set;
    k->fruitful = changed;
    if (changed)
        atomic_fetch_add(&k->generation, 1);
}

/* With the lock held: how the last fetch ended. */
static int outcome(const struct keys *k, struct err *e)
{
    return k->failure.kind ? err_set(e, k->failure.kind, "%s", k->failure.text) : 0;
}

/* With the lock held, which is given up meanwhile: waits until more fetches have ended than had when it was called. */
static int await_fetch(struct keys *k, struct stop *stop, struct err *e)
{
    unsigned seen = k->fetches;
    waiter_stand(&k->waiters, &k->lock, stop);
    return k->fetches != seen ? outcome(k, e) : stop_err(stop_check(stop), "waiting for the key set", e);
}

/* With the lock held, which is given up meanwhile: one fetch for all who want it. */
static int fetch_for_all(struct keys *k, struct stop *stop, struct err *e)
{
    k->fetching = true;
    k->asked_at_ms = k->mono_ms();
    pthread_mutex_unlock(&k->lock);
    struct err failure = {0};
    struct jwks *set = download(k, stop, &failure);
    pthread_mutex_lock(&k->lock);
    install(k, set, &failure);
    k->fetching = false;
    k->fetches++;
    waiter_wake_all(k->waiters);
    return outcome(k, e);
}

int keys_fetch(struct keys *k, struct stop *stop, struct err *e)
{
    pthread_mutex_lock(&k->lock);
    int rc = k->fetching ? await_fetch(k, stop, e) : may_fetch(k) ? fetch_for_all(k, stop, e) : outcome(k, e);
    pthread_mutex_unlock(&k->lock);
    return rc;
}
