#include "server/places.h"

#include "base/own.h"

#include <pthread.h>
#include <stdlib.h>

struct places {
    pthread_mutex_t lock;
    int max, taken;
    const struct caller **who; /* of each that is taken */
};

struct places *places_new(int max)
{
    struct places *p = xcalloc(1, sizeof *p);
    pthread_mutex_init(&p->lock, NULL);
    p->max = max;
    p->who = xcalloc((size_t)max, sizeof *p->who);
    return p;
}

void places_free(struct places *p)
{
    if (!p)
        return;
    pthread_mutex_destroy(&p->lock);
    free(p->who);
    free(p);
}

bool places_take(struct places *p, const struct caller *who)
{
    int own = 0;
    pthread_mutex_lock(&p->lock);
    for (int i = 0; i < p->taken; i++)
        own += caller_is_same(p->who[i], who);
    bool room = p->taken < p->max && own < (p->max + 1) / 2;
    if (room)
        p->who[p->taken++] = who;
    pthread_mutex_unlock(&p->lock);
    return room;
}

void places_give_back(struct places *p, const struct caller *who)
{
    pthread_mutex_lock(&p->lock);
    int i = 0;
    while (p->who[i] != who)
        i++;
    p->who[i] = p->who[--p->taken];
    pthread_mutex_unlock(&p->lock);
}
