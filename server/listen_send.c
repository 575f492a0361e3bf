/* Telling the listeners: what is due goes out, and streams that have gone, or must go, are ended. */
#include "server/engine_private.h"
#include "server/listeners_private.h"

#include "base/json.h"
#include "base/own.h"

#include <stdlib.h>
#include <string.h>

/* What one stream is to be sent; made under the lock, sent without it. */
struct parcel {
    struct parcel *next;
    struct exchange *stream; /* a reference */
    json_t *notes;           /* array of messages */
    json_t *tasks;           /* array of ids of tasks whose state is to be told, `owner`'s */
    struct caller owner;
    bool ends;
    bool answers;            /* and with the result of the request */
    json_t *id;              /* of the request that listens, which is answered at the end; NULL for a legacy session */
};

static struct parcel *parcel_new(struct parcel ***end, const struct listener *k, struct exchange *stream)
{
    struct parcel *p = xcalloc(1, sizeof *p);
    p->stream = exchange_ref(stream);
    p->notes = json_array();
    p->tasks = json_array();
    p->owner = k->owner;
    p->id = json_deep_copy(k->id);
    **end = p;
    *end = &p->next;
    return p;
}

json_t *listen_meta(const json_t *id)
{
    return json_pack("{s:o}", "io.modelcontextprotocol/subscriptionId", json_deep_copy(id));
}

/* A notification; takes `params`, which may be NULL, over. */
static void add_note(struct parcel *p, const char *method, json_t *params)
{
    if (p->id && !params)
        params = json_object();
    if (p->id)
        json_put(params, "_meta", listen_meta(p->id));
    json_array_append_new(p->notes, rpc_note(method, params));
}

static bool is_due(const struct listener *k)
{
    bool due = k->lists_due != 0;
    for (size_t i = 0; i < k->watched_count; i++)
        due |= k->watched[i].due;
    return due;
}

/* With the lock held: all that is due goes into one parcel, for the youngest stream alone (2025-11-25, multiple connections). */
static void pack_due(struct listener *k, struct parcel ***end)
{
    static const struct {
        enum engine_list list;
        const char *method;
    } lists[] = {{ENGINE_TOOLS, "notifications/tools/list_changed"},
                 {ENGINE_PROMPTS, "notifications/prompts/list_changed"},
                 {ENGINE_RESOURCES, "notifications/resources/list_changed"}};
    struct parcel *p = parcel_new(end, k, k->streams[k->stream_count - 1]);
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        if (k->lists_due & lists[i].list)
            add_note(p, lists[i].method, NULL);
    k->lists_due = 0;
    for (size_t i = 0; i < k->watched_count; i++) {
        struct watched *w = &k->watched[i];
        if (w->due && w->is_task)
            json_array_append_new(p->tasks, json_string(w->name));
        else if (w->due)
            add_note(p, "notifications/resources/updated", json_pack("{s:s}", "uri", w->name));
        w->due = false;
    }
}

/* With the lock held: the stream's end. A client that went is told nothing; one that is sent away gets the answer to its request,
   and over stdio, where nothing is closed, the one notifications/cancelled that servers send (2026-07-28, cancellation). */
static void pack_end(struct listener *k, struct exchange *stream, bool sent_away, struct parcel ***end)
{
    struct parcel *p = parcel_new(end, k, stream);
    p->ends = true;
    p->answers = sent_away && k->id;
    if (p->answers && strcmp(k->session, "stdio") == 0)
        add_note(p, "notifications/cancelled",
                 json_pack("{s:o, s:s}", "requestId", json_deep_copy(k->id), "reason", "the server is shutting down"));
}

/* With the lock held: takes the streams out that have gone or must go. */
static void let_go(struct listeners *t, struct listener *k, struct parcel ***end)
{
    size_t left = 0;
    for (size_t i = 0; i < k->stream_count; i++) {
        struct exchange *x = k->streams[i];
        bool gone = x->gone;
        if (!gone && !t->closing) {
            k->streams[left++] = x;
            continue;
        }
        pack_end(k, x, !gone, end);
        exchange_unref(x); /* the parcel has one */
    }
    k->stream_count = left;
}

/* With the lock held: all there is to do now. */
static struct parcel *collect(struct listeners *t)
{
    struct parcel *first = NULL, **end = &first;
    struct listener **place = &t->first;
    while (*place) {
        struct listener *k = *place;
        if (!k->silent)
            let_go(t, k, &end);
        if (!k->silent && k->stream_count && is_due(k))
            pack_due(k, &end);
        if (k->stream_count == 0 && (k->id || k->watched_count == 0))
            listeners_drop(t, place);
        else
            place = &k->next;
    }
    return first;
}

/* The tasks as they are now (SEP-2663, task status notifications). One that has expired is told of no more. */
static void add_tasks(const struct listeners *t, struct parcel *p)
{
    size_t i;
    const json_t *id;
    json_array_foreach(p->tasks, i, id) {
        json_t *task = task_detail(t->engine, &p->owner, json_string_value(id));
        if (task)
            add_note(p, "notifications/tasks", task);
    }
}

static void send_notes(const struct parcel *p)
{
    size_t i;
    json_t *note;
    json_array_foreach(p->notes, i, note) {
        size_t n;
        auto_free char *text = json_text(note, &n);
        p->stream->sink->note(p->stream->sink, text, n);
    }
}

static void end_stream(const struct listeners *t, const struct parcel *p)
{
    struct reply r = {0};
    if (p->answers) {
        json_t *result = json_pack("{s:o}", "_meta", listen_meta(p->id));
        result_stamp(result, "complete", t->engine->server_info);
        result_send(&r, p->id, result);
    }
    exchange_answer(p->stream, &r);
}

static void deliver(const struct listeners *t, struct parcel *first)
{
    for (struct parcel *p = first; p; p = p->next) {
        add_tasks(t, p);
        send_notes(p);
    }
    struct parcel *next;
    for (struct parcel *p = first; p; p = next) {
        next = p->next;
        if (p->ends)
            end_stream(t, p);
        exchange_unref(p->stream);
        json_decref(p->notes);
        json_decref(p->tasks);
        json_decref(p->id);
        free(p);
    }
}

void listeners_tell(struct listeners *t)
{
    pthread_mutex_lock(&t->turn);
    pthread_mutex_lock(&t->lock);
    struct parcel *first = collect(t);
    pthread_mutex_unlock(&t->lock);
    deliver(t, first);
    pthread_mutex_unlock(&t->turn);
}

void listeners_close(struct listeners *t)
{
    pthread_mutex_lock(&t->lock);
    t->closing = true;
    pthread_mutex_unlock(&t->lock);
    listeners_tell(t);
}
