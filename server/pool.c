#include "server/pool.h"

#include "base/clock.h"
#include "base/own.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

/* jansson's recursion over 128 levels and PCRE2 fit well; sanitizers need more room for the same frames. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define STACK_BYTES (2048 * 1024)
#else
#define STACK_BYTES (256 * 1024)
#endif
#define IDLE_SECONDS 10

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t work;  /* a job was queued, or the end */
    pthread_cond_t ended; /* a thread went away */
    struct job *first, **last;
    int queued;
    int threads, idle; /* `idle`: those that wait for a job, or have just been started for one */
    bool has_ended;       /* each thread that ends joins the one that ended before it, pool_free the last: */
    pthread_t last_ended; /* so none is still in its last instructions when the process ends */
    int max_threads, max_queue;
    bool closing;
    pthread_attr_t attr;
};

struct pool *pool_new(int max_threads, int max_queue)
{
    struct pool *p = xcalloc(1, sizeof *p);
    pthread_mutex_init(&p->lock, NULL);
    clock_cond_init(&p->work);
    pthread_cond_init(&p->ended, NULL);
    pthread_attr_init(&p->attr);
    pthread_attr_setstacksize(&p->attr, STACK_BYTES);
    p->last = &p->first;
    p->max_threads = max_threads;
    p->max_queue = max_queue;
    return p;
}

/* With the lock held: the next job, or NULL when this thread should end (idle too long, or the pool closes). */
static struct job *next_job(struct pool *p)
{
    int64_t until_mono_ms = clock_mono_ms() + IDLE_SECONDS * 1000;
    bool late = false;
    p->idle++;
    while (!p->first && !p->closing && !late)
        late = !clock_cond_wait(&p->work, &p->lock, until_mono_ms);
    p->idle--;
    struct job *j = p->first;
    if (j) {
        p->first = j->next;
        if (!p->first)
            p->last = &p->first;
        p->queued--;
    }
    return j;
}

static void *work(void *arg)
{
    struct pool *p = arg;
    pthread_mutex_lock(&p->lock);
    p->idle--; /* next_job counts it anew */
    struct job *j;
    while ((j = next_job(p))) {
        pthread_mutex_unlock(&p->lock);
        j->run(j);
        pthread_mutex_lock(&p->lock);
    }
    bool another = p->has_ended;
    pthread_t before = p->last_ended;
    p->last_ended = pthread_self();
    p->has_ended = true;
    p->threads--;
    pthread_cond_signal(&p->ended);
    pthread_mutex_unlock(&p->lock);
    if (another)
        pthread_join(before, NULL);
    return NULL;
}

/* With the lock held. Signals are for the main thread alone. */
static bool start_thread(struct pool *p)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t t;
    bool started = pthread_create(&t, &p->attr, work, p) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    p->threads += started;
    p->idle += started;
    return started;
}

int pool_submit(struct pool *p, struct job *j)
{
    pthread_mutex_lock(&p->lock);
    /* each idle thread will take one of those already queued */
    bool wants_thread = p->queued >= p->idle && p->threads < p->max_threads;
    bool room = p->queued < p->idle || p->queued - p->idle < p->max_queue || wants_thread;
    bool accepted = room && (!wants_thread || start_thread(p) || p->threads > 0);
    if (accepted) {
        j->next = NULL;
        *p->last = j;
        p->last = &j->next;
        p->queued++;
        pthread_cond_signal(&p->work);
    }
    pthread_mutex_unlock(&p->lock);
    return accepted ? 0 : -1;
}

void pool_free(struct pool *p)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    p->closing = true;
    pthread_cond_broadcast(&p->work);
    while (p->threads > 0)
        pthread_cond_wait(&p->ended, &p->lock);
    pthread_mutex_unlock(&p->lock);
    if (p->has_ended)
        pthread_join(p->last_ended, NULL);
    pthread_attr_destroy(&p->attr);
    pthread_cond_destroy(&p->work);
    pthread_cond_destroy(&p->ended);
    pthread_mutex_destroy(&p->lock);
    free(p);
}
