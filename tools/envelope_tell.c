/* The parts of a digest that read the same in every tool: evidence, and what stands at the end. */
#include "tools/envelope.h"

#include "base/json.h"
#include "base/own.h"

#include <stdio.h>
#include <string.h>

#define PLACE_MAX 120 /* bytes shown of where it stands */

static void tell_item(struct envelope *v, const json_t *o)
{
    char label[256];
    const json_t *where = json_obj(o, "locator");
    const char *place = json_str(where, "field", json_str(where, "group", json_str(where, "key", json_str(o, "source", ""))));
    int times = (int)json_int(where, "times", 1);
    size_t long_by = strlen(place) > PLACE_MAX ? strlen(place) - PLACE_MAX : 0; /* the end of a key says most */
    while (long_by && (place[long_by] & 0xc0) == 0x80)
        long_by++; /* to the start of a character */
    int n = snprintf(label, sizeof label, "[%s] %.19s %s%s", json_str(o, "id", ""), json_str(o, "ts", ""),
                     long_by ? "..." : "", place + long_by);
    if (times > 1 && n > 0 && (size_t)n < sizeof label)
        snprintf(label + n, sizeof label - (size_t)n, " (%d times)", times);
    digest_data(&v->digest, label, json_str(o, "text", ""), DIGEST_EVIDENCE_MAX);
}

static bool rests_on(const struct envelope *v, const json_t *o)
{
    size_t i;
    json_t *id;
    json_array_foreach(json_arr(json_obj(v->root, "diagnosis"), "evidence_ids"), i, id) {
        if (!strcmp(json_string_value(id), json_str(o, "id", "")))
            return true;
    }
    return false;
}

void envelope_tell_evidence(struct envelope *v, size_t max)
{
    for (int pass = 0; pass < 2; pass++) {
        size_t i;
        json_t *o;
        json_array_foreach(json_arr(v->root, "evidence"), i, o) {
            if (rests_on(v, o) != (pass == 0) || !max)
                continue;
            tell_item(v, o);
            max--;
        }
    }
}

/* A text stands bare where it can be read only one way. */
static void add_value(struct buf *words, const json_t *value)
{
    const char *text = json_string_value(value);
    if (text && text[0] && !text[strcspn(text, " \"'\\\t\r\n")]) {
        buf_adds(words, text);
        return;
    }
    auto_free char *json = json_text(value, NULL);
    buf_adds(words, json);
}

/* "get_glue_logs job_name=load region=eu-west-1", as the command line takes it. */
static void add_call(struct buf *words, const json_t *call)
{
    buf_adds(words, json_str(call, "tool", ""));
    const char *key;
    json_t *value;
    json_object_foreach(json_obj(call, "arguments"), key, value) {
        buf_addf(words, " %s=", key);
        add_value(words, value);
    }
}

static void tell_retry(struct envelope *v)
{
    const json_t *retry = json_obj(v->root, "retry");
    if (!retry)
        return;
    bool recommended = json_flag(retry, "recommended", false);
    auto_buf struct buf words = BUF_INIT(DIGEST_MAX);
    if (recommended) {
        buf_adds(&words, "yes, with ");
        add_call(&words, retry);
        buf_adds(&words, ". ");
    }
    json_auto_t *none = json_array();
    const json_t *blockers = json_arr(retry, "blockers") ? json_arr(retry, "blockers") : none;
    size_t i;
    json_t *b;
    json_array_foreach(blockers, i, b)
        buf_addf(&words, "%s%s", i ? ", " : "no (", json_string_value(b));
    if (json_array_size(blockers))
        buf_adds(&words, "). ");
    digest_line(&v->digest, "Retry: %s%s", buf_text(&words), json_str(retry, "reason", ""));
    const char *not_before = json_str(retry, "not_before", NULL);
    if (not_before)
        digest_line(&v->digest, "%s %s.", json_str(retry, "tool", NULL) ? "Not before" : "Look again at", not_before);
}

static void tell_next(struct envelope *v, const json_t *call)
{
    if (!call)
        return;
    auto_buf struct buf words = BUF_INIT(DIGEST_MAX);
    add_call(&words, call);
    const char *why = json_str(call, "why", NULL);
    digest_line(&v->digest, "Next: %s%s%s%s.", buf_text(&words), why ? " (" : "", why ? why : "", why ? ")" : "");
}

void envelope_tell_rest(struct envelope *v)
{
    tell_retry(v);
    size_t i;
    json_t *o;
    json_array_foreach(json_arr(v->root, "links"), i, o)
        tell_next(v, o);
    tell_next(v, json_obj(v->root, "follow_up"));
    json_array_foreach(json_arr(v->root, "warnings"), i, o)
        digest_line(&v->digest, "Note: %s.", json_str(o, "message", ""));
    json_array_foreach(envelope_sources(v), i, o) {
        const char *error = json_str(json_obj(o, "error"), "message", NULL);
        if (error)
            digest_line(&v->digest, "Could not look: %s: %s", json_str(o, "name", ""), error);
    }
}
