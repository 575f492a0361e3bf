#include "aws/pace.h"

#include "base/own.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#define BURST_MS 1000.0 /* what was not asked for within it may be asked for at once */

/* The curve after a throttling (RFC 9438, with the constants of boto3's adaptive mode). */
#define CUBIC_BETA 0.7
#define CUBIC_SCALE 0.4
#define RATE_MIN 0.5
/* cbrt and pow do not end in the same digit on every processor: that is no reason to wait. */
#define ROUNDING_MS 0.001

/* Turns of one operation, or of a whole service. */
struct lane {
    struct route_row row; /* first */
    double next_ms;       /* when the turn after the last one given would be due at an even pace */
    /* How often a service is asked: in the second that runs, and in the one before. */
    int64_t second_ms;
    int asked, asked_before;
    /* The last throttling, 0 for none, and the rate at which it came, per second. */
    int64_t throttled_ms;
    double rate_at;
};

struct pace {
    pthread_mutex_t lock; /* guards all below; a leaf */
    struct lane lanes[ROUTES_MAX * 2];
};

struct pace *pace_new(void)
{
    struct pace *p = xcalloc(1, sizeof *p);
    pthread_mutex_init(&p->lock, NULL);
    return p;
}

void pace_free(struct pace *p)
{
    if (!p)
        return;
    pthread_mutex_destroy(&p->lock);
    free(p);
}

static struct lane *lane_of(struct pace *p, const struct route *r, bool by_operation, int64_t mono_ms)
{
    return route_row(p->lanes, ARRAY_LEN(p->lanes), sizeof *p->lanes, r, by_operation, mono_ms);
}

/* Gives the next turn at that rate. */
static double turn(struct lane *l, double per_s, int64_t mono_ms)
{
    double gap = 1000 / per_s, now = (double)mono_ms;
    double slack = gap < BURST_MS ? BURST_MS - gap : 0;
    if (l->next_ms < now)
        l->next_ms = now;
    double wait = l->next_ms - slack - now;
    l->next_ms += gap;
    return wait > 0 ? wait : 0;
}

static void count(struct lane *l, int64_t mono_ms)
{
    int64_t second = mono_ms - mono_ms % 1000;
    if (second != l->second_ms) {
        l->asked_before = second - l->second_ms == 1000 ? l->asked : 0;
        l->asked = 0;
        l->second_ms = second;
    }
    l->asked++;
}

/* The rate a throttled service is asked at now; 0: any. */
static double rate_now(const struct lane *l, int64_t mono_ms)
{
    if (!l->throttled_ms || mono_ms - l->throttled_ms >= PACE_MEMORY_MS)
        return 0;
    double seconds = (double)(mono_ms - l->throttled_ms) / 1000;
    double back = cbrt(l->rate_at * (1 - CUBIC_BETA) / CUBIC_SCALE); /* seconds until it is where it was */
    double rate = CUBIC_SCALE * pow(seconds - back, 3) + l->rate_at;
    return rate > RATE_MIN ? rate : RATE_MIN;
}

int64_t pace_turn(struct pace *p, const struct route *r, int64_t mono_ms)
{
    double wait = 0;
    pthread_mutex_lock(&p->lock);
    if (r->op->per_s > 0)
        wait = turn(lane_of(p, r, true, mono_ms), r->op->per_s, mono_ms);
    if (r->op->service->adaptive) {
        struct lane *l = lane_of(p, r, false, mono_ms);
        double rate = rate_now(l, mono_ms);
        count(l, mono_ms);
        double slower = rate > 0 ? turn(l, rate, mono_ms) : 0;
        wait = slower > wait ? slower : wait;
    }
    pthread_mutex_unlock(&p->lock);
    return (int64_t)ceil(wait - ROUNDING_MS);
}

void pace_throttled(struct pace *p, const struct route *r, int64_t mono_ms)
{
    if (!r->op->service->adaptive)
        return;
    pthread_mutex_lock(&p->lock);
    struct lane *l = lane_of(p, r, false, mono_ms);
    /* What was asked at once is throttled at once: that is one throttling, not many. */
    if (!l->throttled_ms || mono_ms - l->throttled_ms >= 1000) {
        double asked = l->asked > l->asked_before ? l->asked : l->asked_before, rate = rate_now(l, mono_ms);
        l->rate_at = rate > 0 && rate < asked ? rate : asked;
        l->rate_at = l->rate_at > RATE_MIN ? l->rate_at : RATE_MIN;
        l->throttled_ms = mono_ms;
        l->next_ms = (double)mono_ms;
    }
    pthread_mutex_unlock(&p->lock);
}
