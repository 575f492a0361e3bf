/* The key set over HTTP: first fetch, rotation, failures, and how seldom it is asked for. */
#include "tests/unit/cmocka_all.h"

#include "auth/auth_private.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tests/auth/door.h"
#include "tests/unit/loopback.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define THREADS 8
#define KIDS_PER_THREAD 125

static struct mint mint;
static struct http *http;
static _Atomic int64_t mono = 1000000;

static int64_t fake_mono_ms(void)
{
    return mono;
}

/* A door whose key set comes from a peer on loopback. */
struct site {
    struct loopback peer;
    struct auth *door;
};

static char *ok_reply(const char *body)
{
    return xasprintf("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s", strlen(body),
                     body);
}

/* A set of one key or two, each as "<key><kid>": "aa" is key a under its own id, "ba" is key b under the id of a. */
static void publish(struct site *s, const char *first, const char *second)
{
    const char *both[] = {first, second};
    json_auto_t *set = json_pack("{s:[]}", "keys");
    for (size_t i = 0; i < 2 && both[i]; i++)
        json_array_append_new(json_object_get(set, "keys"),
                              mint_jwk(&mint, (char[]){both[i][0], '\0'}, (char[]){both[i][1], '\0'}));
    auto_free char *text = json_text(set, NULL);
    loopback_say(&s->peer, ok_reply(text), LOOPBACK_CLOSE);
}

static struct auth *door_at(const char *url)
{
    struct auth_options o = door_options();
    o.jwks_url = url;
    o.http = http;
    o.mono_ms = fake_mono_ms;
    struct err e = {0};
    struct auth *a = auth_new(&o, &e);
    if (!a)
        fail_msg("auth_new: %s", e.text);
    return a;
}

static void site_open(struct site *s)
{
    *s = (struct site){0};
    loopback_start(&s->peer, (struct loopback_answer){.then = LOOPBACK_CLOSE});
    auto_free char *url = xasprintf("%s/jwks.json", s->peer.url);
    s->door = door_at(url);
    door_set_clock(MINT_NOW_S);
}

static void site_close(struct site *s)
{
    auth_free(s->door);
    loopback_stop(&s->peer);
}

/* A token that names `kid` and is signed by `key` ("a" or "b"); `jti` tells tokens apart. */
static char *token(const char *kid, const char *key, int jti)
{
    json_auto_t *shape = json_pack("{s:{s:s,s:s},s:s,s:{s:i}}", "header", "kid", kid, "alg", "RS256", "sign",
                                   key[0] == 'a' ? "rs256" : "rs256-b", "claims", "jti", jti);
    struct buf out = BUF_INIT(65536);
    mint_token(&mint, shape, &out);
    return buf_steal(&out, NULL);
}

static void assert_verdict(struct auth *a, const char *text, const char *verdict, const char *reason)
{
    struct caller caller;
    struct err e = {0};
    assert_string_equal(verdict_name(door_knock(a, text, &caller, &e)), verdict);
    assert_string_equal(e.text, reason);
}

static void fetched_on_first_use(void **state)
{
    (void)state;
    struct site s;
    site_open(&s);
    publish(&s, "aa", NULL);
    auto_free char *t = token("a", "a", 1);
    assert_false(auth_ready(s.door));
    assert_true(auth_keys_due(s.door));
    assert_verdict(s.door, t, "needs-keys", "the key is not known yet");
    struct err e = {0};
    assert_int_equal(auth_fetch_keys(s.door, NULL, &e), 0);
    assert_true(auth_ready(s.door));
    assert_false(auth_keys_due(s.door));
    assert_verdict(s.door, t, "ok", "");
    assert_true(text_starts(s.peer.last, "GET /jwks.json HTTP/1.1\r\n"));
    mono += KEYS_AGE_MAX_MS - 1;
    assert_false(auth_keys_due(s.door));
    mono += 1;
    assert_true(auth_keys_due(s.door));
    site_close(&s);
}

static void rotation_is_followed(void **state)
{
    (void)state;
    struct site s;
    site_open(&s);
    publish(&s, "aa", NULL);
    auto_free char *old = token("a", "a", 1), *new = token("b", "b", 2);
    assert_int_equal(auth_fetch_keys(s.door, NULL, NULL), 0);
    assert_verdict(s.door, old, "ok", "");
    publish(&s, "aa", "bb");
    assert_verdict(s.door, new, "needs-keys", "the key is not known yet"); /* at once: the last fetch brought keys */
    assert_int_equal(auth_fetch_keys(s.door, NULL, NULL), 0);
    assert_verdict(s.door, new, "ok", "");
    assert_verdict(s.door, old, "ok", "");
    auto_free char *other = token("c", "b", 3);
    assert_verdict(s.door, other, "needs-keys", "the key is not known yet");
    assert_int_equal(auth_fetch_keys(s.door, NULL, NULL), 0);
    assert_verdict(s.door, other, "invalid", "unknown key id"); /* and that one brought none */
    mono += KEYS_PENALTY_MS - 1;
    assert_verdict(s.door, other, "invalid", "unknown key id");
    mono += 1;
    assert_verdict(s.door, other, "needs-keys", "the key is not known yet");
    assert_int_equal(loopback_count(&s.peer, &s.peer.requests), 3);
    site_close(&s);
}

static void changed_keys_end_what_was_remembered(void **state)
{
    (void)state;
    struct site s;
    site_open(&s);
    publish(&s, "aa", "bb");
    auto_free char *t = token("a", "a", 1);
    assert_int_equal(auth_fetch_keys(s.door, NULL, NULL), 0);
    assert_verdict(s.door, t, "ok", "");
    unsigned generation = keys_generation(s.door->keys);
    publish(&s, "bb", "aa"); /* the same in another order is no change */
    mono += KEYS_PENALTY_MS;
    assert_int_equal(auth_fetch_keys(s.door, NULL, NULL), 0);
    assert_int_equal(keys_generation(s.door->keys), generation);
    publish(&s, "ba", "bb"); /* another key under the old id */
    mono += KEYS_PENALTY_MS;
    assert_int_equal(auth_fetch_keys(s.door, NULL, NULL), 0);
    assert_verdict(s.door, t, "invalid", "the signature does not match");
    publish(&s, "bb", NULL); /* withdrawn */
    mono += KEYS_PENALTY_MS;
    assert_int_equal(auth_fetch_keys(s.door, NULL, NULL), 0);
    assert_verdict(s.door, t, "needs-keys", "the key is not known yet");
    assert_int_equal(auth_fetch_keys(s.door, NULL, NULL), 0);
    assert_verdict(s.door, t, "invalid", "unknown key id");
    assert_int_equal(loopback_count(&s.peer, &s.peer.requests), 5);
    site_close(&s);
}

static void old_set_stays_on_failure(void **state)
{
    (void)state;
    static const struct {
        const char *reply, *reason;
    } cases[] = {
        {"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", "answered with status 500"},
        {"HTTP/1.1 404 Not Found\r\nContent-Length: 11\r\n\r\n{\"keys\":[]}", "answered with status 404"},
        {"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", "answered with status 302"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n<html></html>", "not a key set: "},
        {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "not a key set: "},
        {"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"keys\":[]}", "the key set has no usable key (it is empty)"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 400000\r\n\r\n{", ""},
        {"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"keys\":[", ""},
        {"nonsense\r\n\r\n", ""},
    };
    struct site s;
    site_open(&s);
    publish(&s, "aa", NULL);
    assert_int_equal(auth_fetch_keys(s.door, NULL, NULL), 0);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        loopback_say(&s.peer, xstrdup(cases[i].reply), LOOPBACK_CLOSE);
        mono += KEYS_PENALTY_MS;
        struct err e = {0};
        assert_int_equal(auth_fetch_keys(s.door, NULL, &e), -1);
        assert_true(text_starts(e.text, "key set at http://127.0.0.1:"));
        assert_non_null(strstr(e.text, cases[i].reason));
        assert_int_equal(loopback_count(&s.peer, &s.peer.requests), (int)i + 2);
        assert_true(auth_ready(s.door));
        auto_free char *t = token("a", "a", (int)i);
        assert_verdict(s.door, t, "ok", "");
    }
    site_close(&s);
}

static void without_any_set_it_is_tried_again_soon(void **state)
{
    (void)state;
    auto_close int dead = -1;
    auto_free char *url = xasprintf("http://127.0.0.1:%d/jwks.json", loopback_dead_port(&dead));
    struct auth *a = door_at(url);
    auto_free char *t = token("a", "a", 1);
    assert_verdict(a, t, "needs-keys", "the key is not known yet");
    struct err e = {0}, again = {0};
    assert_int_equal(auth_fetch_keys(a, NULL, &e), -1);
    assert_int_equal(e.kind, ERR_UNAVAILABLE);
    assert_verdict(a, t, "unavailable", "no key set could be fetched so far");
    assert_int_equal(auth_fetch_keys(a, NULL, &again), -1);
    assert_string_equal(again.text, e.text);
    assert_false(auth_ready(a));
    assert_false(auth_keys_due(a));
    mono += KEYS_PENALTY_NONE_MS;
    assert_true(auth_keys_due(a));
    assert_verdict(a, t, "needs-keys", "the key is not known yet");
    auth_free(a);
}

struct crowd {
    struct auth *door;
    char **tokens;
    atomic_int refused;
};

static void *knock_with_made_up_kids(void *arg)
{
    struct crowd *c = arg;
    for (int i = 0; i < KIDS_PER_THREAD; i++) {
        struct caller caller;
        struct err e = {0};
        enum auth_verdict verdict = door_knock(c->door, c->tokens[i], &caller, &e);
        if (verdict == AUTH_NEEDS_KEYS) {
            auth_fetch_keys(c->door, NULL, NULL);
            err_clear(&e);
            verdict = door_knock(c->door, c->tokens[i], &caller, &e);
        }
        c->refused += verdict == AUTH_NEEDS_KEYS || (verdict == AUTH_INVALID && strcmp(e.text, "unknown key id") == 0);
    }
    return NULL;
}

static void run_crowd(struct auth *door)
{
    char *tokens[THREADS][KIDS_PER_THREAD];
    struct crowd crowds[THREADS];
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        for (int j = 0; j < KIDS_PER_THREAD; j++) {
            auto_free char *kid = xasprintf("made-up-%d-%d", i, j);
            json_auto_t *shape = json_pack("{s:{s:s,s:s},s:s,s:[{s:s,s:s}]}", "header", "kid", kid, "alg", "RS256",
                                           "sign", "none", "mutate", "part", "signature", "append", "AAAA");
            struct buf out = BUF_INIT(65536);
            mint_token(&mint, shape, &out);
            tokens[i][j] = buf_steal(&out, NULL);
        }
        crowds[i] = (struct crowd){.door = door, .tokens = tokens[i]};
    }
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, knock_with_made_up_kids, &crowds[i]), 0);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(crowds[i].refused, KIDS_PER_THREAD);
        for (int j = 0; j < KIDS_PER_THREAD; j++)
            free(tokens[i][j]);
    }
}

/* And one more after a fetch that brought keys, as the first one does. */
static void made_up_kids_cost_one_fetch(void **state)
{
    (void)state;
    struct site s;
    site_open(&s);
    publish(&s, "aa", "bb");
    run_crowd(s.door);
    assert_int_equal(loopback_count(&s.peer, &s.peer.requests), 2);
    mono += KEYS_PENALTY_MS - 1;
    run_crowd(s.door);
    assert_int_equal(loopback_count(&s.peer, &s.peer.requests), 2);
    mono += 1;
    run_crowd(s.door);
    assert_int_equal(loopback_count(&s.peer, &s.peer.requests), 3);
    site_close(&s);
}

struct flight {
    struct auth *door;
    struct stop stop;
    struct err err;
    int rc;
    pthread_t thread;
};

static void *fly(void *arg)
{
    struct flight *f = arg;
    f->rc = auth_fetch_keys(f->door, &f->stop, &f->err);
    return NULL;
}

static void take_off(struct flight *f, struct auth *door)
{
    *f = (struct flight){.door = door};
    stop_init(&f->stop, -1);
    assert_int_equal(pthread_create(&f->thread, NULL, fly, f), 0);
}

/* Until the flight has hooked itself to its stop: it has found another one under way, and waits. */
static void await_waiting(struct flight *f)
{
    for (bool waits = false; !waits; sched_yield()) {
        pthread_mutex_lock(&f->stop.lock);
        waits = f->stop.wakers != NULL;
        pthread_mutex_unlock(&f->stop.lock);
    }
}

static void land(struct flight *f)
{
    pthread_join(f->thread, NULL);
    stop_done(&f->stop);
}

static void waiters_share_a_fetch_and_may_leave(void **state)
{
    (void)state;
    struct site s;
    site_open(&s);
    loopback_say(&s.peer, NULL, LOOPBACK_HANG);
    struct flight fetcher, patient, leaving;
    take_off(&fetcher, s.door);
    loopback_wait(&s.peer, &s.peer.requests, 1);
    auto_free char *t = token("a", "a", 1);
    assert_verdict(s.door, t, "needs-keys", "the key is not known yet");
    assert_false(auth_keys_due(s.door));
    take_off(&patient, s.door);
    take_off(&leaving, s.door);
    await_waiting(&patient);
    await_waiting(&leaving);
    stop_trip(&leaving.stop, STOP_CANCELLED);
    land(&leaving);
    assert_int_equal(leaving.rc, -1);
    assert_string_equal(leaving.err.text, "waiting for the key set: cancelled by the caller");
    struct stop brief;
    struct err e = {0};
    stop_init(&brief, 5);
    assert_int_equal(auth_fetch_keys(s.door, &brief, &e), -1);
    assert_int_equal(e.kind, ERR_TIMEOUT);
    stop_done(&brief);
    stop_trip(&fetcher.stop, STOP_SHUTDOWN);
    land(&fetcher);
    land(&patient);
    assert_int_equal(fetcher.rc, -1);
    assert_int_equal(fetcher.err.kind, ERR_CANCELLED);
    assert_int_equal(patient.rc, -1);
    assert_string_equal(patient.err.text, fetcher.err.text);
    assert_int_equal(loopback_count(&s.peer, &s.peer.requests), 1);
    site_close(&s);
}

int main(void)
{
    json_setup();
    mint_init(&mint);
    http = http_new(&(struct http_options){0}, NULL);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fetched_on_first_use),
        cmocka_unit_test(rotation_is_followed),
        cmocka_unit_test(changed_keys_end_what_was_remembered),
        cmocka_unit_test(old_set_stays_on_failure),
        cmocka_unit_test(without_any_set_it_is_tried_again_soon),
        cmocka_unit_test(made_up_kids_cost_one_fetch),
        cmocka_unit_test(waiters_share_a_fetch_and_may_leave),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    http_free(http);
    mint_done(&mint);
    return failed;
}
