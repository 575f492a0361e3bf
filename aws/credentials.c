#include "aws/credentials_private.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "base/random.h"
#include "base/waiter.h"

#include <openssl/crypto.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define ADVISORY_MS (15 * 60 * 1000)
#define MANDATORY_MS (10 * 60 * 1000)
/* Between refreshes while the keys still work: they may fail, or live 15 minutes only. */
#define PAUSE_MS (30 * 1000)

struct credentials {
    struct credential_chain chain;
    pthread_mutex_t lock; /* guards all below; not held while a provider is asked */
    bool fetching;
    bool have;
    bool forced;        /* the present keys were refused: fetch before anything else */
    int64_t version;    /* of the sources, when `now` was fetched */
    int64_t fetched_ms; /* wall clock: when the last fetch ended */
    uint64_t flights;   /* fetches ended so far */
    struct err failure; /* of the last fetch; ERR_NONE when it worked */
    bool abandoned;     /* it failed because its own caller left, which says nothing about the rest of us */
    struct aws_credentials now;
    size_t asked; /* rows that answered at the last fetch */
    struct provider_words results[PROVIDERS_MAX];
    struct waiter *waiters;
};

static char *copy_string(const char *s)
{
    return s ? xstrdup(s) : NULL;
}

/* A second owner of the same keys: `to` is overwritten, not freed. */
static void credentials_copy(struct aws_credentials *to, const struct aws_credentials *from)
{
    *to = (struct aws_credentials){
        .access_key_id = copy_string(from->access_key_id),
        .secret_access_key = copy_string(from->secret_access_key),
        .session_token = copy_string(from->session_token),
        .expires_wall_ms = from->expires_wall_ms,
        .provider = from->provider,
        .outlasts = from->outlasts,
    };
}

static void wipe(char *s)
{
    if (s)
        OPENSSL_cleanse(s, strlen(s));
    free(s);
}

void credentials_done(struct aws_credentials *c)
{
    wipe(c->access_key_id);
    wipe(c->secret_access_key);
    wipe(c->session_token);
    *c = (struct aws_credentials){0};
}

struct credentials *credentials_new(const struct credential_chain *chain)
{
    struct credentials *c = xcalloc(1, sizeof *c);
    c->chain = *chain;
    if (!c->chain.wall_ms)
        c->chain.wall_ms = clock_wall_ms;
    pthread_mutex_init(&c->lock, NULL);
    return c;
}

void credentials_free(struct credentials *c)
{
    if (!c)
        return;
    credentials_done(&c->now);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

/* With c->lock held, after a fetch has failed: goes on with keys of a provider that cannot be reached just now (AWS SDKs call
   it static stability), for ten minutes and up to five more, so that not all machines ask again at once. */
static void outlast(struct credentials *c, int64_t version)
{
    uint32_t dice;
    random_fill(&dice, sizeof dice);
    int64_t until = c->chain.wall_ms() + MANDATORY_MS + dice % MANDATORY_MS / 2;
    if (c->have && c->now.outlasts && !c->forced && !c->abandoned && c->version == version &&
        c->now.expires_wall_ms < until)
        c->now.expires_wall_ms = until;
}

/* With c->lock held, which is given up meanwhile: one fetch, its outcome recorded, all waiters woken. */
static void fly(struct credentials *c, struct stop *stop, int64_t version)
{
    struct provider_words results[PROVIDERS_MAX] = {0};
    size_t asked = 0;
    struct aws_credentials fresh = {0};
    struct err failure = {0};
    c->fetching = true;
    pthread_mutex_unlock(&c->lock);
    int rc = credentials_ask(&c->chain, stop, &fresh, results, &asked, &failure);
    pthread_mutex_lock(&c->lock);

    c->fetching = false;
    c->flights++;
    c->failure = failure;
    c->abandoned = rc < 0 && stop_check(stop) != STOP_GO_ON;
    c->asked = asked;
    memcpy(c->results, results, sizeof results);
    if (rc == 0) {
        credentials_done(&c->now);
        c->now = fresh;
        c->have = true;
        c->forced = false;
        c->version = version;
    } else {
        outlast(c, version);
    }
    c->fetched_ms = c->chain.wall_ms();
    waiter_wake_all(c->waiters);
}

enum need { NEED_NOTHING, NEED_SOON, NEED_NOW };

/* With c->lock held. */
static enum need need_of(const struct credentials *c, int64_t version)
{
    if (!c->have || c->forced || c->version != version)
        return NEED_NOW;
    if (c->now.expires_wall_ms == INT64_MAX)
        return NEED_NOTHING;
    int64_t now = c->chain.wall_ms();
    int64_t left = c->now.expires_wall_ms - now;
    if (left <= 0)
        return NEED_NOW;
    /* A clock set back makes the last fetch lie in the future: no reason to pause. */
    if (left >= ADVISORY_MS || (now >= c->fetched_ms && now < c->fetched_ms + PAUSE_MS))
        return NEED_NOTHING;
    return left < MANDATORY_MS ? NEED_NOW : NEED_SOON;
}

/* With c->lock held: whether a failed refresh leaves keys that AWS will still take. */
static bool still_good(const struct credentials *c, int64_t version)
{
    return c->have && !c->forced && c->version == version && c->now.expires_wall_ms > c->chain.wall_ms();
}

/* With c->lock held: returns when there are keys to hand out, or with the error. */
static int settle(struct credentials *c, struct stop *stop, int64_t version, struct err *e)
{
    for (;;) {
        enum need need = need_of(c, version);
        if (need == NEED_NOTHING || (need == NEED_SOON && c->fetching))
            return 0;
        enum stop_why why = stop_check(stop);
        if (why != STOP_GO_ON)
            return stop_err(why, "waiting for AWS credentials", e);
        uint64_t flight = c->flights;
        bool own = !c->fetching;
        if (own)
            fly(c, stop, version);
        else
            waiter_stand(&c->waiters, &c->lock, stop);
        if (c->flights == flight || c->failure.kind == ERR_NONE)
            continue;
        if (still_good(c, version))
            return 0;
        if (own || !c->abandoned)
            return err_set(e, c->failure.kind, "%s", c->failure.text);
    }
}

int credentials_get(struct credentials *c, struct stop *stop, struct aws_credentials *out, struct err *e)
{
    int64_t version = c->chain.version ? c->chain.version(c->chain.ctx) : 0;
    pthread_mutex_lock(&c->lock);
    int rc = settle(c, stop, version, e);
    if (rc == 0)
        credentials_copy(out, &c->now);
    pthread_mutex_unlock(&c->lock);
    return rc;
}

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

void credentials_invalidate(struct credentials *c, const struct aws_credentials *used)
{
    pthread_mutex_lock(&c->lock);
    if (c->have && same(c->now.access_key_id, used->access_key_id) &&
        same(c->now.session_token, used->session_token))
        c->forced = true;
    pthread_mutex_unlock(&c->lock);
}

json_t *credentials_report(struct credentials *c, struct stop *stop)
{
    static const char *const words[] = {"found", "absent", "failed"};
    struct err ignored = {0};
    auto_credentials struct aws_credentials keys = {0};
    /* The error is in the rows below, where there are any. */
    credentials_get(c, stop, &keys, &ignored);
    json_t *report = json_array();
    pthread_mutex_lock(&c->lock);
    for (size_t i = 0; i < c->asked; i++) {
        json_t *row = json_object();
        json_put_str(row, "provider", c->chain.rows[i].name);
        json_put_str(row, "result", words[c->results[i].result]);
        json_put_str(row, "detail", c->results[i].detail);
        json_array_append_new(report, row);
    }
    pthread_mutex_unlock(&c->lock);
    return report;
}
