/* Outbound HTTP where something goes wrong: what is said, and above all whether the request may have been heard. */
#include "tests/unit/cmocka_all.h"

#include "base/clock.h"
#include "base/http.h"
#include "base/own.h"
#include "tests/unit/loopback.h"

#include <curl/curl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OK_TEXT "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
#define CUT_TEXT "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello"
#define LATE_MS 9000 /* a request that is told nothing has 10 s */
#define NUL_TEXT "HTTP/1.1 200 OK\r\nX-A: a\0b\r\nContent-Length: 0\r\n\r\n"
#define CHUNK_TEXT "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"

static pthread_mutex_t resolver_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t resolver_free = PTHREAD_COND_INITIALIZER;
static int resolver_stuck, resolver_waiting;

/* Stands in for the C library's: the one name asked for by name hangs until it is let go, and no name exists. */
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **out)
{
    (void)service, (void)hints, (void)out;
    pthread_mutex_lock(&resolver_lock);
    while (strcmp(node, "stuck.example") == 0 && resolver_stuck) {
        resolver_waiting = 1;
        pthread_cond_broadcast(&resolver_free);
        pthread_cond_wait(&resolver_free, &resolver_lock);
    }
    resolver_waiting = 0;
    pthread_cond_broadcast(&resolver_free);
    pthread_mutex_unlock(&resolver_lock);
    return EAI_NONAME;
}

static struct http *start(void)
{
    struct err e = {0};
    struct http_options o = {0};
    struct http *h = http_new(&o, &e);
    assert_non_null(h);
    return h;
}

/* One request that must fail like this. What was sent of it goes to `sent`. Returns how long it took. */
static int64_t fails_somehow(struct http *h, struct http_request r, struct stop *stop, enum err_kind kind, enum http_sent *sent)
{
    struct http_reply reply;
    struct err e = {0};
    r.method = r.method ? r.method : "POST";
    r.reply_max = r.reply_max ? r.reply_max : 100;
    assert_int_equal(http_fetch(h, &r, &reply, stop, &e), -1);
    print_message("  %s\n", e.text);
    assert_int_equal(e.kind, kind);
    assert_int_equal(reply.err.kind, kind);
    assert_int_equal(reply.status, 0);
    *sent = reply.sent;
    http_reply_done(&reply);
    return reply.ms;
}

static int64_t fails(struct http *h, struct http_request r, struct stop *stop, enum err_kind kind, enum http_sent sent)
{
    enum http_sent seen;
    int64_t ms = fails_somehow(h, r, stop, kind, &seen);
    assert_int_equal(seen, sent);
    return ms;
}

static void what_never_connected_was_not_sent(void **state)
{
    (void)state;
    struct http *h = start();
    auto_close int dead = -1;
    auto_free char *refused = xasprintf("http://127.0.0.1:%d/", loopback_dead_port(&dead));
    fails(h, (struct http_request){.url = refused}, NULL, ERR_UNAVAILABLE, HTTP_NOT_SENT);
    fails(h, (struct http_request){.url = "http://nowhere.example/"}, NULL, ERR_UNAVAILABLE, HTTP_NOT_SENT);

    /* a peer that takes the connection and never answers the TLS handshake */
    struct loopback l;
    loopback_start(&l, (struct loopback_answer){0});
    auto_free char *tls = xasprintf("https://127.0.0.1:%d/", l.port);
    fails(h, (struct http_request){.url = tls, .timeout_ms = 100}, NULL, ERR_TIMEOUT, HTTP_NOT_SENT);
    /* measured only now that the CA bundle has been read: emulated, that takes seconds */
    int64_t ms = fails(h, (struct http_request){.url = tls, .connect_timeout_ms = 100}, NULL, ERR_UNAVAILABLE, HTTP_NOT_SENT);
    assert_in_range(ms, 90, 3000);
    assert_int_equal(loopback_count(&l, &l.requests), 0);
    http_free(h);
    loopback_stop(&l);
}

static void an_answer_that_breaks_off_may_have_been_heard(void **state)
{
    (void)state;
    static const struct loopback_answer answers[] = {
        {.bytes = CUT_TEXT, .then = LOOPBACK_CLOSE},          {.bytes = CUT_TEXT, .then = LOOPBACK_RESET},
        {.bytes = CHUNK_TEXT, .then = LOOPBACK_CLOSE},        {.bytes = NULL, .then = LOOPBACK_CLOSE},
        {.bytes = "HTTP/1.1 200 OK\r\nContent-", .then = LOOPBACK_CLOSE}, {.bytes = "not HTTP\r\n\r\n", .then = LOOPBACK_CLOSE},
        {.bytes = "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", .then = LOOPBACK_CLOSE},
        {.bytes = NULL, .then = LOOPBACK_RESET},
        {.bytes = NUL_TEXT, .len = sizeof NUL_TEXT - 1, .then = LOOPBACK_CLOSE},
    };
    for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
        struct loopback l;
        loopback_start(&l, answers[i]);
        struct http *h = start();
        fails(h, (struct http_request){.url = l.url, .body = "x", .body_len = 1}, NULL, ERR_UPSTREAM, HTTP_MAYBE_SENT);
        assert_int_equal(loopback_count(&l, &l.requests), 1);
        http_free(h);
        loopback_stop(&l);
    }
}

/* curl by itself would write the request again on a new connection: a job would be started twice. */
static void a_kept_connection_that_dies_is_not_written_twice(void **state)
{
    (void)state;
    static const char *const methods[] = {"POST", "PUT", "DELETE", "GET"};
    for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
        struct loopback l;
        loopback_start(&l, (struct loopback_answer){.bytes = OK_TEXT});
        l.later = (struct loopback_answer){.then = LOOPBACK_CLOSE};
        l.later_set = 1;
        struct http *h = start();
        struct http_request r = {.method = methods[i], .url = l.url, .reply_max = 100};
        struct http_reply reply;
        assert_int_equal(http_fetch(h, &r, &reply, NULL, NULL), 0);
        http_reply_done(&reply);
        if (strcmp(methods[i], "GET") != 0) {
            fails(h, r, NULL, ERR_UPSTREAM, HTTP_MAYBE_SENT);
            assert_int_equal(loopback_count(&l, &l.requests), 2);
        } else {
            assert_int_equal(http_fetch(h, &r, &reply, NULL, NULL), 0);
            http_reply_done(&reply);
            assert_int_equal(loopback_count(&l, &l.requests), 3);
        }
        http_free(h);
        loopback_stop(&l);
    }
}

/* The request meets both kinds of deadline in time: its own, and that of its caller, which counts from before the fetch. One that
   has come before anything was sent shows too little; then it is tried with a later one. */
static void meets_deadlines(struct http *h, struct http_request r)
{
    enum http_sent own = HTTP_NOT_SENT, callers = HTTP_NOT_SENT;
    for (int64_t ms = 150; own != HTTP_MAYBE_SENT || callers != HTTP_MAYBE_SENT; ms *= 2) {
        assert_true(ms < LATE_MS);
        r.timeout_ms = ms;
        assert_in_range(fails_somehow(h, r, NULL, ERR_TIMEOUT, &own), ms, LATE_MS);
        struct stop stop;
        int64_t begun = clock_mono_ms();
        stop_init(&stop, ms);
        r.timeout_ms = 0;
        fails_somehow(h, r, &stop, ERR_TIMEOUT, &callers);
        assert_in_range(clock_mono_ms() - begun, ms, LATE_MS);
        fails(h, r, &stop, ERR_TIMEOUT, HTTP_NOT_SENT); /* over before it began */
        stop_done(&stop);
    }
}

static void deadlines_hold(void **state)
{
    (void)state;
    static const struct loopback_answer answers[] = {{.then = LOOPBACK_HANG},
                                                     {.bytes = CUT_TEXT, .then = LOOPBACK_HANG},
                                                     {.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", .then = LOOPBACK_DRIP}};
    for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
        struct loopback l;
        loopback_start(&l, answers[i]);
        struct http *h = start();
        meets_deadlines(h, (struct http_request){.url = l.url, .reply_max = 100000});
        http_free(h);
        loopback_stop(&l);
    }
}

/* One connection only: the second request waits for it, was never sent, and still meets its deadline. */
static void waiting_for_a_connection_counts(void **state)
{
    (void)state;
    struct loopback l;
    loopback_start(&l, (struct loopback_answer){.then = LOOPBACK_HANG});
    struct http_options o = {.max_per_host = 1};
    struct http *h = http_new(&o, NULL);
    struct http_request r = {.method = "POST", .url = l.url, .timeout_ms = 1000};
    struct http_request requests[] = {r, r};
    struct http_reply replies[2];
    assert_int_equal(http_fetch_all(h, requests, replies, 2, NULL), 0);
    assert_int_equal(replies[0].err.kind, ERR_TIMEOUT);
    assert_int_equal(replies[1].err.kind, ERR_TIMEOUT);
    assert_true((replies[0].sent == HTTP_NOT_SENT) != (replies[1].sent == HTTP_NOT_SENT));
    assert_int_equal(loopback_count(&l, &l.requests), 1);
    http_free(h);
    loopback_stop(&l);
}

struct canceller {
    struct loopback *l;
    struct stop *stop;
    int64_t tripped_mono_ms;
};

static void *cancel_once_heard(void *arg)
{
    struct canceller *c = arg;
    loopback_wait(c->l, &c->l->requests, 1);
    c->tripped_mono_ms = clock_mono_ms();
    stop_trip(c->stop, STOP_CANCELLED);
    return NULL;
}

static void a_cancel_ends_it_at_once(void **state)
{
    (void)state;
    struct loopback l;
    loopback_start(&l, (struct loopback_answer){.then = LOOPBACK_HANG});
    struct http *h = start();
    struct stop stop;
    stop_init(&stop, -1);
    struct canceller c = {.l = &l, .stop = &stop};
    pthread_t thread;
    pthread_create(&thread, NULL, cancel_once_heard, &c);
    fails(h, (struct http_request){.url = l.url, .timeout_ms = 60000}, &stop, ERR_CANCELLED, HTTP_MAYBE_SENT);
    int64_t ended = clock_mono_ms();
    pthread_join(thread, NULL);
    assert_in_range(ended - c.tripped_mono_ms, 0, 30000); /* a loaded machine is no 60 s */
    fails(h, (struct http_request){.url = l.url}, &stop, ERR_CANCELLED, HTTP_NOT_SENT);
    assert_int_equal(loopback_count(&l, &l.requests), 1);
    stop_done(&stop);
    http_free(h);
    loopback_stop(&l);
}

static void replies_have_a_ceiling(void **state)
{
    (void)state;
    auto_free char *headers = xasprintf("HTTP/1.1 200 OK\r\nX-Big: %070000d\r\nContent-Length: 0\r\n\r\n", 0);
    const struct loopback_answer answers[] = {{.bytes = OK_TEXT}, {.bytes = CHUNK_TEXT "0\r\n\r\n"}, {.bytes = headers}};
    for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
        struct loopback l;
        loopback_start(&l, answers[i]);
        struct http *h = start();
        fails(h, (struct http_request){.url = l.url, .reply_max = 4}, NULL, ERR_TOO_LARGE, HTTP_MAYBE_SENT);
        http_free(h);
        loopback_stop(&l);
    }
}

static void what_must_not_be_sent_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *method, *url, *name, *value;
    } cases[] = {
        {"GET", "http://h/", "X-A", "a\r\nX-B: b"}, {"GET", "http://h/", "X-A", "a\nb"},   {"GET", "http://h/", "X-A", "a\rb"},
        {"GET", "http://h/", "X-A\r\nX-B", "b"},    {"GET", "http://h/", "X A", "b"},      {"GET", "http://h/", "X-A:", "b"},
        {"GET", "http://h/", "", "b"},              {"GET", "http://h/", "X-A", "\x7f"},   {"GET", "http://h/", "Content-Length", "5"},
        {"GET", "http://h/", "transfer-encoding", "chunked"},
        {"GET", "http://h/a b", NULL, NULL},        {"GET", "http://h/a\r\nb", NULL, NULL}, {"GET", "http://h/\xc3\xa9", NULL, NULL},
        {"GET", "http://u:p@h/", NULL, NULL},       {"GET", "http://h/#x", NULL, NULL},    {"GET", "file:///etc/passwd", NULL, NULL},
        {"GET", "gopher://h/", NULL, NULL},         {"GET", "h/x", NULL, NULL},            {"GET", "http://", NULL, NULL},
        {"GET", "HTTP://h/", NULL, NULL},           {"get", "http://h/", NULL, NULL},      {"GET /x\r\nA: b", "http://h/", NULL, NULL},
    };
    struct http *h = start();
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct http_header header = {cases[i].name, cases[i].value};
        struct http_request r = {.method = cases[i].method, .url = cases[i].url, .headers = &header, .header_count = cases[i].name != NULL};
        fails(h, r, NULL, ERR_INVALID, HTTP_NOT_SENT);
    }
    http_free(h);
}

/* Fails either way, long before the name is let go. */
static void *ask_stuck(void *http)
{
    struct http_request r = {.method = "GET", .url = "http://stuck.example/", .reply_max = 100, .timeout_ms = 200};
    struct http_reply reply;
    struct err e = {0};
    assert_int_equal(http_fetch(http, &r, &reply, NULL, &e), -1);
    assert_true(e.kind == ERR_TIMEOUT || e.kind == ERR_UNAVAILABLE);
    assert_int_equal(reply.sent, HTTP_NOT_SENT);
    assert_in_range(reply.ms, 0, LATE_MS);
    http_reply_done(&reply);
    return NULL;
}

/* Waits until the resolver hangs. A libcurl that asks name servers itself, as that of the release, never calls it: there the name
   is merely one that does not exist. */
static void wait_stuck(bool asks_itself)
{
    pthread_mutex_lock(&resolver_lock);
    while (!resolver_waiting && !asks_itself)
        pthread_cond_wait(&resolver_free, &resolver_lock);
    pthread_mutex_unlock(&resolver_lock);
}

static void let_go(bool asks_itself)
{
    pthread_mutex_lock(&resolver_lock);
    assert_int_equal(resolver_waiting, asks_itself ? 0 : 1);
    resolver_stuck = 0;
    pthread_cond_broadcast(&resolver_free);
    while (resolver_waiting)
        pthread_cond_wait(&resolver_free, &resolver_lock);
    pthread_mutex_unlock(&resolver_lock);
}

/* A name server that hangs must hold up neither its own request beyond the deadline, nor others, nor the end. */
static void a_stuck_name_server_holds_up_nobody(void **state)
{
    (void)state;
    struct loopback l;
    loopback_start(&l, (struct loopback_answer){.bytes = OK_TEXT});
    struct http *h = start();
    bool asks_itself = curl_version_info(CURLVERSION_NOW)->ares_num != 0;
    resolver_stuck = 1;
    pthread_t thread;
    pthread_create(&thread, NULL, ask_stuck, h);
    wait_stuck(asks_itself);
    struct http_request r = {.method = "GET", .url = l.url, .reply_max = 100, .timeout_ms = 5000};
    struct http_reply reply;
    assert_int_equal(http_fetch(h, &r, &reply, NULL, NULL), 0);
    http_reply_done(&reply);
    pthread_join(thread, NULL);
    assert_int_equal(http_fetch(h, &r, &reply, NULL, NULL), 0);
    http_reply_done(&reply);
    http_free(h);
    let_go(asks_itself);
    loopback_stop(&l);
}

static void a_missing_ca_bundle_is_said_at_once(void **state)
{
    (void)state;
    struct http_options o = {.ca_bundle = "/nonexistent/ca.pem"};
    struct err e = {0};
    assert_null(http_new(&o, &e));
    assert_int_equal(e.kind, ERR_CONFIG);
    http_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_never_connected_was_not_sent),
        cmocka_unit_test(an_answer_that_breaks_off_may_have_been_heard),
        cmocka_unit_test(a_kept_connection_that_dies_is_not_written_twice),
        cmocka_unit_test(deadlines_hold),
        cmocka_unit_test(waiting_for_a_connection_counts),
        cmocka_unit_test(a_cancel_ends_it_at_once),
        cmocka_unit_test(replies_have_a_ceiling),
        cmocka_unit_test(what_must_not_be_sent_is_refused),
        cmocka_unit_test(a_stuck_name_server_holds_up_nobody),
        cmocka_unit_test(a_missing_ca_bundle_is_said_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
