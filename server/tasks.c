#include "server/tasks.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "base/random.h"
#include "base/text.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Bits of a task's id: nobody finds one by trying. */
#define ID_BYTES 24
#define ID_MAX 40

/* How often a client should look. What becomes a task takes ten seconds and more. */
#define POLL_INTERVAL_MS 1000

#define MESSAGE_MAX 300

enum status { WORKING, COMPLETED, FAILED, CANCELLED };

struct task {
    struct tasks *tasks;
    struct task *next; /* a younger one */
    char id[ID_MAX];
    struct caller owner;
    enum status status;
    char message[MESSAGE_MAX + 1];
    int64_t created_wall_ms, updated_wall_ms;
    int64_t expires_mono_ms;
    struct stop *stop; /* of its call; NULL once that has ended */
    char *outcome;     /* JSON text: the result or the error */
    size_t outcome_len;
};

struct tasks {
    int64_t ttl_ms;
    pthread_mutex_t lock; /* guards what follows and all tasks; a stop's lock comes after it */
    struct task *oldest, **end;
    int count;
    size_t held; /* bytes of all outcomes */
};

struct tasks *tasks_new(int64_t ttl_ms)
{
    struct tasks *t = xcalloc(1, sizeof *t);
    pthread_mutex_init(&t->lock, NULL);
    t->ttl_ms = ttl_ms;
    t->end = &t->oldest;
    return t;
}

static void drop_oldest(struct tasks *t)
{
    struct task *k = t->oldest;
    t->oldest = k->next;
    if (!t->oldest)
        t->end = &t->oldest;
    t->count--;
    t->held -= k->outcome_len;
    free(k->outcome);
    free(k);
}

void tasks_free(struct tasks *t)
{
    if (!t)
        return;
    while (t->oldest)
        drop_oldest(t);
    pthread_mutex_destroy(&t->lock);
    free(t);
}

/* With the lock held. All live equally long, so those whose time is over are the oldest. One whose call does not end when told
   to is kept until it does, and those behind it with it; nobody sees them. */
static void drop_expired(struct tasks *t)
{
    int64_t now = clock_mono_ms();
    while (t->oldest && now >= t->oldest->expires_mono_ms && !t->oldest->stop)
        drop_oldest(t);
}

/* What one caller has of it. */
struct share {
    int count;
    size_t held;
};

/* With the lock held. */
static struct share share_of(const struct tasks *t, const struct caller *owner)
{
    struct share own = {0};
    for (const struct task *k = t->oldest; k; k = k->next) {
        if (caller_is_same(&k->owner, owner)) {
            own.count++;
            own.held += k->outcome_len;
        }
    }
    return own;
}

/* With the lock held. */
static bool has_room(const struct tasks *t, const struct caller *owner)
{
    struct share own = share_of(t, owner);
    return t->count < TASKS_MAX && own.count < TASKS_OF_CALLER_MAX && t->held < TASKS_ANSWERS_MAX &&
           own.held < TASKS_ANSWERS_OF_CALLER_MAX;
}

static struct task *task_new(struct tasks *t, const struct caller *owner, struct stop *stop)
{
    struct task *k = xcalloc(1, sizeof *k);
    unsigned char bits[ID_BYTES];
    random_fill(bits, sizeof bits);
    auto_buf struct buf id = BUF_INIT(ID_MAX);
    text_b64url_encode(bits, sizeof bits, &id);
    memcpy(k->id, buf_text(&id), id.len + 1);
    k->tasks = t;
    k->owner = *owner;
    k->stop = stop;
    k->created_wall_ms = k->updated_wall_ms = clock_wall_ms();
    k->expires_mono_ms = clock_mono_ms() + t->ttl_ms + 1; /* never early, though the clock drops what is below a millisecond */
    return k;
}

struct task *task_open(struct tasks *t, const struct caller *owner, struct stop *stop)
{
    pthread_mutex_lock(&t->lock);
    drop_expired(t);
    struct task *k = has_room(t, owner) ? task_new(t, owner, stop) : NULL;
    if (k) {
        *t->end = k;
        t->end = &k->next;
        t->count++;
    }
    pthread_mutex_unlock(&t->lock);
    return k;
}

const char *task_id(const struct task *k)
{
    return k->id;
}

void task_touch(struct task *k)
{
    pthread_mutex_lock(&k->tasks->lock);
    k->updated_wall_ms = clock_wall_ms();
    pthread_mutex_unlock(&k->tasks->lock);
}

/* With the lock held. */
static void say(struct task *k, const char *message)
{
    size_t n = strlen(message);
    n = n > MESSAGE_MAX ? text_utf8_floor(message, MESSAGE_MAX) : n;
    memcpy(k->message, message, n);
    k->message[n] = '\0';
    k->updated_wall_ms = clock_wall_ms();
}

void task_tell(struct task *k, const char *message)
{
    pthread_mutex_lock(&k->tasks->lock);
    say(k, message);
    pthread_mutex_unlock(&k->tasks->lock);
}

/* With the lock held: how it ended, and what is kept of it. An isError result is a result (SEP-2663, task execution errors). */
static void settle(struct task *k, const json_t *answer)
{
    struct tasks *t = k->tasks;
    const json_t *error = json_obj(answer, "error");
    struct share own = share_of(t, &k->owner); /* without this one's, which it has not got yet */
    k->status = error ? FAILED : COMPLETED;
    k->outcome = json_text(error ? error : json_obj(answer, "result"), &k->outcome_len);
    say(k, error ? json_str(error, "message", "") : "");
    if (t->held + k->outcome_len > TASKS_ANSWERS_MAX || own.held + k->outcome_len > TASKS_ANSWERS_OF_CALLER_MAX) {
        free(k->outcome);
        k->status = FAILED;
        k->outcome = xasprintf("{\"code\":%d,\"message\":\"the answer could not be kept: too many are held already\"}",
                               RPC_INTERNAL_ERROR);
        k->outcome_len = strlen(k->outcome);
    }
    t->held += k->outcome_len;
}

void task_close(struct task *k, const struct reply *r)
{
    struct tasks *t = k->tasks;
    /* our own text, so parsing it back cannot fail */
    json_auto_t *answer = r->body ? json_parse(r->body, r->len, JSON_DEPTH_UPSTREAM, NULL) : NULL;
    pthread_mutex_lock(&t->lock);
    k->stop = NULL;
    k->updated_wall_ms = clock_wall_ms();
    if (answer)
        settle(k, answer);
    else
        k->status = CANCELLED;
    pthread_mutex_unlock(&t->lock);
}

/* With the lock held. */
static json_t *describe(const struct task *k)
{
    static const char *const names[] = {
        [WORKING] = "working", [COMPLETED] = "completed", [FAILED] = "failed", [CANCELLED] = "cancelled"};
    json_t *out = json_pack("{s:s, s:s}", "taskId", k->id, "status", names[k->status]);
    json_put_str(out, "statusMessage", *k->message ? k->message : NULL);
    json_put_time(out, "createdAt", k->created_wall_ms);
    json_put_time(out, "lastUpdatedAt", k->updated_wall_ms);
    json_put_int(out, "ttlMs", k->tasks->ttl_ms);
    json_put_int(out, "pollIntervalMs", POLL_INTERVAL_MS);
    return out;
}

json_t *task_state(struct task *k)
{
    pthread_mutex_lock(&k->tasks->lock);
    json_t *out = describe(k);
    pthread_mutex_unlock(&k->tasks->lock);
    return out;
}

/* With the lock held. */
static struct task *find(struct tasks *t, const struct caller *owner, const char *id)
{
    drop_expired(t);
    int64_t now = clock_mono_ms();
    for (struct task *k = t->oldest; k; k = k->next)
        if (strcmp(k->id, id) == 0)
            return caller_is_same(&k->owner, owner) && now < k->expires_mono_ms ? k : NULL;
    return NULL;
}

json_t *tasks_get(struct tasks *t, const struct caller *owner, const char *id)
{
    pthread_mutex_lock(&t->lock);
    const struct task *k = find(t, owner, id);
    json_t *out = k ? describe(k) : NULL;
    const char *member = k && k->status == FAILED ? "error" : "result";
    auto_free char *outcome = k && k->outcome ? xstrndup(k->outcome, k->outcome_len) : NULL;
    pthread_mutex_unlock(&t->lock);
    if (outcome) /* may be long: parsed while nobody waits */
        json_put(out, member, json_parse(outcome, strlen(outcome), JSON_DEPTH_UPSTREAM, NULL));
    return out;
}

bool tasks_has(struct tasks *t, const struct caller *owner, const char *id)
{
    pthread_mutex_lock(&t->lock);
    bool has = find(t, owner, id) != NULL;
    pthread_mutex_unlock(&t->lock);
    return has;
}

bool tasks_cancel(struct tasks *t, const struct caller *owner, const char *id)
{
    pthread_mutex_lock(&t->lock);
    struct task *k = find(t, owner, id);
    if (k && k->stop)
        stop_trip(k->stop, STOP_CANCELLED);
    pthread_mutex_unlock(&t->lock);
    return k != NULL;
}
