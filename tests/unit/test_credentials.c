/* Where keys come from: the chain of providers over files and variables, and roles asked of STS. */
#include "tests/unit/cmocka_all.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "tests/unit/aws_case.h"
#include "tests/unit/loopback.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Returns how much is wrong with one case, having said what. */
static int check(const json_t *one)
{
    struct aws_case c;
    aws_case_open(&c, one);
    struct err e = {0};
    auto_credentials struct aws_credentials got = {0};
    int rc = credentials_get(c.aws->credentials, NULL, &got, &e);
    const char *error = json_str(one, "error", NULL), *key = json_str(one, "key", NULL);
    auto_free char *secret = key ? xasprintf("%s-secret", key) : NULL;
    bool right = error ? rc && strstr(e.text, error) && !got.access_key_id
                       : !rc && same(got.access_key_id, key) && same(got.secret_access_key, secret) &&
                             same(got.session_token, json_str(one, "token", NULL)) &&
                             same(got.provider, json_str(one, "provider", NULL)) &&
                             got.expires_wall_ms == INT64_MAX;
    if (!right)
        print_error("%s: %s%s by %s\n", json_str(one, "name", "?"), e.text,
                    got.access_key_id ? got.access_key_id : "", got.provider ? got.provider : "nobody");
    aws_case_close(&c);
    return !right;
}

static void the_chain_is_asked_in_order(void **state)
{
    (void)state;
    json_auto_t *cases = aws_cases("providers", 35);
    int wrong = 0;
    size_t i;
    json_t *one;
    json_array_foreach(cases, i, one) wrong += check(one);
    assert_int_equal(wrong, 0);
}

static void key_is(struct aws_case *c, const char *id)
{
    struct err e = {0};
    auto_credentials struct aws_credentials got = {0};
    if (credentials_get(c->aws->credentials, NULL, &got, &e))
        fail_msg("%s", e.text);
    assert_string_equal(got.access_key_id, id);
}

static void rotated_keys_are_picked_up(void **state)
{
    (void)state;
    json_auto_t *one =
        json_pack("{s:s}", "credentials", "[default]\naws_access_key_id=OLD\naws_secret_access_key=x\n");
    struct aws_case c;
    aws_case_open(&c, one);
    key_is(&c, "OLD");
    aws_case_write(&c, "credentials", "[default]\naws_access_key_id=NEW\naws_secret_access_key=x\n");
    key_is(&c, "NEW");
    aws_case_write(&c, "config", "[default]\nregion=eu-west-1\n");
    key_is(&c, "NEW");
    aws_case_close(&c);
}

static void the_report_names_each_provider(void **state)
{
    (void)state;
    json_auto_t *one =
        json_pack("{s:s}", "credentials", "[default]\naws_access_key_id=A\naws_secret_access_key=hidden\n");
    struct aws_case c;
    aws_case_open(&c, one);
    json_auto_t *report = aws_credentials_report(c.aws, NULL);
    assert_int_equal(json_array_size(report), 6);
    assert_string_equal(json_str(json_array_get(report, 0), "provider", ""), "environment");
    assert_string_equal(json_str(json_array_get(report, 0), "result", ""), "absent");
    assert_string_equal(json_str(json_array_get(report, 5), "provider", ""), "credentials-file");
    assert_string_equal(json_str(json_array_get(report, 5), "result", ""), "found");
    auto_free char *text = json_text(report, NULL);
    assert_null(strstr(text, "hidden"));
    aws_case_close(&c);
}

/* A chain of two roles that begins with keys of the credentials file; both are asked of the peer. */
static const char roles[] = "[profile far]\nrole_arn = arn:aws:iam::2:role/far\nsource_profile = near\n"
                            "external_id = e/1\nduration_seconds = 1800\nrole_session_name = night\n"
                            "[profile near]\nrole_arn = arn:aws:iam::1:role/near\nsource_profile = keys\n"
                            "region = eu-west-1\n";

static char *sts_answer(const char *key, int64_t expires_wall_ms)
{
    char expires[CLOCK_TEXT_MAX];
    clock_rfc3339(expires_wall_ms, expires);
    auto_free char *body = xasprintf(
        "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult><Credentials>"
        "<AccessKeyId>%s</AccessKeyId><SecretAccessKey>%s-secret</SecretAccessKey><SessionToken>token+/=</SessionToken>"
        "<Expiration>%s</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>",
        key, key, expires);
    return xasprintf("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %zu\r\n\r\n%s",
                     strlen(body), body);
}

/* Opens a world whose STS is the peer. */
static void open_roles(struct aws_case *c, const struct loopback *l, struct http *http, const char *config,
                       const char *flag)
{
    auto_free char *url = xasprintf("AWS_ENDPOINT_URL_STS=%s", l->url);
    json_auto_t *one =
        json_pack("{s:[s,s,s,s], s:s, s:s, s:s}", "env", url, "AWS_REGION=eu-west-2", "AWS_ACCESS_KEY_ID=ENV",
                  "AWS_SECRET_ACCESS_KEY=x", "config", config, "credentials",
                  "[keys]\naws_access_key_id=KEYS\naws_secret_access_key=x\n", "flag", flag);
    aws_case_open_with(c, one, http, NULL);
}

static void roles_lead_to_one_another(void **state)
{
    (void)state;
    struct err e = {0};
    struct http *http = http_new(&(struct http_options){0}, &e);
    int64_t expires = clock_wall_ms() / 1000 * 1000 + 3600 * 1000;
    auto_free char *answer = sts_answer("ROLE", expires);
    struct loopback l;
    loopback_start(&l, (struct loopback_answer){.bytes = answer});
    struct aws_case c;
    open_roles(&c, &l, http, roles, "far");

    auto_credentials struct aws_credentials got = {0};
    if (credentials_get(c.aws->credentials, NULL, &got, &e))
        fail_msg("%s", e.text);
    assert_string_equal(got.access_key_id, "ROLE");
    assert_string_equal(got.secret_access_key, "ROLE-secret");
    assert_string_equal(got.session_token, "token+/=");
    assert_string_equal(got.provider, "assume-role");
    assert_int_equal(got.expires_wall_ms, expires);
    assert_int_equal(loopback_count(&l, &l.requests), 2);
    /* the second, of the role far, signed with what the first gave, for the default region: far itself has none */
    assert_non_null(strstr(l.last, "Action=AssumeRole&"));
    assert_non_null(strstr(l.last, "RoleArn=arn%3Aaws%3Aiam%3A%3A2%3Arole%2Ffar"));
    assert_non_null(strstr(l.last, "RoleSessionName=night"));
    assert_non_null(strstr(l.last, "ExternalId=e%2F1"));
    assert_non_null(strstr(l.last, "DurationSeconds=1800"));
    assert_non_null(strstr(l.last, "Credential=ROLE/"));
    assert_non_null(strstr(l.last, "/eu-west-2/sts/aws4_request"));
    key_is(&c, "ROLE");
    assert_int_equal(loopback_count(&l, &l.requests), 2);

    aws_case_close(&c);
    http_free(http);
    loopback_stop(&l);
}

static void a_role_of_the_environment(void **state)
{
    (void)state;
    struct err e = {0};
    struct http *http = http_new(&(struct http_options){0}, &e);
    auto_free char *answer = sts_answer("ROLE", clock_wall_ms() + 3600 * 1000);
    struct loopback l;
    loopback_start(&l, (struct loopback_answer){.bytes = answer});
    struct aws_case c;
    open_roles(
        &c, &l, http,
        "[profile r]\nrole_arn = arn:aws:iam::1:role/r\ncredential_source = Environment\nregion = eu-west-1\n",
        "r");
    key_is(&c, "ROLE");
    assert_non_null(strstr(l.last, "Credential=ENV/"));
    assert_non_null(strstr(l.last, "/eu-west-1/sts/aws4_request"));
    assert_non_null(strstr(l.last, "RoleSessionName=lakewarden-"));
    aws_case_close(&c);
    http_free(http);
    loopback_stop(&l);
}

static void a_role_that_is_refused(void **state)
{
    (void)state;
    static const char body[] =
        "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User KEYS is not "
        "authorized to perform: sts:AssumeRole</Message></Error></ErrorResponse>";
    struct err e = {0};
    struct http *http = http_new(&(struct http_options){0}, &e);
    auto_free char *answer =
        xasprintf("HTTP/1.1 403 Forbidden\r\nContent-Length: %zu\r\n\r\n%s", strlen(body), body);
    struct loopback l;
    loopback_start(&l, (struct loopback_answer){.bytes = answer});
    struct aws_case c;
    open_roles(&c, &l, http, roles, "near");
    struct aws_credentials got = {0};
    assert_int_equal(credentials_get(c.aws->credentials, NULL, &got, &e), -1);
    assert_int_equal(e.kind, ERR_DENIED);
    assert_non_null(strstr(e.text, "role of profile near: "));
    assert_non_null(strstr(e.text, "User KEYS is not authorized to perform: sts:AssumeRole"));
    json_auto_t *report = aws_credentials_report(c.aws, NULL);
    assert_string_equal(json_str(json_array_get(report, 2), "result", ""), "failed");
    aws_case_close(&c);
    http_free(http);
    loopback_stop(&l);
}

int main(void)
{
    json_setup();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_chain_is_asked_in_order),    cmocka_unit_test(rotated_keys_are_picked_up),
        cmocka_unit_test(the_report_names_each_provider), cmocka_unit_test(roles_lead_to_one_another),
        cmocka_unit_test(a_role_of_the_environment),      cmocka_unit_test(a_role_that_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
