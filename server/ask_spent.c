/* States that have been acted on. */
#include "server/ask_private.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/own.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* At once, in all and of one caller. They live ten minutes, so all together confirm every 75 milliseconds. */
#define SPENT_MAX 8192
#define SPENT_OF_CALLER_MAX 2048

/* Callers are told apart by a digest: their names are long. */
#define WHO_LEN 16

struct one {
    unsigned char nonce[SPENT_NONCE_LEN], who[WHO_LEN];
    int64_t expires_wall_ms;
};

struct spent {
    pthread_mutex_t lock;
    struct one *all; /* NULL until the first */
    size_t count, room;
    int64_t forgotten_wall_ms; /* the latest end of those that are forgotten: nobody knows what was spent until then */
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

/* With the lock held: drops those that no state can bring back any more, unless the clock is set back. */
static void forget(struct spent *s, int64_t now_wall_ms)
{
    for (size_t i = 0; i < s->count;) {
        int64_t end = s->all[i].expires_wall_ms;
        if (end >= now_wall_ms) {
            i++;
            continue;
        }
        if (end > s->forgotten_wall_ms)
            s->forgotten_wall_ms = end;
        s->all[i] = s->all[--s->count];
    }
}

/* With the lock held. */
static enum spent_word judge(const struct spent *s, const struct one *new)
{
    size_t own = 0;
    for (size_t i = 0; i < s->count; i++) {
        if (memcmp(s->all[i].nonce, new->nonce, SPENT_NONCE_LEN) == 0)
            return SPENT_BEFORE;
        own += memcmp(s->all[i].who, new->who, WHO_LEN) == 0;
    }
    if (new->expires_wall_ms <= s->forgotten_wall_ms)
        return SPENT_BEFORE; /* perhaps: the clock was set back */
    return s->count < SPENT_MAX && own < SPENT_OF_CALLER_MAX ? SPENT_NOW : SPENT_FULL;
}

static void digest_caller(const struct caller *who, unsigned char out[WHO_LEN])
{
    char name[sizeof who->subject + sizeof who->client_id] = {0};
    unsigned char digest[CRYPTO_SHA256_LEN];
    memcpy(name, who->subject, strlen(who->subject));
    memcpy(name + sizeof who->subject, who->client_id, strlen(who->client_id));
    crypto_sha256(name, sizeof name, digest);
    memcpy(out, digest, WHO_LEN);
}

enum spent_word spent_take(struct spent *s, const struct caller *who, const unsigned char nonce[SPENT_NONCE_LEN],
                           int64_t expires_wall_ms)
{
    struct one new = {.expires_wall_ms = expires_wall_ms};
    memcpy(new.nonce, nonce, SPENT_NONCE_LEN);
    digest_caller(who, new.who);
    pthread_mutex_lock(&s->lock);
    forget(s, clock_wall_ms());
    enum spent_word word = judge(s, &new);
    if (word == SPENT_NOW && s->count == s->room) {
        s->room = s->room ? 2 * s->room : 16;
        s->all = xrealloc(s->all, s->room * sizeof *s->all);
    }
    if (word == SPENT_NOW)
        s->all[s->count++] = new;
    pthread_mutex_unlock(&s->lock);
    return word;
}
