/* Asking where a worker waits: a question is on the board until it is answered, its time is up, or the call ends. */
#include "server/ask_private.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/own.h"
#include "base/random.h"
#include "base/text.h"
#include "server/places.h"

#include <string.h>

/* Questions of one call that are open at once. */
#define OPEN_MAX 16

/* ---- a legacy session: a request of ours on the call's own stream, answered by a message of its own ---- */

static const char *session_owner(const struct call *c)
{
    return c->session;
}

/* The id of the request. Nobody guesses it, so nobody else in the session answers for the person. */
static char *session_name(struct call *c, const char *key)
{
    (void)c, (void)key;
    unsigned char bytes[16];
    char hex[2 * sizeof bytes + 1];
    random_fill(bytes, sizeof bytes);
    text_hex(bytes, sizeof bytes, hex);
    return xasprintf("ask-%s", hex);
}

static void session_post(struct call *c, const struct posting *p)
{
    json_auto_t *message = json_pack("{s:s, s:s}", "jsonrpc", "2.0", "id", p->name);
    json_object_update(message, p->request);
    call_note(c, message);
}

static void session_withdraw(struct call *c, const struct posting *p, bool answered)
{
    if (answered)
        return;
    json_auto_t *note = rpc_note("notifications/cancelled", json_pack("{s:s, s:s}", "requestId", p->name, "reason",
                                                                      "the answer is not waited for any more"));
    call_note(c, note);
}

const struct asker ask_session = {
    .owner = session_owner, .name = session_name, .post = session_post, .withdraw = session_withdraw};

void engine_answered(const struct request *q, const json_t *response)
{
    struct board *b = q->engine->board;
    const char *owner = request_session_key(q), *name = json_string_value(q->m->id);
    const json_t *error = json_object_get(response, "error");
    if (!*owner || !name)
        return; /* none of ours */
    if (error) {
        int64_t code = json_int(error, "code", 0);
        board_refuse(b, owner, name, code != RPC_METHOD_NOT_FOUND && code != RPC_INVALID_PARAMS);
    } else if (board_answer(b, owner, name, json_object_get(response, "result")) == DELIVERY_UNFIT) {
        log_event(LOG_WARN, "answer_unfit", "{s:s}", "subject", q->in->caller->subject);
        board_refuse(b, owner, name, true);
    }
}

/* ---- any asker ---- */

static struct posting *find(const struct call *c, const char *key)
{
    for (struct posting *p = c->postings; p; p = p->next_of_call)
        if (strcmp(p->key, key) == 0)
            return p;
    return NULL;
}

enum asked ask_post(struct call *c, const struct question *q)
{
    size_t open = 0;
    for (const struct posting *p = c->postings; p; p = p->next_of_call)
        open++;
    if (find(c, q->key))
        return ASKED_LATER;
    struct schema *form = NULL;
    if (open >= OPEN_MAX || ask_form(q, &form, NULL))
        return ASKED_CANNOT;
    struct posting *p = xcalloc(1, sizeof *p);
    c->asked++;
    *p = (struct posting){.call = c, .key = xstrdup(q->key), .owner = xstrdup(c->asker->owner(c)),
                          .name = c->asker->name(c, q->key), .request = ask_request(c, q), .form = form,
                          .next_of_call = c->postings};
    c->postings = p;
    board_add(call_engine(c)->board, p);
    /* looked at behind board_add: whoever sets these finds the question there */
    if (c->exchange->lost || engine_is_draining(call_engine(c)))
        board_lose(call_engine(c)->board, c);
    c->asker->post(c, p);
    return ASKED_LATER;
}

/* Off the board and out of the call's list. Frees it. */
static void take_down(struct call *c, struct posting *p)
{
    struct posting **at = &c->postings;
    while (*at != p)
        at = &(*at)->next_of_call;
    *at = p->next_of_call;
    board_remove(call_engine(c)->board, p);
    c->asker->withdraw(c, p, p->state != POSTING_OPEN && p->state != POSTING_LOST);
    posting_free(p);
}

void ask_withdraw_all(struct call *c)
{
    while (c->postings)
        take_down(c, c->postings);
}

/* The deadline is put off by as long as the wait takes. */
static void wait_for(struct call *c, struct posting *p)
{
    struct engine *g = call_engine(c);
    int64_t begun = clock_mono_ms();
    stop_extend(&c->stop, g->o.ask_timeout_ms);
    board_wait(g->board, p, &c->stop, g->o.ask_timeout_ms);
    stop_extend(&c->stop, clock_mono_ms() - begun - g->o.ask_timeout_ms);
}

/* Waits for the answer to what has been posted. */
static enum asked wait_out(struct call *c, struct posting *p, json_t **answer)
{
    wait_for(c, p);
    enum posting_state state = board_look(call_engine(c)->board, p);
    bool stopped = stop_check(&c->stop) != STOP_GO_ON;
    if (state == POSTING_ANSWERED && !stopped)
        *answer = steal(&p->answer);
    take_down(c, p);
    if (stopped)
        return ASKED_ENDED;
    return state == POSTING_ANSWERED ? ASKED_ANSWERED : state == POSTING_IMPOSSIBLE ? ASKED_CANNOT : ASKED_ENDED;
}

enum asked ask_and_wait(struct call *c, const struct question *q, json_t **answer)
{
    struct places *places = c->task ? NULL : call_engine(c)->places; /* a task has one */
    if (places && !places_take(places, &c->caller)) {
        log_event(LOG_WARN, "ask_refused", "{s:s, s:s, s:s}", "name", c->kind->target_name(c), "subject", c->caller.subject,
                  "why", "too many workers are kept already by this caller, or by all");
        return ASKED_ENDED;
    }
    enum asked how = ask_put(c, q);
    if (how == ASKED_LATER)
        how = wait_out(c, find(c, q->key), answer);
    if (places)
        places_give_back(places, &c->caller);
    return how;
}
