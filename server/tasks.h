/* Tool calls that go on behind their request: the tasks of the extension io.modelcontextprotocol/tasks (SEP-2663).

   A task begins where a call detaches itself and is kept in this process, with the call's answer, until its time to live has
   passed: never less, counted from its creation. Only the caller whose call it was can see it. */
#ifndef LW_SERVER_TASKS_H
#define LW_SERVER_TASKS_H

#include "auth/auth.h"
#include "base/stop.h"
#include "server/rpc.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* Tasks kept at once, and the bytes of their answers, in all and of one caller. */
#define TASKS_MAX 1024
#define TASKS_OF_CALLER_MAX 64
#define TASKS_ANSWERS_MAX (64 * 1024 * 1024)
#define TASKS_ANSWERS_OF_CALLER_MAX (16 * 1024 * 1024)

struct tasks;
struct task;

/* An empty table. Each task is kept for `ttl_ms` from its creation on. */
struct tasks *tasks_new(int64_t ttl_ms);

/* No call may be behind a task any more. Accepts NULL. */
void tasks_free(struct tasks *t);

/* A new task in status "working"; its cancellation trips `stop`, which stays the caller's until task_close. NULL where there
   is no room for another one. The task is the table's; it stays valid until task_close at least. */
struct task *task_open(struct tasks *t, const struct caller *owner, struct stop *stop);

/* Its id, as clients know it. Borrowed. */
const char *task_id(const struct task *k);

/* Something about it has changed that tasks_get does not know of. */
void task_touch(struct task *k);

/* What it is doing, in words, for whoever asks. */
void task_tell(struct task *k, const char *message);

/* Its call has ended. `r`: the JSON-RPC answer the call would have had (borrowed); no body where it was cancelled. */
void task_close(struct task *k, const struct reply *r);

/* As the protocol shows it: a Task, without result, error or questions. New. */
json_t *task_state(struct task *k);

/* A DetailedTask: with the result of a completed task, the error of a failed one. New; NULL where that caller has no such
   task (any more). */
json_t *tasks_get(struct tasks *t, const struct caller *owner, const char *id);

/* Whether that caller has such a task. */
bool tasks_has(struct tasks *t, const struct caller *owner, const char *id);

/* Asks its call to stop; nothing where it has ended. False where that caller has no such task. */
bool tasks_cancel(struct tasks *t, const struct caller *owner, const char *id);

#endif
