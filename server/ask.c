/* Questions to the client in the middle of a call: whether this client can be asked, and by which of the two ways. */
#include "server/ask_private.h"

#include "base/json.h"
#include "base/log.h"
#include "base/own.h"
#include "base/random.h"
#include "base/text.h"
#include "schema/schema.h"

#include <string.h>

/* Form mode came with 2025-06-18, URL mode with 2025-11-25. */
static bool can_elicit(const struct call *c, const json_t *params)
{
    if (strcmp(json_str(params, "mode", "form"), "url") == 0)
        return c->client_can & CLIENT_ELICITS_URLS && c->version >= VERSION_2025_11_25;
    return c->client_can & CLIENT_ELICITS_FORMS && c->version >= VERSION_2025_06_18;
}

/* A server must not ask for what the client has not declared (2026-07-28, multi round-trip requests; legacy, lifecycle). */
static bool can_be_asked(const struct call *c, const struct question *q)
{
    if (strcmp(q->method, "elicitation/create") == 0)
        return can_elicit(c, q->params);
    if (strcmp(q->method, "roots/list") == 0)
        return c->client_can & CLIENT_HAS_ROOTS;
    bool tools = json_object_get(q->params, "tools") || json_object_get(q->params, "toolChoice");
    return c->client_can & CLIENT_SAMPLES && (!tools || c->client_can & CLIENT_SAMPLES_WITH_TOOLS);
}

json_t *ask_request(const struct call *c, const struct question *q)
{
    json_t *params = q->params ? json_deep_copy(q->params) : json_object();
    bool url = strcmp(json_str(params, "mode", ""), "url") == 0;
    if (url && !version_is_modern(c->version)) {
        unsigned char bytes[16];
        char id[2 * sizeof bytes + 1];
        random_fill(bytes, sizeof bytes);
        text_hex(bytes, sizeof bytes, id);
        json_put_str(params, "elicitationId", id);
    } else if (c->version < VERSION_2025_11_25) {
        json_object_del(params, "mode"); /* there was but one */
    }
    return json_pack("{s:s, s:o}", "method", q->method, "params", params);
}

/* Whether a question that stands beside another has to be put at all: not where this client cannot be asked, or has answered. */
static bool is_needed(const struct call *c, const struct question *q)
{
    struct schema *form = NULL;
    if (!can_be_asked(c, q) || ask_form(q, &form, NULL))
        return false;
    bool answered = rounds_has_answer(c, q, form);
    schema_free(form);
    return !answered;
}

static enum asked put_one(struct call *c, const struct question *q)
{
    return c->asker ? ask_post(c, q) : rounds_record(c, q);
}

enum asked ask_put(struct call *c, const struct question *q)
{
    enum asked how = put_one(c, q);
    for (const struct question *other = q->also; other && how == ASKED_LATER; other = other->also)
        if (is_needed(c, other))
            how = put_one(c, other);
    return how;
}

static enum asked ask_its_way(struct call *c, const struct question *q, const struct schema *form, json_t **answer)
{
    enum asked known = rounds_take(c, q, form, answer);
    if (known != ASKED_LATER)
        return known;
    if (c->asker)
        return ask_and_wait(c, q, answer);
    return version_is_modern(c->version) ? ask_put(c, q) : ASKED_CANNOT;
}

enum asked call_ask(const struct tool_call *seen, const struct question *q, json_t **answer)
{
    struct call *c = call_of(seen);
    struct err e = {0};
    struct schema *form = NULL;
    if (stop_check(&c->stop) != STOP_GO_ON)
        return ASKED_ENDED;
    if (c->completing || !can_be_asked(c, q)) /* what completes as a person types asks nobody */
        return ASKED_CANNOT;
    if (ask_form(q, &form, &e)) {
        log_event(LOG_ERROR, "question_unfit", "{s:s, s:s, s:s}", "name", c->kind->target_name(c), "key", q->key, "why", e.text);
        return ASKED_CANNOT;
    }
    enum asked how = ask_its_way(c, q, form, answer);
    schema_free(form);
    return how;
}
