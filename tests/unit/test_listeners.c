/* Listeners from many threads: they come, hear their own, and go in every way, while things change. */
#include "tests/unit/cmocka_all.h"

#include "base/json.h"
#include "base/own.h"
#include "server/listeners_private.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 60
#define THREADS 4
#define URI "test://thing"

static const struct caller ada = {.subject = "ada", .client_id = "app", .scopes = SCOPE_ALL};

/* One listener's client, and what it has heard. */
struct ear {
    struct sink sink;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    char id[32];
    int notes, wrong;
    bool finished, answered;
};

/* The first note acknowledges, and each has the listener's id. */
static void hear(struct sink *s, const char *json, size_t n)
{
    struct ear *ear = (struct ear *)(void *)s;
    json_auto_t *note = json_parse(json, n, JSON_DEPTH_CLIENT, NULL);
    const json_t *params = json_obj(note, "params");
    bool first = strcmp(json_str(note, "method", ""), "notifications/subscriptions/acknowledged") == 0;
    bool own = strcmp(json_str(json_obj(params, "_meta"), "io.modelcontextprotocol/subscriptionId", ""), ear->id) == 0;
    pthread_mutex_lock(&ear->lock);
    ear->wrong += !own || first != (ear->notes == 0) || ear->finished;
    ear->notes++;
    pthread_cond_broadcast(&ear->changed);
    pthread_mutex_unlock(&ear->lock);
}

static void hear_end(struct sink *s, struct reply *r)
{
    struct ear *ear = (struct ear *)(void *)s;
    pthread_mutex_lock(&ear->lock);
    ear->wrong += ear->finished;
    ear->finished = true;
    ear->answered = r->body && strstr(r->body, ear->id);
    pthread_cond_broadcast(&ear->changed);
    pthread_mutex_unlock(&ear->lock);
    reply_done(r);
}

static void ear_init(struct ear *ear, const char *id)
{
    *ear = (struct ear){.sink = {.note = hear, .finish = hear_end}};
    pthread_mutex_init(&ear->lock, NULL);
    pthread_cond_init(&ear->changed, NULL);
    snprintf(ear->id, sizeof ear->id, "%s", id);
}

static void ear_done(struct ear *ear)
{
    pthread_cond_destroy(&ear->changed);
    pthread_mutex_destroy(&ear->lock);
}

static void wait_notes(struct ear *ear, int notes)
{
    pthread_mutex_lock(&ear->lock);
    while (ear->notes < notes)
        pthread_cond_wait(&ear->changed, &ear->lock);
    pthread_mutex_unlock(&ear->lock);
}

static void wait_end(struct ear *ear)
{
    pthread_mutex_lock(&ear->lock);
    while (!ear->finished)
        pthread_cond_wait(&ear->changed, &ear->lock);
    pthread_mutex_unlock(&ear->lock);
}

static int read_thing(const struct tool_call *call, const char *uri, json_t **contents, struct err *e)
{
    (void)call, (void)e;
    *contents = json_pack("[{s:s, s:s}]", "uri", uri, "text", "a thing");
    return 0;
}

static const char document[] = "{\"name\":\"thing\",\"uri\":\"" URI "\"}";
static const struct resource thing = {
    .name = "thing", .document = document, .document_len = sizeof document - 1, .read = read_thing};
static const struct resource *const things[] = {&thing};

static struct engine *engine_of_things(void)
{
    struct err e = {0};
    struct engine_options o = {.resources = things, .resource_count = 1, .watched = true, .name = "test", .version = "1",
                               .max_calls = 2, .max_queue = 2, .call_timeout_ms = 1000, .sessions = true};
    struct engine *g = engine_new(&o, &e);
    assert_non_null(g);
    return g;
}

static enum receipt send(struct engine *g, struct ear *ear, const char *text, struct exchange **x)
{
    struct reply now = {0};
    unsigned scope = 0;
    struct inbound in = {.bytes = text, .len = strlen(text), .streams = true, .caller = &ada};
    enum receipt got = engine_receive(g, &in, &ear->sink, &now, x, &scope);
    reply_done(&now);
    return got;
}

/* subscriptions/listen of 2026-07-28. */
static struct exchange *listen_for_all(struct engine *g, struct ear *ear)
{
    auto_free char *text = xasprintf(
        "{\"jsonrpc\":\"2.0\",\"id\":\"%s\",\"method\":\"subscriptions/listen\",\"params\":{\"notifications\":{"
        "\"toolsListChanged\":true,\"resourceSubscriptions\":[\"" URI "\"]},\"_meta\":{"
        "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}}}",
        ear->id);
    struct exchange *x = NULL;
    return send(g, ear, text, &x) == RECEIPT_PENDING ? x : NULL;
}

struct crowd {
    struct engine *g;
    int number;
    int wrong;
};

static atomic_bool quiet;

static void *announce(void *arg)
{
    struct engine *g = arg;
    while (!quiet) {
        engine_list_changed(g, ENGINE_TOOLS);
        engine_resource_updated(g, URI);
    }
    return NULL;
}

/* Listens, hears something, and goes: by hanging up or by message, in turn. */
static void *come_and_go(void *arg)
{
    struct crowd *crowd = arg;
    for (int i = 0; i < ROUNDS; i++) {
        struct ear ear;
        char id[32];
        snprintf(id, sizeof id, "ear-%d-%d", crowd->number, i);
        ear_init(&ear, id);
        struct exchange *x = listen_for_all(crowd->g, &ear);
        if (!x) {
            crowd->wrong++;
            continue;
        }
        wait_notes(&ear, 1 + i % 3);
        auto_free char *bye = xasprintf(
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":\"%s\"}}", id);
        if (i % 2)
            exchange_cancel(x, STOP_CANCELLED);
        else
            send(crowd->g, &ear, bye, &(struct exchange *){0});
        wait_end(&ear);
        exchange_unref(x);
        crowd->wrong += ear.wrong + ear.answered;
        ear_done(&ear);
    }
    return NULL;
}

static void listeners_come_and_go(void **state)
{
    (void)state;
    struct engine *g = engine_of_things();
    pthread_t changes[2], threads[THREADS];
    struct crowd crowds[THREADS];
    quiet = false;
    for (size_t i = 0; i < ARRAY_LEN(changes); i++)
        assert_int_equal(pthread_create(&changes[i], NULL, announce, g), 0);
    for (int i = 0; i < THREADS; i++) {
        crowds[i] = (struct crowd){.g = g, .number = i};
        assert_int_equal(pthread_create(&threads[i], NULL, come_and_go, &crowds[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(crowds[i].wrong, 0);
    }
    struct ear last;
    ear_init(&last, "last");
    struct exchange *x = listen_for_all(g, &last);
    engine_drain(g, 0);
    assert_true(last.finished && last.answered && last.wrong == 0);
    exchange_unref(x);
    assert_null(listen_for_all(g, &last)); /* nobody is let in any more */
    quiet = true;
    for (size_t i = 0; i < ARRAY_LEN(changes); i++)
        pthread_join(changes[i], NULL);
    ear_done(&last);
    engine_free(g);
}

/* A client that hung up before anything was due does not wait for a change to be let go. */
static void who_goes_is_let_go_at_once(void **state)
{
    (void)state;
    struct engine *g = engine_of_things();
    struct ear ear;
    ear_init(&ear, "short");
    struct exchange *x = listen_for_all(g, &ear);
    exchange_cancel(x, STOP_CANCELLED);
    wait_end(&ear);
    assert_false(ear.answered);
    assert_int_equal(ear.notes, 1);
    exchange_unref(x);
    engine_drain(g, 0);
    ear_done(&ear);
    engine_free(g);
}

static struct caller caller_of(int number)
{
    struct caller c = {.client_id = "app", .scopes = SCOPE_ALL};
    snprintf(c.subject, sizeof c.subject, "subject-%d", number);
    return c;
}

static bool subscribe(struct listeners *t, int session, const struct caller *c, int uri)
{
    char key[32], name[32];
    snprintf(key, sizeof key, "session-%d", session);
    snprintf(name, sizeof name, URI "/%d", uri);
    return listeners_subscribe(t, key, c, name);
}

/* A session that subscribed and opened no stream gives way, the one that was not heard of for longest. */
static void sessions_give_way(void **state)
{
    (void)state;
    struct engine *g = engine_of_things();
    struct listeners *t = listeners_new(g);
    for (int i = 0; i < LISTENERS_OF_CALLER_MAX + 3; i++)
        assert_true(subscribe(t, i, &ada, i));
    assert_int_equal(t->count, LISTENERS_OF_CALLER_MAX);
    assert_int_equal(t->watched_count, LISTENERS_OF_CALLER_MAX);
    for (int i = 0; t->count < LISTENERS_MAX; i++) {
        struct caller other = caller_of(i / LISTENERS_OF_CALLER_MAX);
        assert_true(subscribe(t, 1000 + i, &other, i));
    }
    struct caller late = caller_of(77);
    assert_true(subscribe(t, 9000, &late, 1));
    assert_int_equal(t->count, LISTENERS_MAX);
    listeners_close(t);
    listeners_free(t);
    engine_free(g);
}

static void there_is_room_for_so_much_watching(void **state)
{
    (void)state;
    struct engine *g = engine_of_things();
    struct listeners *t = listeners_new(g);
    for (int s = 0; s < WATCHED_ALL_MAX / WATCHED_MAX; s++) {
        struct caller c = caller_of(s);
        for (int i = 0; i < WATCHED_MAX; i++)
            assert_true(subscribe(t, s, &c, i));
        assert_false(subscribe(t, s, &c, WATCHED_MAX));
        assert_true(subscribe(t, s, &c, 0)); /* twice is once */
    }
    struct caller late = caller_of(-1);
    assert_int_equal(t->watched_count, WATCHED_ALL_MAX);
    assert_false(subscribe(t, -1, &late, 0));
    listeners_unsubscribe(t, "session-3", URI "/5");
    assert_true(subscribe(t, -1, &late, 0));
    listeners_close(t);
    listeners_free(t);
    engine_free(g);
}

/* Those with a stream do not give way. */
static void listeners_have_so_many_places(void **state)
{
    (void)state;
    struct engine *g = engine_of_things();
    struct listeners *t = listeners_new(g);
    struct ear ears[LISTENERS_OF_CALLER_MAX + 1];
    struct interest all = {.lists = ENGINE_TOOLS};
    json_auto_t *id = json_string("x");
    for (size_t i = 0; i < ARRAY_LEN(ears); i++) {
        ear_init(&ears[i], "x");
        struct exchange *x = exchange_new(g, &ears[i].sink, false, true);
        exchange_expect(x);
        struct listener *k = listeners_add(t, "", &ada, id, &all, x);
        assert_int_equal(k != NULL, i < LISTENERS_OF_CALLER_MAX);
        if (k)
            listeners_begin(t, k);
        exchange_unref(x);
    }
    listeners_close(t);
    for (size_t i = 0; i < ARRAY_LEN(ears); i++) {
        assert_int_equal(ears[i].finished && ears[i].answered, i < LISTENERS_OF_CALLER_MAX);
        ear_done(&ears[i]);
    }
    listeners_free(t);
    engine_free(g);
}

int main(void)
{
    json_setup();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(listeners_come_and_go),
        cmocka_unit_test(who_goes_is_let_go_at_once),
        cmocka_unit_test(sessions_give_way),
        cmocka_unit_test(there_is_room_for_so_much_watching),
        cmocka_unit_test(listeners_have_so_many_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
