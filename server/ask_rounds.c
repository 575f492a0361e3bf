/* Asking where nobody waits (2026-07-28, basic patterns, multi round-trip requests): what the answers of earlier rounds were,
   and what the answer of this one asks for. */
#include "server/ask_private.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/own.h"
#include "base/random.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* The key that states are sealed with. */
#define PURPOSE "request state"

/* A person has this long to answer. */
#define LIFE_MS (10 * 60 * 1000)

/* Questions of one round, in number and bytes; answers of all rounds, in number and bytes. */
#define QUESTIONS_MAX 16
#define QUESTIONS_BYTES_MAX (256 * 1024)
#define ANSWERS_MAX 64
#define ANSWERS_BYTES_MAX (128 * 1024)

/* Answers are at most a part of it. */
#define STATE_BYTES_MAX (ANSWERS_BYTES_MAX + 64 * 1024)

struct rounds {
    json_t *answers;   /* {key: result}, of all rounds; only what is taken has been looked at */
    json_t *taken;     /* {key: true}: those that the handler has been given in this run */
    json_t *asked;     /* {key: true}: what this server has asked, on the word of a state that opened */
    json_t *questions; /* {key: {method, params}}, asked now */
    size_t question_bytes;
    bool spent;
    unsigned char nonce[SPENT_NONCE_LEN]; /* of the state */
    int64_t expires_wall_ms;
};

static struct rounds *rounds_of(struct call *c)
{
    if (!c->rounds) {
        c->rounds = xcalloc(1, sizeof *c->rounds);
        c->rounds->answers = json_object();
        c->rounds->taken = json_object();
        c->rounds->asked = json_object();
        c->rounds->questions = json_object();
    }
    return c->rounds;
}

void rounds_free(struct rounds *r)
{
    if (!r)
        return;
    json_decref(r->answers);
    json_decref(r->taken);
    json_decref(r->asked);
    json_decref(r->questions);
    free(r);
}

/* What a state belongs to: the caller, and the request with its arguments whatever the order of their members. */
static void bind(const struct call *c, unsigned char digest[CRYPTO_SHA256_LEN])
{
    json_auto_t *all = json_pack("[s, s, s, s, O]", c->caller.subject, c->caller.client_id, c->kind->method,
                                 c->uri ? c->uri : c->kind->target_name(c), c->arguments);
    auto_free char *text = json_dumps(all, JSON_COMPACT | JSON_SORT_KEYS);
    crypto_sha256(text, strlen(text), digest);
}

static size_t bytes_of(const json_t *v)
{
    size_t n;
    free(json_text(v, &n));
    return n;
}

/* ---- the way in ---- */

static int bad_state(struct rpc_fault *f, const char *why)
{
    return rpc_refuse(f, 200, RPC_INVALID_PARAMS, "params.requestState %s: send the request again without it", why);
}

/* The text of a state, opened: {expires, nonce, asked: [key], answers: {key: result}}. */
static int read_state(struct rounds *r, const char *text, size_t n, struct rpc_fault *f)
{
    json_auto_t *state = json_parse(text, n, JSON_DEPTH_UPSTREAM, NULL);
    auto_buf struct buf nonce = BUF_INIT(SPENT_NONCE_LEN);
    const char *nonce_text = json_str(state, "nonce", "");
    r->expires_wall_ms = json_int(state, "expires", 0);
    if (r->expires_wall_ms < clock_wall_ms())
        return bad_state(f, "has expired");
    if (text_b64url_decode(nonce_text, strlen(nonce_text), &nonce) || nonce.len != SPENT_NONCE_LEN)
        return bad_state(f, "is of another version of this server");
    memcpy(r->nonce, nonce.data, SPENT_NONCE_LEN);
    const json_t *key;
    size_t i;
    json_array_foreach(json_arr(state, "asked"), i, key)
        json_object_set_new(r->asked, json_string_value(key), json_true());
    json_object_update(r->answers, json_obj(state, "answers"));
    return 0;
}

static int open_state(struct call *c, struct rounds *r, const json_t *state, struct rpc_fault *f)
{
    if (!json_is_string(state))
        return rpc_refuse(f, 200, RPC_INVALID_PARAMS, "params.requestState must be a string");
    unsigned char digest[CRYPTO_SHA256_LEN];
    bind(c, digest);
    auto_buf struct buf text = BUF_INIT(STATE_BYTES_MAX);
    if (seal_open(call_engine(c)->secret, PURPOSE, (struct crypto_bytes){digest, sizeof digest}, json_string_value(state),
                  json_string_length(state), &text))
        return bad_state(f, "is not what this server gave for this request");
    return read_state(r, buf_text(&text), text.len, f);
}

int rounds_open(struct call *c, const struct request *q, struct rpc_fault *f)
{
    const json_t *answers = json_object_get(q->m->params, "inputResponses");
    const json_t *state = json_object_get(q->m->params, "requestState");
    bool has_answers = answers && !json_is_null(answers), has_state = state && !json_is_null(state);
    if (!version_is_modern(c->version) || c->completing || !(has_answers || has_state))
        return 0;
    if (has_answers && !json_is_object(answers))
        return rpc_refuse(f, 200, RPC_INVALID_PARAMS, "params.inputResponses must be an object");
    struct rounds *r = rounds_of(c);
    if (has_state && open_state(c, r, state, f))
        return -1;
    json_auto_t *own = has_answers ? json_deep_copy(answers) : NULL;
    json_object_update_missing(r->answers, own); /* what was answered in an earlier round stays */
    if (json_object_size(r->answers) > ANSWERS_MAX || bytes_of(r->answers) > ANSWERS_BYTES_MAX)
        return rpc_refuse(f, 200, RPC_INVALID_PARAMS, "the answers of all rounds are more than %d, or than %d KiB", ANSWERS_MAX,
                          ANSWERS_BYTES_MAX / 1024);
    return 0;
}

/* ---- for the handler ---- */

bool rounds_has_answer(const struct call *c, const struct question *q, const struct schema *form)
{
    const struct rounds *r = c->rounds;
    const json_t *answer = r ? json_object_get(r->answers, q->key) : NULL;
    return answer && ask_fits(q->method, form, answer) && (!q->bound || json_object_get(r->asked, q->key));
}

/* A state's confirmations count in one run alone. */
static enum asked spend(struct call *c, struct rounds *r)
{
    enum spent_word word = r->spent ? SPENT_NOW : spent_take(call_engine(c)->spent, &c->caller, r->nonce, r->expires_wall_ms);
    r->spent = word == SPENT_NOW;
    if (word == SPENT_FULL)
        log_event(LOG_WARN, "ask_refused", "{s:s, s:s, s:s}", "name", c->kind->target_name(c), "subject", c->caller.subject,
                  "why", "too many confirmations have been acted on within ten minutes");
    return word == SPENT_NOW ? ASKED_ANSWERED : word == SPENT_FULL ? ASKED_FULL : ASKED_LATER;
}

enum asked rounds_take(struct call *c, const struct question *q, const struct schema *form, json_t **answer)
{
    struct rounds *r = c->rounds;
    enum asked how = rounds_has_answer(c, q, form) ? ASKED_ANSWERED : ASKED_LATER;
    if (how == ASKED_ANSWERED && q->bound)
        how = spend(c, r);
    if (how != ASKED_ANSWERED)
        return how;
    json_object_set_new(r->taken, q->key, json_true());
    *answer = json_deep_copy(json_object_get(r->answers, q->key));
    return how;
}

enum asked rounds_record(struct call *c, const struct question *q)
{
    struct rounds *r = rounds_of(c);
    if (json_object_get(r->questions, q->key))
        return ASKED_LATER;
    json_auto_t *request = ask_request(c, q);
    size_t n = bytes_of(request);
    if (json_object_size(r->questions) >= QUESTIONS_MAX || n > QUESTIONS_BYTES_MAX - r->question_bytes)
        return ASKED_CANNOT;
    r->question_bytes += n;
    json_object_set(r->questions, q->key, request);
    json_object_del(r->answers, q->key); /* it was none, or none to this */
    return ASKED_LATER;
}

bool rounds_has_questions(const struct call *c)
{
    return c->rounds && json_object_size(c->rounds->questions) > 0;
}

/* ---- the way out ---- */

/* Answers that go on to the next round: to what was asked, or has been of use. What a client added on its own does not. */
static json_t *kept_answers(const struct rounds *r)
{
    json_t *kept = json_object(), *answer;
    const char *key;
    json_object_foreach(r->answers, key, answer)
        if (json_object_get(r->asked, key) || json_object_get(r->taken, key))
            json_object_set(kept, key, answer);
    return kept;
}

static json_t *asked_keys(const struct rounds *r)
{
    json_auto_t *all = json_copy(r->asked);
    json_object_update(all, r->questions);
    json_t *keys = json_array(), *value;
    const char *key;
    json_object_foreach(all, key, value)
        json_array_append_new(keys, json_string(key));
    return keys;
}

static char *make_state(const struct call *c)
{
    const struct rounds *r = c->rounds;
    unsigned char nonce[SPENT_NONCE_LEN], digest[CRYPTO_SHA256_LEN];
    auto_buf struct buf nonce_text = BUF_INIT(2 * SPENT_NONCE_LEN);
    random_fill(nonce, sizeof nonce);
    text_b64url_encode(nonce, sizeof nonce, &nonce_text);
    json_auto_t *state = json_pack("{s:I, s:s, s:o, s:o}", "expires", (json_int_t)(clock_wall_ms() + LIFE_MS), "nonce",
                                   buf_text(&nonce_text), "asked", asked_keys(r), "answers", kept_answers(r));
    size_t n;
    auto_free char *text = json_text(state, &n);
    bind(c, digest);
    struct crypto_bytes bound = {digest, sizeof digest}, in = {text, n};
    return seal_make(call_engine(c)->secret, PURPOSE, bound, in);
}

void rounds_answer(struct call *c, struct reply *r)
{
    auto_free char *state = make_state(c);
    json_t *result = json_pack("{s:O, s:s}", "inputRequests", c->rounds->questions, "requestState", state);
    result_stamp(result, "input_required", call_engine(c)->server_info);
    result_send(r, c->id, result);
}
