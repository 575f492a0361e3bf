/* What every write passes through: whether this server may write at all, nobody else at the same thing, all that must hold, a
   person's word where the server wants one, one request with time of its own, and a name for what came of it.

   gate_enter, read afresh, gate_hold for each condition, gate_send if the effect is still open, gate_put and gate_tell_...,
   gate_leave; all of it within gate_run. */
#ifndef LW_TOOLS_GATE_H
#define LW_TOOLS_GATE_H

#include "tools/consent.h"
#include "tools/env.h"
#include "tools/envelope.h"
#include "tools/tool.h"

#include <stdbool.h>
#include <stdint.h>

/* What a write did. */
enum effect {
    EFFECT_OPEN, /* not settled: nothing speaks against it yet */
    EFFECT_CREATED,
    EFFECT_ALREADY_IN_FLIGHT,
    EFFECT_ALREADY_DONE,
    EFFECT_REFUSED,
    EFFECT_FAILED,  /* sent, and the service said no: nothing was changed */
    EFFECT_UNKNOWN, /* sent, and nobody knows whether it was carried out */
    EFFECT_DRY_RUN,
    EFFECT_COUNT
};

/* What a person reads of each effect: a sentence, by enum effect. NULL where the usual one will do. */
struct gate_words {
    const char *of[EFFECT_COUNT];
};

struct gate {
    const struct tool_call *call;
    const struct tool_env *env;
    char *resource; /* its name in env->claims */
    bool held;
    struct consent *consent; /* of the whole call; set before gate_enter; borrowed */
    bool dry_run; /* the call's argument of that name */
    enum effect effect;
    const struct gate_words *words; /* the tool's own; NULL: the usual ones. Set after gate_enter; borrowed */
    json_t *preconditions; /* [{name, ok, detail}] */
};

/* A tool that writes, once through: from the first look to the answer. Puts `consent` into its gate. */
typedef int gate_once_fn(const struct tool_call *call, struct consent *consent, struct tool_answer *out, struct err *e);

/* What such a tool's `run` is. Where a person had to be waited for, all that was read before is old: the tool looks again, from
   the start, and does what was agreed to only if that is still what it would do. As struct tool's `run`. */
int gate_run(const struct tool_call *call, gate_once_fn *once, struct tool_answer *out, struct err *e);

/* Opens the gate for a call: refuses it where the server may not write, and holds `resource` ("glue/us-east-1/load"), waiting for
   other calls; a dry run does neither. `name` is the thing's own name, for people. Returns 0, or -1 with an error answer in
   `out`. gate_leave either way. */
int gate_enter(struct gate *g, const struct tool_call *call, const char *resource, const char *name, struct tool_answer *out);

/* Files one condition; one that does not hold makes the effect refused, unless it is settled already. Filed again by the same
   name it takes the place of the first: the upstream may know better. */
void gate_hold(struct gate *g, const char *name, bool ok, const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* Sends the write: called once, with a session and a stop of its own. Sets the gate's effect. Returns 0, or -1 with an error
   answer in `out`. */
typedef int gate_send_fn(void *ctx, struct aws_session *s, struct stop *stop, struct tool_answer *out);

/* What is to be done, for a person to agree to: a sentence in our words (no question mark), and the request as it will be sent,
   as far as it may be shown ({service, operation, input}). Takes `request` over. Free it. */
char *gate_act(json_t *request, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Asks a person about `act` where the server runs with --writes confirm and nobody has agreed yet. Files condition "confirmed".
   Gives the resource back while it waits. Returns 0 when it may be done, 1 when not, or -1 to leave at once. For gate_send. */
int gate_ask(struct gate *g, const char *act, const struct envelope *v, struct tool_answer *out);

/* Does what `act` says: asks a person first where the server runs with --writes confirm (who says no makes the effect refused),
   looks at the caller's stop for the last time, then calls `send` with a session that writes, where the call's arguments `region`
   and `account` point. A write that has passed its checks runs to its end, in WRITE_TIMEOUT_MS of its own, and no cancel reaches
   it. Puts the requests into `v`. As gate_send_fn; also -1 where the person's answer is still to come. */
int gate_send(struct gate *g, const char *act, gate_send_fn *send, void *ctx, struct envelope *v, struct tool_answer *out);
#define WRITE_TIMEOUT_MS 30000

/* What was started and may not show in AWS yet, below the resource; see claims_remember and claims_recall. */
void gate_remember(struct gate *g, const char *part, const char *outcome);
char *gate_recall(struct gate *g, const char *part, int64_t *age_ms);

/* For reading back what came of a write that got no clear answer: `for (int looks = 0; gate_look(stop, &looks);)` looks three
   times, a second apart, and ends sooner when `stop` says so. */
bool gate_look(struct stop *stop, int *looks);

/* Whether the request left this server. */
bool gate_was_sent(const struct gate *g);

/* Sets `idempotency_key`: what is asked for has the same key whenever it is asked. `request` is borrowed. */
void gate_put_key(const json_t *request, struct envelope *v);

/* Sets `effect` and `preconditions`. */
void gate_put(const struct gate *g, struct envelope *v);

/* One line on the effect, and lines on the conditions that do not hold. */
void gate_tell_effect(const struct gate *g, struct envelope *v);
void gate_tell_conditions(const struct gate *g, struct envelope *v);

/* Gives the resource back and frees. Safe on a zeroed struct. */
void gate_leave(struct gate *g);

#endif
