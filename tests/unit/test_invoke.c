/* Conversations with AWS, each a file of tests/aws/invoke or tests/aws/pages: an operation, what the endpoint
   answers, what must come of it and what must have been sent. */
#include "tests/unit/cmocka_all.h"

#include "aws/aws_private.h"
#include "aws/invoke_shared.h"
#include "aws/operation.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "tests/unit/script_peer.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct scene {
    json_t *test;
    struct script_peer peer;
    struct http *http;
    struct aws *aws;
    struct stop stop;
    struct aws_session *session;
};

static const struct aws_operation *operation_of(const json_t *test)
{
    size_t n;
    if (json_flag(test, "write", false))
        return &aws_mwaa_invoke_rest_api_write; /* the one operation with two rows */
    const struct aws_operation *const *all = aws_operations(&n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i]->service->name, json_str(test, "service", "")) == 0 &&
            strcmp(all[i]->name, json_str(test, "op", "")) == 0)
            return all[i];
    fail_msg("no such operation");
    return NULL;
}

static void scene_open(struct scene *s, const char *path)
{
    json_error_t at;
    struct err e = {0};
    char endpoint[64];
    *s = (struct scene){.test = json_load_file(path, JSON_REJECT_DUPLICATES, &at)};
    if (!s->test)
        fail_msg("%s: %s", path, at.text);
    script_peer_start(&s->peer, json_arr(s->test, "replies"));
    snprintf(endpoint, sizeof endpoint, "AWS_ENDPOINT_URL=http://127.0.0.1:%d", s->peer.port);
    const char *const keys[] = {endpoint,
                                "AWS_ACCESS_KEY_ID=AKIDEXAMPLE",
                                "AWS_SECRET_ACCESS_KEY=secret",
                                "AWS_SESSION_TOKEN=IQoJtoken",
                                "AWS_CONFIG_FILE=/nonexistent",
                                "AWS_SHARED_CREDENTIALS_FILE=/nonexistent",
                                "AWS_EC2_METADATA_DISABLED=true",
                                NULL};
    const char *const none[] = {endpoint, "AWS_CONFIG_FILE=/nonexistent",
                                "AWS_SHARED_CREDENTIALS_FILE=/nonexistent", "AWS_EC2_METADATA_DISABLED=true", NULL};
    s->http = http_new(&(struct http_options){0}, &e);
    s->aws = aws_new_with_env(&(struct aws_options){.http = s->http, .region = "eu-west-1"},
                              json_flag(s->test, "no_keys", false) ? none : keys, &e);
    stop_init(&s->stop, json_int(s->test, "timeout_ms", 20000));
    struct aws_where where = {.access = aws_operation_granted(operation_of(s->test), AWS_READ) ? AWS_READ : AWS_WRITE};
    s->session = aws_session_new(s->aws, &where, &s->stop, &e);
    if (!s->session)
        fail_msg("%s", e.text);
}

/* What happened before: `failed_before` requests to the service in vain, `turns_before` of the operation taken. */
static void scene_prepare(struct scene *s)
{
    struct route r = {.account = "", .region = "eu-west-1", .op = operation_of(s->test)};
    int64_t long_ago = clock_mono_ms() - BREAKER_SPAN_MS - 1000;
    for (int64_t i = 0; i < json_int(s->test, "failed_before", 0); i++)
        breaker_tell(shared_breaker(s->aws->shared), &r, BREAKER_FAILED, "HTTP 503", long_ago + i * 500);
    for (int64_t i = 0; i < json_int(s->test, "turns_before", 0); i++)
        pace_turn(shared_pace(s->aws->shared), &r, clock_mono_ms());
}

static void scene_close(struct scene *s)
{
    aws_session_free(s->session);
    stop_done(&s->stop);
    aws_free(s->aws);
    http_free(s->http);
    script_peer_done(&s->peer);
    json_decref(s->test);
}

static void check_fault(const json_t *want, const struct aws_fault *f)
{
    const char *kind = json_str(want, "kind", ""), *text = json_str(want, "text", NULL);
    if (strcmp(kind, err_kind_name(f->err.kind)) != 0)
        fail_msg("kind %s, not %s: %s", err_kind_name(f->err.kind), kind, f->err.text);
    assert_string_equal(f->code, json_str(want, "code", ""));
    assert_int_equal(f->status, json_int(want, "status", 0));
    assert_int_equal(f->retryable, json_flag(want, "retryable", false));
    assert_int_equal(f->effect_unknown, json_flag(want, "effect_unknown", false));
    if (text && !strstr(f->err.text, text))
        fail_msg("\"%s\" does not say \"%s\"", f->err.text, text);
    if (strstr(f->err.text, "IQoJtoken") || strstr(f->err.text, "Signature="))
        fail_msg("a secret is shown: %s", f->err.text);
}

/* What went over the wire: how many requests, and for each a text it holds. */
static void check_sent(struct scene *s)
{
    const json_t *sent = json_arr(s->test, "sent");
    assert_int_equal(s->peer.requests, json_array_size(sent));
    for (size_t i = 0; i < json_array_size(sent); i++)
        if (!strcasestr(s->peer.seen[i], json_string_value(json_array_get(sent, i))))
            fail_msg("request %zu does not hold \"%s\":\n%s", i, json_string_value(json_array_get(sent, i)),
                     s->peer.seen[i]);
}

static void check_log(struct scene *s)
{
    json_auto_t *log = aws_session_requests(s->session);
    const json_t *last = json_array_get(log, json_array_size(log) - 1);
    size_t sent = s->peer.requests;
    int64_t attempts = 0;
    for (size_t i = 0; i < json_array_size(log); i++)
        attempts += json_int(json_array_get(log, i), "attempts", 0);
    if (json_object_get(s->test, "unreachable"))
        return;
    assert_int_equal(attempts, sent);
    if (sent)
        assert_string_equal(json_str(last, "op", ""), json_str(s->test, "op", ""));
    assert_string_equal(json_str(last, "code", ""), json_str(s->test, "log_code", json_str(last, "code", "")));
}

static void check_equal(const json_t *want, const json_t *got)
{
    auto_free char *text = json_text(got, NULL);
    if (!json_equal(want, got))
        fail_msg("got %s", text);
}

static void test_invoke(void **state)
{
    struct scene s;
    struct aws_fault f = {0};
    json_t *output = NULL;
    auto_buf struct buf body = BUF_INIT(0);
    scene_open(&s, *state);
    scene_prepare(&s);
    const json_t *want = json_object_get(s.test, "output"), *blob = json_object_get(s.test, "blob");
    int rc = blob || json_object_get(s.test, "blob_max")
                 ? aws_invoke_blob(s.session, operation_of(s.test), json_obj(s.test, "input"),
                                   (size_t)json_int(s.test, "blob_max", 1000), &output, &body, &f)
                 : aws_invoke(s.session, operation_of(s.test), json_obj(s.test, "input"), &output, &f);
    script_peer_stop(&s.peer);
    if (rc == 0 && !want)
        fail_msg("succeeded");
    if (rc && want)
        fail_msg("failed: %s", f.err.text);
    if (rc == 0)
        check_equal(want, output);
    else
        check_fault(json_obj(s.test, "fault"), &f);
    if (blob)
        assert_string_equal(buf_text(&body), json_string_value(blob));
    json_decref(output);
    check_sent(&s);
    check_log(&s);
    scene_close(&s);
}

struct pages {
    json_t *all;
    size_t enough;
};

static int take_page(const json_t *page, void *ctx)
{
    struct pages *p = ctx;
    json_array_append(p->all, (json_t *)(uintptr_t)page);
    return p->enough && json_array_size(p->all) >= p->enough;
}

static void test_pages(void **state)
{
    struct scene s;
    struct aws_fault f = {0};
    scene_open(&s, *state);
    struct pages pages = {json_array(), (size_t)json_int(s.test, "enough", 0)};
    auto_free char *next = NULL;
    int n = aws_each_page(s.session, operation_of(s.test), json_obj(s.test, "input"),
                          (int)json_int(s.test, "max_pages", 100), take_page, &pages, &next, &f);
    script_peer_stop(&s.peer);
    if (json_obj(s.test, "fault"))
        check_fault(json_obj(s.test, "fault"), &f);
    assert_int_equal(n, json_int(s.test, "pages", -1));
    check_equal(json_arr(s.test, "outputs"), pages.all);
    const char *want = json_str(s.test, "next", NULL);
    if ((want == NULL) != (next == NULL) || (want && strcmp(want, next) != 0))
        fail_msg("next is %s", next ? next : "NULL");
    json_decref(pages.all);
    check_sent(&s);
    scene_close(&s);
}

/* Side by side: each item has its own outcome, and one that is throttled holds nobody up. */
static void test_all(void **state)
{
    (void)state;
    struct scene s;
    char path[512];
    snprintf(path, sizeof path, "%s/tests/aws/all.json", getenv("LW_SOURCE_ROOT"));
    scene_open(&s, path);
    const json_t *inputs = json_arr(s.test, "inputs");
    size_t n = json_array_size(inputs), ok = 0, failed = 0;
    auto_free struct aws_item *items = xcalloc(n, sizeof *items);
    for (size_t i = 0; i < n; i++)
        items[i] = (struct aws_item){.op = operation_of(s.test), .input = json_array_get(inputs, i)};
    aws_invoke_all(s.session, items, n);
    script_peer_stop(&s.peer);
    for (size_t i = 0; i < n; i++) {
        ok += items[i].output != NULL;
        failed += items[i].fault.err.kind == ERR_NOT_FOUND;
        json_decref(items[i].output);
    }
    assert_int_equal(ok, json_int(s.test, "ok", -1));
    assert_int_equal(failed, json_int(s.test, "not_found", -1));
    assert_int_equal(s.peer.requests, json_array_size(json_arr(s.test, "replies")));
    check_log(&s);
    scene_close(&s);
}

struct caller {
    struct scene *scene;
    pthread_t thread;
    int good;
};

static void *call_often(void *ctx)
{
    struct caller *c = ctx;
    struct err e = {0};
    struct aws_session *session = aws_session_new(c->scene->aws, NULL, NULL, &e);
    for (int i = 0; i < 5; i++) {
        json_auto_t *output = NULL;
        struct aws_fault f;
        c->good += aws_invoke(session, operation_of(c->scene->test), NULL, &output, &f) == 0;
    }
    aws_session_free(session);
    return NULL;
}

/* One struct aws serves all threads; a session is one thread's own. */
static void test_threads(void **state)
{
    (void)state;
    struct scene s;
    struct caller callers[8] = {0};
    char path[512];
    snprintf(path, sizeof path, "%s/tests/aws/threads.json", getenv("LW_SOURCE_ROOT"));
    scene_open(&s, path);
    for (size_t i = 0; i < ARRAY_LEN(callers); i++) {
        callers[i].scene = &s;
        assert_int_equal(pthread_create(&callers[i].thread, NULL, call_often, &callers[i]), 0);
    }
    for (size_t i = 0; i < ARRAY_LEN(callers); i++) {
        pthread_join(callers[i].thread, NULL);
        assert_int_equal(callers[i].good, 5);
    }
    script_peer_stop(&s.peer);
    assert_int_equal(s.peer.requests, 40 + 2);
    scene_close(&s);
}

static size_t add_files(struct CMUnitTest *tests, const char *folder, CMUnitTestFunction fn)
{
    char pattern[512];
    glob_t found;
    snprintf(pattern, sizeof pattern, "%s/tests/aws/%s/*.json", getenv("LW_SOURCE_ROOT"), folder);
    if (glob(pattern, 0, NULL, &found)) {
        fprintf(stderr, "nothing matches %s\n", pattern);
        exit(1);
    }
    for (size_t i = 0; i < found.gl_pathc; i++) {
        char *path = xstrdup(found.gl_pathv[i]); /* until the program ends */
        tests[i] = (struct CMUnitTest){
            .name = path + strlen(getenv("LW_SOURCE_ROOT")) + 1, .test_func = fn, .initial_state = path};
    }
    size_t n = found.gl_pathc;
    globfree(&found);
    return n;
}

int main(void)
{
    struct CMUnitTest tests[200] = {{.name = "tests/aws/all.json", .test_func = test_all},
                                    {.name = "tests/aws/threads.json", .test_func = test_threads}};
    json_setup();
    size_t n = 2;
    n += add_files(tests + n, "invoke", test_invoke);
    n += add_files(tests + n, "pages", test_pages);
    int failed = _cmocka_run_group_tests("aws conversations", tests, n, NULL, NULL);
    for (size_t i = 2; i < n; i++)
        free(tests[i].initial_state);
    return failed;
}
