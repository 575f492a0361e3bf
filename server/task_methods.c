/* How a call becomes a task, and tasks/get, tasks/update and tasks/cancel. */
#include "server/engine_private.h"

#include "base/json.h"
#include "base/own.h"
#include "server/listeners.h"
#include "server/places.h"

#include <string.h>

static void tell_listeners(struct call *c, const char *id)
{
    struct listeners *t = call_engine(c)->listeners;
    if (t)
        listeners_task_changed(t, id);
}

void call_tell_task(struct call *c, const char *message)
{
    task_tell(c->task, message);
    tell_listeners(c, task_id(c->task));
}

void call_close_task(struct call *c, const struct reply *r)
{
    auto_free char *id = xstrdup(task_id(c->task)); /* once closed it may expire */
    places_give_back(call_engine(c)->places, &c->caller); /* first: who sees that it has ended may begin the next */
    task_close(c->task, r);
    tell_listeners(c, id);
}

/* ---- a call becomes a task ---- */

static const char *asks_as(const struct call *c)
{
    return task_id(c->task);
}

/* A key must never come back with another question in the life of a task (SEP-2663, task update requests). */
static char *name_question(struct call *c, const char *key)
{
    return xasprintf("%s-%u", key, c->asked);
}

/* The board is where tasks/get looks: all there is to say is that something has changed. */
static void question_posted(struct call *c, const struct posting *p)
{
    (void)p;
    task_touch(c->task);
    tell_listeners(c, task_id(c->task));
}

static void question_withdrawn(struct call *c, const struct posting *p, bool answered)
{
    (void)answered;
    question_posted(c, p);
}

static const struct asker task_asker = {
    .owner = asks_as, .name = name_question, .post = question_posted, .withdraw = question_withdrawn};

/* Takes the call away from its request: from now on neither a hang-up nor notifications/cancelled finds it, for they look under
   these locks. One that they found just before stays what it was: false. */
static bool part(struct engine *g, struct call *c)
{
    pthread_mutex_lock(&g->lock);
    bool room = !g->draining && places_take(g->places, &c->caller);
    struct task *task = room ? task_open(g->tasks, &c->caller, &c->stop) : NULL;
    if (task) {
        exchange_leave(c->exchange, c);
        if (stop_check(&c->stop) == STOP_GO_ON) {
            c->session[0] = '\0';
            c->task = steal(&task);
        }
    }
    pthread_mutex_unlock(&g->lock);
    if (task)
        task_close(task, &(struct reply){0});
    if (room && !c->task)
        places_give_back(g->places, &c->caller);
    return c->task != NULL;
}

/* CreateTaskResult, once the task can be found (SEP-2663, task creation). */
static void answer_with_task(struct engine *g, struct call *c)
{
    json_t *result = task_state(c->task);
    result_stamp(result, "task", g->server_info);
    struct reply r = {0};
    result_send(&r, c->id, result);
    exchange_answer(c->exchange, &r);
}

bool call_detach(const struct tool_call *seen)
{
    struct call *c = call_of(seen);
    struct engine *g = call_engine(c);
    if (c->task)
        return true;
    /* what the client has been asked on the request itself must be answered there first (SEP-2663, task creation) */
    bool knows = version_is_modern(c->version) && c->client_can & CLIENT_HAS_TASKS; /* only there is tasks/get */
    bool may = g->tasks && knows && strcmp(c->kind->method, "tools/call") == 0 && !rounds_has_questions(c);
    if (!may || !part(g, c))
        return false;
    stop_extend(&c->stop, g->o.task_timeout_ms - stop_left_ms(&c->stop));
    c->asker = &task_asker;
    ((struct call_view *)(uintptr_t)seen)->seen.ask_waits = true; /* the view is the worker's own */
    answer_with_task(g, c);
    return true;
}

/* ---- the methods ---- */

json_t *task_detail(struct engine *g, const struct caller *owner, const char *id)
{
    json_t *task = tasks_get(g->tasks, owner, id);
    json_auto_t *questions = task ? board_open(g->board, id) : NULL;
    if (json_object_size(questions) > 0 && strcmp(json_str(task, "status", ""), "working") == 0) {
        json_put_str(task, "status", "input_required");
        json_put(task, "inputRequests", steal(&questions));
    }
    return task;
}

enum receipt request_needs_tasks(const struct request *q)
{
    struct rpc_fault f = {.data = json_pack("{s:{s:{s:{}}}}", "requiredCapabilities", "extensions", CLIENT_TASKS_EXTENSION)};
    rpc_refuse(&f, 400, RPC_MISSING_CAPABILITY, "tasks are for clients that declare " CLIENT_TASKS_EXTENSION);
    return request_refuse(q, &f);
}

/* params.taskId; NULL where the request has been refused with `*got`. Borrowed. */
static const char *id_of(const struct request *q, enum receipt *got)
{
    struct rpc_fault f = {0};
    if (!(q->client_can & CLIENT_HAS_TASKS)) {
        *got = request_needs_tasks(q);
        return NULL;
    }
    const char *id = request_text(q, "taskId", &f);
    if (!id)
        *got = request_refuse(q, &f);
    return id;
}

/* One answer for what never was, has expired, or is somebody else's: nobody learns which. */
static enum receipt refuse_unknown(const struct request *q)
{
    struct rpc_fault f = {0};
    rpc_refuse(&f, 200, RPC_INVALID_PARAMS, "there is no such task, or it has expired");
    return request_refuse(q, &f);
}

static enum receipt complete(const struct request *q, json_t *result)
{
    call_complete(q->now, q->m->id, q->version, result, q->engine->server_info);
    return RECEIPT_REPLY;
}

enum receipt method_tasks_get(const struct request *q)
{
    enum receipt got;
    const char *id = id_of(q, &got);
    if (!id)
        return got;
    json_t *task = task_detail(q->engine, q->in->caller, id);
    return task ? complete(q, task) : refuse_unknown(q);
}

enum receipt method_tasks_update(const struct request *q)
{
    enum receipt got;
    const char *id = id_of(q, &got);
    if (!id)
        return got;
    json_t *answers = json_obj(q->m->params, "inputResponses"), *answer;
    if (!answers) {
        struct rpc_fault f = {0};
        rpc_refuse(&f, 200, RPC_INVALID_PARAMS, "params.inputResponses must be an object");
        return request_refuse(q, &f);
    }
    if (!tasks_has(q->engine->tasks, q->in->caller, id))
        return refuse_unknown(q);
    const char *key;
    json_object_foreach(answers, key, answer) /* what is not asked now is ignored, and so is what does not fit */
        board_answer(q->engine->board, id, key, answer);
    return complete(q, json_object());
}

enum receipt method_tasks_cancel(const struct request *q)
{
    enum receipt got;
    const char *id = id_of(q, &got);
    if (!id)
        return got;
    if (!tasks_cancel(q->engine->tasks, q->in->caller, id))
        return refuse_unknown(q);
    return complete(q, json_object());
}
