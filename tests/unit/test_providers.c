/* Conversations with whoever hands out keys, tests/aws/providers/<name>.json: an array of {name, what a case of aws_case.h has,
   `replies` of the peer (script_peer.h), `sent`: for each request a list of texts it holds ("!text": does not)}, and either
   {key, provider, token?, detail?, expires? (RFC 3339), left_min? [least, most]} or {error, kind?}. `times` asks that often.
   `spawn_fails`: the case holds where posix_spawn itself says that there is no such program. It may also start a child that
   ends with 127, and does so where an emulator runs us. */
#include "tests/unit/cmocka_all.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "tests/unit/aws_case.h"
#include "tests/unit/script_peer.h"

#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

/* Says what is wrong with a case, and counts it. */
#define WRONG(...) (print_error("%s: ", name), print_error(__VA_ARGS__), print_error("\n"), 1)

static int check_sent(const char *name, const struct script_peer *peer, const json_t *sent)
{
    int wrong = 0;
    if (peer->requests != json_array_size(sent))
        return WRONG("%zu requests, not %zu; the last: %s", peer->requests, json_array_size(sent),
                     peer->requests ? peer->seen[peer->requests - 1] : "");
    for (size_t i = 0; i < peer->requests; i++) {
        size_t k;
        json_t *text;
        json_array_foreach(json_array_get(sent, i), k, text)
        {
            const char *t = json_string_value(text);
            bool unwanted = t[0] == '!';
            if ((strstr(peer->seen[i], t + unwanted) != NULL) == unwanted)
                wrong += WRONG("request %zu, \"%s\": %s", i, t, peer->seen[i]);
        }
    }
    return wrong;
}

static int check_keys(const char *name, const json_t *one, const struct aws_credentials *got)
{
    const char *expires = json_str(one, "expires", NULL), *token = json_str(one, "token", "");
    const json_t *left = json_arr(one, "left_min");
    int64_t end = INT64_MAX, minutes = (got->expires_wall_ms - clock_wall_ms()) / 60000;
    int wrong = 0;
    if (strcmp(got->access_key_id, json_str(one, "key", "")) != 0)
        wrong += WRONG("key %s", got->access_key_id);
    if (strcmp(got->provider, json_str(one, "provider", "")) != 0)
        wrong += WRONG("by %s", got->provider);
    if (strcmp(got->session_token ? got->session_token : "", token) != 0)
        wrong += WRONG("token %s", got->session_token ? got->session_token : "none");
    if (left && (minutes < json_integer_value(json_array_get(left, 0)) ||
                 minutes > json_integer_value(json_array_get(left, 1))))
        wrong += WRONG("%lld minutes left", (long long)minutes);
    if (!left && ((expires && clock_parse(expires, &end)) || got->expires_wall_ms != end))
        wrong += WRONG("ends at %lld", (long long)got->expires_wall_ms);
    return wrong;
}

static int check_detail(const char *name, const json_t *one, struct aws *a)
{
    json_auto_t *report = aws_credentials_report(a, NULL);
    const json_t *last = json_array_get(report, json_array_size(report) - 1);
    const char *want = json_str(one, "detail", "");
    return strstr(json_str(last, "detail", ""), want) ? 0 : WRONG("detail %s", json_str(last, "detail", ""));
}

static int check_outcome(const char *name, const json_t *one, struct aws *a)
{
    struct err e = {0};
    auto_credentials struct aws_credentials got = {0};
    int rc = credentials_get(a->credentials, NULL, &got, &e);
    const char *error = json_str(one, "error", NULL), *kind = json_str(one, "kind", NULL);
    if (!error)
        return rc ? WRONG("%s", e.text) : check_keys(name, one, &got) + check_detail(name, one, a);
    int wrong = 0;
    if (!rc || !strstr(e.text, error))
        wrong += WRONG("%s", rc ? e.text : "keys were found");
    if (kind && strcmp(err_kind_name(e.kind), kind) != 0)
        wrong += WRONG("kind %s", err_kind_name(e.kind));
    if (strstr(e.text, "HUSH"))
        wrong += WRONG("a secret is shown: %s", e.text);
    return wrong;
}

static bool spawn_fails(void)
{
    char program[] = "/nonexistent/program";
    char *const words[] = {program, NULL}, *const nothing[] = {NULL};
    pid_t child;
    if (posix_spawn(&child, program, NULL, NULL, words, nothing))
        return true;
    waitpid(child, NULL, 0);
    return false;
}

static int check(const json_t *one)
{
    const char *name = json_str(one, "name", "?");
    if (json_flag(one, "spawn_fails", false) && !spawn_fails()) {
        print_message("%s: here a child says that, by status 127\n", name);
        return 0;
    }
    struct err e = {0};
    struct script_peer peer;
    struct aws_case c;
    script_peer_start(&peer, json_arr(one, "replies"));
    auto_free char *url = xasprintf("http://127.0.0.1:%d", peer.port);
    struct http *http = http_new(&(struct http_options){0}, &e);
    aws_case_open_with(&c, one, http, url);
    int wrong = 0;
    for (int64_t i = 0; i < json_int(one, "times", 1); i++)
        wrong += check_outcome(name, one, c.aws);
    aws_case_close(&c);
    http_free(http);
    script_peer_stop(&peer);
    wrong += check_sent(name, &peer, json_arr(one, "sent"));
    script_peer_done(&peer);
    return wrong;
}

static void conversations(void **state)
{
    const char *const *file = (const char *const *)*state;
    json_auto_t *cases = aws_cases(*file, 3);
    int wrong = 0;
    size_t i;
    json_t *one;
    json_array_foreach(cases, i, one) wrong += check(one);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    json_setup();
    static const char *files[] = {"providers/container", "providers/instance", "providers/process", "providers/sso",
                                  "providers/web_identity"};
    struct CMUnitTest tests[ARRAY_LEN(files)];
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        tests[i] = (struct CMUnitTest){.name = files[i], .test_func = conversations, .initial_state = &files[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
