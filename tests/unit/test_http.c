/* Outbound HTTP where all goes well: what is sent, what is read, what is reused. Failures: test_http_failure.c. */
#include "tests/unit/cmocka_all.h"

#include "base/clock.h"
#include "base/http.h"
#include "base/own.h"
#include "tests/unit/loopback.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OK_TEXT "HTTP/1.1 200 OK\r\nContent-Type:  text/plain \r\nContent-Length: 5\r\nX-Empty:\r\n\r\nhello"

static struct http *start(void)
{
    struct err e = {0};
    struct http_options o = {.user_agent = NULL, .max_per_host = 64};
    struct http *h = http_new(&o, &e);
    assert_non_null(h);
    return h;
}

/* Fetches `path` of the peer; must be replied to. */
static void fetch(struct http *h, const struct loopback *l, const char *path, struct http_request r,
                  struct http_reply *reply)
{
    auto_free char *url = xasprintf("%s%s", l->url, path);
    struct err e = {0};
    r.url = url;
    r.method = r.method ? r.method : "GET";
    r.reply_max = r.reply_max ? r.reply_max : 4096;
    if (http_fetch(h, &r, reply, NULL, &e))
        fail_msg("%s", e.text);
    assert_int_equal(reply->sent, HTTP_REPLIED);
}

static void one_connection_serves_many(void **state)
{
    (void)state;
    struct loopback l;
    loopback_start(&l, (struct loopback_answer){.bytes = OK_TEXT});
    struct http *h = start();
    for (int i = 0; i < 5; i++) {
        struct http_reply reply;
        char type[16];
        fetch(h, &l, "/", (struct http_request){0}, &reply);
        assert_int_equal(reply.status, 200);
        assert_string_equal(buf_text(&reply.body), "hello");
        assert_true(http_reply_header(&reply, "content-TYPE", type, sizeof type));
        assert_string_equal(type, "text/plain");
        assert_true(http_reply_header(&reply, "X-Empty", type, sizeof type));
        assert_string_equal(type, "");
        assert_true(http_reply_header(&reply, "Content-Type", type, 5));
        assert_string_equal(type, "text");
        assert_false(http_reply_header(&reply, "Content", type, sizeof type));
        http_reply_done(&reply);
    }
    assert_int_equal(loopback_count(&l, &l.requests), 5);
    assert_int_equal(loopback_count(&l, &l.connections), 1);
    http_free(h);
    loopback_stop(&l);
}

static void the_request_is_what_was_given(void **state)
{
    (void)state;
    struct loopback l;
    loopback_start(&l, (struct loopback_answer){.bytes = OK_TEXT});
    struct http *h = start();
    struct http_reply reply;
    fetch(h, &l, "/a/../b//./c%2f%2F?x=%2B&y='~", (struct http_request){0}, &reply);
    auto_free char *get = xasprintf("GET /a/../b//./c%%2f%%2F?x=%%2B&y='~ HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", l.port);
    assert_string_equal(l.last, get);
    http_reply_done(&reply);

    static const struct http_header headers[] = {{"X-Amz-Target", "AWSGlue.GetJob"}, {"Content-Type", "application/x-amz-json-1.1"}, {"X-None", ""}};
    fetch(h, &l, "/", (struct http_request){.method = "POST", .headers = headers, .header_count = 3, .body = "a\0b", .body_len = 3}, &reply);
    assert_memory_equal(l.last, "POST / HTTP/1.1\r\n", 17);
    assert_memory_equal(l.last + l.last_len - 7, "\r\n\r\na\0b", 7);
    static const char *const wanted[] = {"\r\nX-Amz-Target: AWSGlue.GetJob\r\n", "\r\nContent-Type: application/x-amz-json-1.1\r\n",
                                         "\r\nContent-Length: 3\r\n", "\r\nX-None:\r\n"};
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
        assert_non_null(strstr(l.last, wanted[i]));
    http_reply_done(&reply);
    http_free(h);
    loopback_stop(&l);
}

/* A body that curl would announce with "Expect: 100-continue", and methods with and without a body. */
static void nothing_is_added(void **state)
{
    (void)state;
    static const struct {
        const char *method;
        size_t body_len;
        const char *length;
    } cases[] = {{"POST", 0, "\r\nContent-Length: 0\r\n"}, {"POST", 50000, "\r\nContent-Length: 50000\r\n"}, {"PUT", 0, "\r\nContent-Length: 0\r\n"},
                 {"PUT", 7, "\r\nContent-Length: 7\r\n"}, {"DELETE", 0, NULL}, {"GET", 0, NULL}, {"HEAD", 0, NULL}};
    static const char *const unwanted[] = {"Expect:", "Accept:", "Accept-Encoding:", "Content-Type:", "User-Agent:", "Transfer-Encoding:"};
    auto_free char *body = xcalloc(1, 50000);
    memset(body, 'b', 50000);
    struct loopback l;
    loopback_start(&l, (struct loopback_answer){.bytes = "HTTP/1.1 204 No Content\r\n\r\n"});
    struct http *h = start();
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct http_reply reply;
        fetch(h, &l, "/", (struct http_request){.method = cases[i].method, .body = body, .body_len = cases[i].body_len}, &reply);
        assert_int_equal(reply.status, 204);
        assert_true(strncmp(l.last, cases[i].method, strlen(cases[i].method)) == 0);
        if (cases[i].length)
            assert_non_null(strstr(l.last, cases[i].length));
        else
            assert_null(strstr(l.last, "Content-Length"));
        for (size_t k = 0; k < ARRAY_LEN(unwanted); k++)
            assert_null(strcasestr(l.last, unwanted[k]));
        http_reply_done(&reply);
    }
    http_free(h);
    loopback_stop(&l);
}

static void every_request_names_the_program_once(void **state)
{
    (void)state;
    struct loopback l;
    struct err e = {0};
    loopback_start(&l, (struct loopback_answer){.bytes = "HTTP/1.1 204 No Content\r\n\r\n"});
    struct http *h = http_new(&(struct http_options){.user_agent = "night/1"}, &e);
    assert_non_null(h);
    struct http_reply reply;
    fetch(h, &l, "/", (struct http_request){.method = "POST"}, &reply);
    const char *first = strcasestr(l.last, "\r\nUser-Agent: night/1\r\n");
    assert_non_null(first);
    assert_null(strcasestr(first + 2, "\r\nUser-Agent:"));
    http_reply_done(&reply);
    http_free(h);
    loopback_stop(&l);
}

static void a_head_reply_has_no_body(void **state)
{
    (void)state;
    struct loopback l;
    loopback_start(&l, (struct loopback_answer){.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 123456789\r\n\r\n"});
    struct http *h = start();
    struct http_reply reply;
    char length[16];
    fetch(h, &l, "/", (struct http_request){.method = "HEAD"}, &reply);
    assert_int_equal(reply.body.len, 0);
    assert_true(http_reply_header(&reply, "Content-Length", length, sizeof length));
    assert_string_equal(length, "123456789");
    http_reply_done(&reply);
    http_free(h);
    loopback_stop(&l);
}

static void redirects_come_back(void **state)
{
    (void)state;
    struct loopback l;
    loopback_start(&l, (struct loopback_answer){.bytes = "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"});
    struct http *h = start();
    struct http_reply reply;
    fetch(h, &l, "/", (struct http_request){0}, &reply);
    assert_int_equal(reply.status, 302);
    assert_int_equal(loopback_count(&l, &l.requests), 1);
    http_reply_done(&reply);
    http_free(h);
    loopback_stop(&l);
}

#define CHUNKED "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: 1\r\n\r\n3\r\na\0b\r\n2\r\n\0c\r\n0\r\nX-A: trailer\r\nX-Late: 1\r\n\r\n"
#define INTERIM "HTTP/1.1 103 Early Hints\r\nX-A: early\r\n\r\nHTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 5\r\n\r\na\0b\0c"

/* Bodies with NULs, in chunks or of a length; headers of interim responses and trailers are not the response's. */
static void replies_are_read_as_they_are(void **state)
{
    (void)state;
    static const struct loopback_answer answers[] = {{.bytes = CHUNKED, .len = sizeof CHUNKED - 1},
                                                     {.bytes = INTERIM, .len = sizeof INTERIM - 1}};
    for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
        struct loopback l;
        loopback_start(&l, answers[i]);
        struct http *h = start();
        struct http_reply reply;
        char value[16];
        fetch(h, &l, "/", (struct http_request){.reply_max = 5}, &reply);
        assert_int_equal(reply.status, 200);
        assert_int_equal(reply.body.len, 5);
        assert_memory_equal(reply.body.data, "a\0b\0c", 5);
        assert_true(http_reply_header(&reply, "X-A", value, sizeof value));
        assert_string_equal(value, "1");
        assert_false(http_reply_header(&reply, "X-Late", value, sizeof value));
        http_reply_done(&reply);
        http_free(h);
        loopback_stop(&l);
    }
}

/* The peer answers none before all are there. */
static void many_go_at_once(void **state)
{
    (void)state;
    enum { N = 50 };
    struct loopback l;
    loopback_start(&l, (struct loopback_answer){.bytes = OK_TEXT});
    l.barrier = N;
    struct http *h = start();
    struct http_request requests[N];
    struct http_reply replies[N];
    for (int i = 0; i < N; i++)
        requests[i] = (struct http_request){.method = "GET", .url = l.url, .reply_max = 100};
    requests[7].url = "ftp://wrong.example/";
    l.barrier = N - 1;
    assert_int_equal(http_fetch_all(h, requests, replies, N, NULL), N - 1);
    for (int i = 0; i < N; i++) {
        assert_int_equal(replies[i].sent, i == 7 ? HTTP_NOT_SENT : HTTP_REPLIED);
        assert_int_equal(replies[i].err.kind, i == 7 ? ERR_INVALID : ERR_NONE);
        http_reply_done(&replies[i]);
    }
    assert_int_equal(http_fetch_all(h, requests, replies, 0, NULL), 0);
    http_free(h);
    loopback_stop(&l);
}

static int threads_now(void)
{
    int n = 0;
    DIR *tasks = opendir("/proc/self/task");
    assert_non_null(tasks);
    for (struct dirent *d; (d = readdir(tasks));)
        n += d->d_name[0] != '.';
    closedir(tasks);
    return n;
}

/* Waits until there are no more threads than that. */
static void threads_wait(int most)
{
    int64_t until = clock_mono_ms() + 20000;
    while (threads_now() > most) {
        assert_true(clock_mono_ms() < until);
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
}

static void asked_once_nothing_is_kept(void **state)
{
    (void)state;
    struct loopback l;
    loopback_start(&l, (struct loopback_answer){.bytes = OK_TEXT});
    struct http *h = start();
    int before = threads_now();
    for (int i = 1; i <= 3; i++) {
        struct http_reply reply;
        fetch(h, &l, "/", (struct http_request){.once = true}, &reply);
        assert_string_equal(buf_text(&reply.body), "hello");
        http_reply_done(&reply);
        loopback_wait(&l, &l.closed, i);
        threads_wait(before);
    }
    assert_int_equal(loopback_count(&l, &l.connections), 3);
    http_free(h);
    loopback_stop(&l);
}

static void a_kept_connection_outlives_one_that_is_not(void **state)
{
    (void)state;
    struct loopback kept, other;
    loopback_start(&kept, (struct loopback_answer){.bytes = OK_TEXT});
    loopback_start(&other, (struct loopback_answer){.bytes = OK_TEXT});
    struct http *h = start();
    for (int i = 1; i <= 3; i++) {
        struct http_reply reply;
        fetch(h, &kept, "/", (struct http_request){0}, &reply);
        http_reply_done(&reply);
        fetch(h, &other, "/", (struct http_request){.once = true}, &reply);
        http_reply_done(&reply);
        loopback_wait(&other, &other.closed, i);
    }
    assert_int_equal(loopback_count(&kept, &kept.connections), 1);
    assert_int_equal(loopback_count(&other, &other.connections), 3);
    http_free(h);
    loopback_stop(&kept);
    loopback_stop(&other);
}

struct user {
    struct http *http;
    const char *url;
    bool once;
    int failed;
};

static void *use_it(void *arg)
{
    struct user *u = arg;
    for (int i = 0; i < 50; i++) {
        struct http_request r = {.method = "POST", .url = u->url, .body = "x", .body_len = 1, .reply_max = 100, .once = u->once};
        struct http_reply reply;
        struct stop stop;
        stop_init(&stop, 60000);
        u->failed += http_fetch(u->http, &r, &reply, i % 2 ? &stop : NULL, NULL) != 0;
        stop_done(&stop);
        http_reply_done(&reply);
    }
    return NULL;
}

static void share(bool once)
{
    enum { N = 8 };
    struct loopback l;
    loopback_start(&l, (struct loopback_answer){.bytes = OK_TEXT});
    struct http *h = start();
    struct user users[N];
    pthread_t threads[N];
    for (int i = 0; i < N; i++) {
        users[i] = (struct user){.http = h, .url = l.url, .once = once};
        pthread_create(&threads[i], NULL, use_it, &users[i]);
    }
    for (int i = 0; i < N; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(users[i].failed, 0);
    }
    assert_int_equal(loopback_count(&l, &l.requests), 50 * N);
    if (once)
        assert_int_equal(loopback_count(&l, &l.connections), 50 * N);
    else
        assert_true(loopback_count(&l, &l.connections) <= N);
    http_free(h);
    loopback_stop(&l);
}

static void many_threads_share_it(void **state)
{
    (void)state;
    share(false);
}

/* The I/O thread ends whenever nobody wants anything for a moment, and whoever comes next starts it again. */
static void many_threads_start_it_again(void **state)
{
    (void)state;
    share(true);
}

static void proxies_come_from_the_environment(void **state)
{
    (void)state;
    struct loopback proxy, direct;
    loopback_start(&proxy, (struct loopback_answer){.bytes = OK_TEXT});
    loopback_start(&direct, (struct loopback_answer){.bytes = OK_TEXT});
    setenv("http_proxy", proxy.url, 1);
    struct http *h = start();
    struct http_reply reply;
    fetch(h, &direct, "/x", (struct http_request){0}, &reply);
    http_reply_done(&reply);
    auto_free char *line = xasprintf("GET %s/x HTTP/1.1\r\n", direct.url);
    assert_memory_equal(proxy.last, line, strlen(line));
    assert_int_equal(direct.requests, 0);
    fetch(h, &direct, "/x", (struct http_request){.no_proxy = true}, &reply);
    http_reply_done(&reply);
    assert_int_equal(direct.requests, 1);
    setenv("no_proxy", "127.0.0.1", 1);
    fetch(h, &direct, "/x", (struct http_request){0}, &reply);
    http_reply_done(&reply);
    assert_int_equal(direct.requests, 2);
    unsetenv("http_proxy");
    unsetenv("no_proxy");
    http_free(h);
    loopback_stop(&proxy);
    loopback_stop(&direct);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_connection_serves_many),   cmocka_unit_test(the_request_is_what_was_given),
        cmocka_unit_test(nothing_is_added),             cmocka_unit_test(every_request_names_the_program_once),
        cmocka_unit_test(a_head_reply_has_no_body),
        cmocka_unit_test(redirects_come_back),          cmocka_unit_test(replies_are_read_as_they_are),
        cmocka_unit_test(many_go_at_once),              cmocka_unit_test(many_threads_share_it),
        cmocka_unit_test(proxies_come_from_the_environment), cmocka_unit_test(asked_once_nothing_is_kept),
        cmocka_unit_test(a_kept_connection_outlives_one_that_is_not), cmocka_unit_test(many_threads_start_it_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
