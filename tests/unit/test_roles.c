/* Which role a call is answered with: tests/aws/roles.json, an array of {name, what a case of aws_case.h has, `where` {region,
   account, access "read"|"write", subject}, `replies` and `sent` as in test_providers.c, and `error` and `kind` where no session
   opens, or else `calls`: for each GetCallerIdentity that is then asked "" or what its error holds, for a call of Glue {op,
   error}}. */
#include "tests/unit/cmocka_all.h"

#include "aws/roles.h"
#include "base/json.h"
#include "base/own.h"
#include "tests/unit/aws_case.h"
#include "tests/unit/script_peer.h"

#include <stdio.h>
#include <string.h>

#define WRONG(...) (print_error("%s: ", name), print_error(__VA_ARGS__), print_error("\n"), 1)

static struct aws_where where_of(const json_t *one)
{
    const json_t *w = json_obj(one, "where");
    return (struct aws_where){.region = json_str(w, "region", NULL),
                              .account = json_str(w, "account", NULL),
                              .access = strcmp(json_str(w, "access", "read"), "write") == 0 ? AWS_WRITE : AWS_READ,
                              .subject = json_str(w, "subject", NULL)};
}

static const struct aws_operation *glue_operation(const json_t *call)
{
    return strcmp(json_str(call, "op", ""), "StartJobRun") == 0 ? &aws_glue_start_job_run : &aws_glue_get_job_runs;
}

static int ask_all(const char *name, const json_t *one, struct aws_session *s)
{
    int wrong = 0;
    size_t i;
    json_t *want;
    json_array_foreach(json_arr(one, "calls"), i, want)
    {
        struct aws_fault f = {0};
        json_auto_t *output = NULL;
        json_auto_t *job = json_pack("{s:s}", "JobName", "j");
        bool glue = json_is_object(want);
        int rc = aws_invoke(s, glue ? glue_operation(want) : &aws_sts_get_caller_identity, glue ? job : NULL, &output, &f);
        const char *error = glue ? json_str(want, "error", "") : json_string_value(want);
        if (*error ? !rc || !strstr(f.err.text, error) : rc)
            wrong += WRONG("call %zu: %s", i, rc ? f.err.text : "went well");
    }
    return wrong;
}

static int try_session(const char *name, const json_t *one, struct aws *a)
{
    const char *error = json_str(one, "error", NULL), *kind = json_str(one, "kind", "");
    struct aws_where where = where_of(one);
    struct err e = {0};
    struct aws_session *s = aws_session_new(a, &where, NULL, &e);
    int wrong = 0;
    if (error && (s || !strstr(e.text, error) || strcmp(err_kind_name(e.kind), kind) != 0))
        wrong += WRONG("%s (%s)", s ? "a session opened" : e.text, err_kind_name(e.kind));
    else if (!error && !s)
        wrong += WRONG("%s", e.text);
    else if (s)
        wrong += ask_all(name, one, s);
    aws_session_free(s);
    return wrong;
}

static int check_sent(const char *name, const struct script_peer *peer, const json_t *sent)
{
    int wrong = 0;
    if (peer->requests != json_array_size(sent))
        return WRONG("%zu requests, not %zu", peer->requests, json_array_size(sent));
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

static int check(const json_t *one)
{
    const char *name = json_str(one, "name", "?");
    struct err e = {0};
    struct script_peer peer;
    struct aws_case c;
    script_peer_start(&peer, json_arr(one, "replies"));
    auto_free char *url = xasprintf("http://127.0.0.1:%d", peer.port);
    struct http *http = http_new(&(struct http_options){0}, &e);
    aws_case_open_with(&c, one, http, url);
    int wrong = 0;
    for (int64_t i = 0; i < json_int(one, "times", 1); i++)
        wrong += try_session(name, one, c.aws);
    aws_case_close(&c);
    http_free(http);
    script_peer_stop(&peer);
    wrong += check_sent(name, &peer, json_arr(one, "sent"));
    script_peer_done(&peer);
    return wrong;
}

static void the_right_role_is_taken(void **state)
{
    (void)state;
    json_auto_t *cases = aws_cases("roles", 20);
    int wrong = 0;
    size_t i;
    json_t *one;
    json_array_foreach(cases, i, one) wrong += check(one);
    assert_int_equal(wrong, 0);
}

static void lists_are_checked_at_the_start(void **state)
{
    (void)state;
    static const struct {
        const char *first, *second, *error;
    } rows[] = {
        {"arn:aws:iam::111122223333:role/a", "arn:aws:iam::444455556666:role/path/b.c_d", NULL},
        {"arn:aws-us-gov:iam::111122223333:role/a", "arn:aws-cn:iam::444455556666:role/x", NULL},
        {"arn:aws:iam::111122223333:role/a", "arn:aws:iam::111122223333:role/b", "account 111122223333 has a role already"},
        {"arn:aws:iam::111122223333:user/a", NULL, "must look like arn:aws:iam::123456789012:role/name"},
        {"arn:aws:iam::1111222233334:role/a", NULL, "must look like"},
        {"arn:aws:iam::11112222333x:role/a", NULL, "must look like"},
        {"arn:aws:iam::111122223333:role/", NULL, "must look like"},
        {"arn:aws:iam::111122223333:role/a b", NULL, "must look like"},
        {"arn:aws:sts::111122223333:role/a", NULL, "must look like"},
        {"arn:aws:x:iam::111122223333:role/a", NULL, "must look like"},
        {"lake-reader", NULL, "--write-role-arn lake-reader: must look like"},
    };
    const char *const environment[] = {NULL};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err e = {0};
        struct aws_options o = {.write_roles = (const char *const[]){rows[i].first, rows[i].second},
                                .write_role_count = rows[i].second ? 2 : 1};
        struct aws *a = aws_new_with_env(&o, environment, &e);
        if ((a != NULL) == (rows[i].error != NULL) || (rows[i].error && !strstr(e.text, rows[i].error)))
            fail_msg("%s: %s", rows[i].first, e.text);
        assert_int_equal(e.kind, rows[i].error ? ERR_CONFIG : ERR_NONE);
        aws_free(a);
    }
}

static void a_region_that_is_none_is_refused_at_the_start(void **state)
{
    (void)state;
    const char *const environment[] = {NULL};
    struct err e = {0};
    struct aws_options o = {.allowed_regions = (const char *const[]){"*", "evil.example/"}, .allowed_region_count = 2};
    assert_null(aws_new_with_env(&o, environment, &e));
    assert_non_null(strstr(e.text, "--allowed-region: \"evil.example/\" is not an AWS region"));
}

static void session_names_say_who_and_what(void **state)
{
    (void)state;
    static const struct {
        enum aws_access access;
        const char *subject, *name;
    } rows[] = {
        {AWS_READ, NULL, "lakewarden-r"},
        {AWS_WRITE, "", "lakewarden-w"},
        {AWS_READ, "local", "lakewarden-r-local"},
        {AWS_WRITE, "ann@example.com", "lakewarden-w-ann@example.com"},
        {AWS_READ, "6f1d2c3b-aaaa-bbbb-cccc-0123456789ab", "lakewarden-r-6f1d2c3b-aaaa-bbbb-cccc-0123456789ab"},
        {AWS_READ, "ann lee", "lakewarden-r-ann.lee-e4959174"},
        {AWS_READ, "ann/lee", "lakewarden-r-ann.lee-03664b3d"},
        {AWS_READ, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
         "lakewarden-r-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
        {AWS_READ, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
         "lakewarden-r-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-6c1b3dc7"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char name[ROLE_NAME_MAX];
        role_session_name(rows[i].access, rows[i].subject, name);
        assert_string_equal(name, rows[i].name);
    }
}

static void few_sessions_are_kept(void **state)
{
    (void)state;
    struct aws_case c;
    json_auto_t *one = json_pack("{}");
    aws_case_open(&c, one);
    struct role_session *held[ROLE_SESSIONS_KEPT + 10];
    for (size_t i = 0; i < ARRAY_LEN(held); i++) {
        auto_free char *name = xasprintf("lakewarden-r-%zu", i);
        held[i] = role_session_ref(c.aws, "arn:aws:iam::111122223333:role/a", name);
    }
    assert_ptr_equal(role_session_ref(c.aws, "arn:aws:iam::111122223333:role/a", "lakewarden-r-3"), held[3]);
    role_session_unref(c.aws, held[3]);
    /* those in use stay, however many there are */
    assert_int_equal(role_sessions_kept(c.aws), ARRAY_LEN(held));
    for (size_t i = 0; i < ARRAY_LEN(held); i++)
        role_session_unref(c.aws, held[i]);
    assert_int_equal(role_sessions_kept(c.aws), ROLE_SESSIONS_KEPT);
    aws_case_close(&c);
}

int main(void)
{
    json_setup();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_right_role_is_taken),
        cmocka_unit_test(lists_are_checked_at_the_start),
        cmocka_unit_test(a_region_that_is_none_is_refused_at_the_start),
        cmocka_unit_test(session_names_say_who_and_what),
        cmocka_unit_test(few_sessions_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
