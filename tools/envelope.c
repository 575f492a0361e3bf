#include "tools/envelope.h"

#include "base/json.h"
#include "base/own.h"
#include "base/redact.h"
#include "base/text.h"
#include "tools/clean.h"
#include "tools/coverage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void envelope_init(struct envelope *v, const char *tool)
{
    *v = (struct envelope){.root = json_object()};
    digest_init(&v->digest);
    json_put_str(v->root, "tool", tool);
    json_put_str(v->root, "schema_version", "1");
    json_put_flag(v->root, "ok", true);
    json_put_flag(v->root, "partial", false);
    json_put(v->root, "evidence", json_array());
    json_t *coverage = json_object();
    json_put(coverage, "sources", json_array());
    json_put(v->root, "coverage", coverage);
    json_put(v->root, "warnings", json_array());
}

void envelope_done(struct envelope *v)
{
    json_decref(v->root);
    digest_done(&v->digest);
    free(v->cursor);
    *v = (struct envelope){0};
}

json_t *envelope_resource(struct envelope *v, const char *type, const char *id, const char *region)
{
    json_t *o = json_object();
    json_put_str(o, "type", type);
    json_put_str(o, "id", id);
    json_put_str(o, "region", region);
    json_put(v->root, "resource", o);
    return o;
}

json_t *envelope_state(struct envelope *v, const char *value, bool terminal, bool failed)
{
    json_t *o = json_object();
    json_put_str(o, "value", value);
    json_put_flag(o, "terminal", terminal);
    json_put_flag(o, "failed", failed);
    json_put(v->root, "state", o);
    return o;
}

const char *envelope_evidence(struct envelope *v, const struct evidence *item)
{
    json_t *list = json_arr(v->root, "evidence");
    if (json_array_size(list) >= EVIDENCE_MAX) {
        json_decref(item->locator);
        return NULL;
    }
    size_t n = strlen(item->text);
    size_t take = n <= EVIDENCE_TEXT_MAX ? n : text_utf8_floor(item->text, EVIDENCE_TEXT_MAX);
    int redactions = 0;
    auto_buf struct buf text = BUF_INIT(EVIDENCE_TEXT_MAX * 4);
    redact_text(item->text, take, &text, &redactions);

    char id[16];
    snprintf(id, sizeof id, "e%zu", json_array_size(list) + 1);
    json_t *o = json_object();
    json_put_str(o, "id", id);
    json_put_str(o, "source", item->source);
    json_put(o, "locator", item->locator ? item->locator : json_object());
    json_put_time(o, "ts", item->ts_ms);
    json_put_str(o, "severity", item->severity);
    json_put(o, "text", json_str_lossy(buf_text(&text), text.len));
    json_put_int(o, "redactions", redactions);
    json_put_int(o, "truncated_bytes", (json_int_t)(n - take));
    json_array_append_new(list, o);
    return json_str(o, "id", "");
}

const char *envelope_evidence_text(const struct envelope *v, const char *id)
{
    size_t i;
    json_t *o;
    json_array_foreach(json_arr(v->root, "evidence"), i, o) {
        if (!strcmp(json_str(o, "id", ""), id))
            return json_str(o, "text", "");
    }
    return "";
}

void envelope_warn(struct envelope *v, const char *code, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    auto_free char *message = xvasprintf(fmt, ap);
    va_end(ap);
    json_t *o = json_object();
    json_put_str(o, "code", code);
    json_put_str(o, "message", message);
    json_array_append_new(json_arr(v->root, "warnings"), o);
}

void envelope_link(struct envelope *v, const char *tool, json_t *arguments, const char *why)
{
    json_t *links = json_arr(v->root, "links");
    if (!links) {
        links = json_array();
        json_put(v->root, "links", links);
    }
    json_auto_t *link = json_object();
    json_put_str(link, "tool", tool);
    json_put(link, "arguments", arguments);
    json_put_str(link, "why", why);
    size_t i;
    json_t *known;
    json_array_foreach(links, i, known) {
        if (!strcmp(json_str(known, "tool", ""), tool) && json_equal(json_obj(known, "arguments"), arguments))
            return;
    }
    if (json_array_size(links) < LINKS_MAX)
        json_array_append(links, link);
}

void envelope_window(struct envelope *v, int64_t from_ms, int64_t to_ms, const char *basis)
{
    json_t *coverage = json_obj(v->root, "coverage");
    json_put_time(coverage, "from", from_ms);
    json_put_time(coverage, "to", to_ms);
    json_put_str(coverage, "basis", basis);
}

json_t *envelope_sources(struct envelope *v)
{
    return json_arr(json_obj(v->root, "coverage"), "sources");
}

void envelope_put(struct envelope *v, const char *key, json_t *value)
{
    json_put(v->root, key, value);
}

int envelope_answer(struct envelope *v, const struct aws_session *session, struct tool_answer *out)
{
    bool partial = v->partial || coverage_has_error(envelope_sources(v));
    json_put_flag(v->root, "partial", partial);
    json_t *requests = session ? aws_session_requests(session) : json_array();
    if (json_arr(v->root, "requests"))
        json_array_extend(requests, json_arr(v->root, "requests"));
    json_put(v->root, "requests", requests);
    json_t *structured = clean_json(v->root, false); /* at the one way out, so that no tool can forget it */
    if (v->cursor) {
        json_put_str(structured, "cursor", v->cursor);
        digest_line(&v->digest, "More: call again with the same arguments and the answer's cursor.");
    }
    const char *text = digest_text(&v->digest);
    *out = (struct tool_answer){.content = tool_text_content(text, strlen(text)), .structured = structured};
    envelope_done(v);
    return 0;
}
