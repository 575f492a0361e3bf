/* The metadata that stand in for Cognito's: what they say, where from, and what becomes of a pool that answers badly. */
#include "tests/unit/cmocka_all.h"

#include "auth/facade.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tests/auth/door.h"
#include "tests/unit/loopback.h"

#include <stdlib.h>
#include <string.h>

static struct mint mint;
static struct http *http;
static _Atomic int64_t mono = 1000000;

static int64_t fake_mono_ms(void)
{
    return mono;
}

/* A pool on loopback, and what stands in for it. */
struct site {
    struct loopback peer;
    struct facade *facade;
};

static void say_json(struct site *s, const char *body)
{
    loopback_say(&s->peer, xasprintf("HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s", strlen(body), body), LOOPBACK_CLOSE);
}

/* A configuration as Cognito has it; members of `changes` replace its own, null takes one away. */
static void say_config(struct site *s, const char *changes)
{
    auto_free char *text = xasprintf(
        "{\"authorization_endpoint\":\"https://acme.auth.example/oauth2/authorize\",\"end_session_endpoint\":"
        "\"https://acme.auth.example/logout\",\"issuer\":\"%s\",\"jwks_uri\":\"%s/.well-known/jwks.json\","
        "\"response_types_supported\":[\"code\",\"token\"],\"revocation_endpoint\":\"https://acme.auth.example/oauth2/revoke\","
        "\"scopes_supported\":[\"openid\",\"phone\"],\"token_endpoint\":\"https://acme.auth.example/oauth2/token\"}",
        s->peer.url, s->peer.url);
    json_auto_t *config = json_parse(text, strlen(text), 8, NULL);
    json_auto_t *more = json_parse(changes, strlen(changes), 8, NULL);
    assert_int_equal(json_object_update(config, more), 0);
    const char *name;
    json_t *value;
    void *next;
    json_object_foreach_safe(config, next, name, value)
        if (json_is_null(value))
            json_object_del(config, name);
    auto_free char *body = json_text(config, NULL);
    say_json(s, body);
}

static struct facade *facade_at(const char *issuer, const char *domain)
{
    struct facade_options o = {.origin = "https://lake.example:8443", .issuer = issuer, .domain = domain, .http = http,
                               .read = "lakewarden/read", .write = "lakewarden/write", .mono_ms = fake_mono_ms};
    struct err e = {0};
    struct facade *f = facade_new(&o, &e);
    if (!f)
        fail_msg("facade_new: %s", e.text);
    return f;
}

static void site_open(struct site *s)
{
    *s = (struct site){0};
    loopback_start(&s->peer, (struct loopback_answer){.then = LOOPBACK_CLOSE});
    s->facade = facade_at(s->peer.url, NULL);
}

static void site_close(struct site *s)
{
    facade_free(s->facade);
    loopback_stop(&s->peer);
}

#define DOCUMENT(revoke)                                                                                                       \
    "{\"issuer\":\"https://lake.example:8443\",\"authorization_endpoint\":\"https://acme.auth.example/oauth2/authorize\","     \
    "\"token_endpoint\":\"https://acme.auth.example/oauth2/token\"," revoke "\"jwks_uri\":\"%s/.well-known/jwks.json\","       \
    "\"scopes_supported\":[\"lakewarden/read\",\"lakewarden/write\"],\"response_types_supported\":[\"code\"],"                 \
    "\"grant_types_supported\":[\"authorization_code\",\"refresh_token\",\"client_credentials\"],"                             \
    "\"token_endpoint_auth_methods_supported\":[\"none\",\"client_secret_post\",\"client_secret_basic\"],"                     \
    "\"code_challenge_methods_supported\":[\"S256\"]}"
#define REVOKE "\"revocation_endpoint\":\"https://acme.auth.example/oauth2/revoke\","

static void assert_document(struct facade *f, const char *expected)
{
    auto_free char *document = facade_document(f);
    assert_non_null(document);
    assert_string_equal(document, expected);
}

static void endpoints_are_the_pools(void **state)
{
    (void)state;
    struct site s;
    site_open(&s);
    assert_null(facade_document(s.facade));
    assert_true(facade_due(s.facade));
    say_config(&s, "{}");
    struct err e = {0};
    assert_int_equal(facade_fetch(s.facade, NULL, &e), 0);
    assert_true(text_starts(s.peer.last, "GET /.well-known/openid-configuration HTTP/1.1\r\n"));
    auto_free char *whole = xasprintf(DOCUMENT(REVOKE), s.peer.url);
    assert_document(s.facade, whole);
    assert_false(facade_due(s.facade));
    assert_int_equal(facade_fetch(s.facade, NULL, &e), 0); /* not due: nobody is asked */
    mono += FACADE_AGE_MAX_MS - 1;
    assert_false(facade_due(s.facade));
    mono += 1;
    assert_true(facade_due(s.facade));
    say_config(&s, "{\"revocation_endpoint\":null}");
    assert_int_equal(facade_fetch(s.facade, NULL, &e), 0);
    auto_free char *without = xasprintf(DOCUMENT(""), s.peer.url);
    assert_document(s.facade, without);
    assert_int_equal(loopback_count(&s.peer, &s.peer.requests), 2);
    site_close(&s);
}

/* What a pool may not say: the old document stays, and the reason tells what was wrong. */
static void bad_configurations_are_not_taken(void **state)
{
    (void)state;
    static const struct {
        const char *changes, *reason;
    } cases[] = {
        {"{\"issuer\":\"https://other.example\"}", "it is of another issuer"},
        {"{\"issuer\":null}", "it is of another issuer"},
        {"{\"token_endpoint\":null}", "it names no token_endpoint"},
        {"{\"token_endpoint\":7}", "it names no token_endpoint"},
        {"{\"authorization_endpoint\":null}", "it names no authorization_endpoint"},
        {"{\"jwks_uri\":null}", "it names no jwks_uri"},
        {"{\"revocation_endpoint\":7}", "it names no revocation_endpoint"},
        {"{\"token_endpoint\":\"http://acme.auth.example/oauth2/token\"}", "its token_endpoint is no https URL"},
        {"{\"authorization_endpoint\":\"javascript:alert(1)\"}", "its authorization_endpoint is no https URL"},
        {"{\"authorization_endpoint\":\"https://acme@evil.example/\"}", "its authorization_endpoint is no https URL"},
        {"{\"authorization_endpoint\":\"https://acme.auth.example/a b\"}", "its authorization_endpoint is no https URL"},
        {"{\"authorization_endpoint\":\"https://acme.auth.example/\\\"\"}", "its authorization_endpoint is no https URL"},
        {"{\"authorization_endpoint\":\"https://acme.auth.example/#x\"}", "its authorization_endpoint is no https URL"},
        {"{\"authorization_endpoint\":\"https://acme.auth.example/`id`\"}", "its authorization_endpoint is no https URL"},
        {"{\"authorization_endpoint\":\"https://acme.auth.example/|id\"}", "its authorization_endpoint is no https URL"},
        {"{\"authorization_endpoint\":\"https://acme.auth.example/<b>\"}", "its authorization_endpoint is no https URL"},
        {"{\"authorization_endpoint\":\"https://acme.auth.example/\\u00fc\"}", "its authorization_endpoint is no https URL"},
        {"{\"authorization_endpoint\":\"https://acme.auth.example/\\u0000\"}", ""},
        {"{\"revocation_endpoint\":\"ftp://acme.auth.example/\"}", "its revocation_endpoint is no https URL"},
    };
    struct site s;
    site_open(&s);
    say_config(&s, "{}");
    assert_int_equal(facade_fetch(s.facade, NULL, NULL), 0);
    auto_free char *good = xasprintf(DOCUMENT(REVOKE), s.peer.url);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        mono += FACADE_AGE_MAX_MS;
        say_config(&s, cases[i].changes);
        struct err e = {0};
        assert_int_equal(facade_fetch(s.facade, NULL, &e), -1);
        assert_true(text_starts(e.text, "the pool's configuration at http://127.0.0.1:"));
        assert_non_null(strstr(e.text, cases[i].reason));
        assert_document(s.facade, good);
    }
    mono += FACADE_PENALTY_MS - 1;
    assert_false(facade_due(s.facade));
    mono += 1;
    assert_true(facade_due(s.facade));
    say_config(&s, "{}");
    assert_int_equal(facade_fetch(s.facade, NULL, NULL), 0);
    assert_false(facade_due(s.facade));
    site_close(&s);
}

static void failures_are_tried_again_soon(void **state)
{
    (void)state;
    static const char *const replies[] = {
        "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n<html></html>",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
        "HTTP/1.1 200 OK\r\nContent-Length: 400000\r\n\r\n{",
        "nonsense\r\n\r\n",
    };
    struct site s;
    site_open(&s);
    for (size_t i = 0; i < ARRAY_LEN(replies); i++) {
        loopback_say(&s.peer, xstrdup(replies[i]), LOOPBACK_CLOSE);
        struct err e = {0};
        assert_true(facade_due(s.facade));
        assert_int_equal(facade_fetch(s.facade, NULL, &e), -1);
        assert_true(e.kind);
        assert_null(facade_document(s.facade));
        assert_false(facade_due(s.facade));
        mono += FACADE_PENALTY_NONE_MS;
    }
    site_close(&s);
}

static void a_domain_makes_asking_needless(void **state)
{
    (void)state;
    static const char *const domains[] = {"https://acme.auth.example", "https://acme.auth.example/"};
    for (size_t i = 0; i < ARRAY_LEN(domains); i++) {
        struct facade *f = facade_at("https://issuer.example/pool_1", domains[i]);
        assert_false(facade_due(f));
        assert_int_equal(facade_fetch(f, NULL, NULL), 0);
        auto_free char *expected = xasprintf(DOCUMENT(REVOKE), "https://issuer.example/pool_1");
        assert_document(f, expected);
        facade_free(f);
    }
}

static void unfit_addresses_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *origin, *issuer, *domain, *reason;
    } cases[] = {
        {"http://h.example", "https://issuer.example/pool_1", NULL, "for clients to sign in through us the public URL must be"},
        {"http://h.example:8080", "https://issuer.example/pool_1", "https://acme.auth.example",
         "for clients to sign in through us the public URL must be"},
        {"https://h", "http://issuer.example/pool_1", NULL, "for clients to sign in through us the issuer must be"},
        {"https://h", "not a URL", NULL, "for clients to sign in through us the issuer must be"},
        {"https://h", "https://issuer.example/pool_1", "http://acme.auth.example", "the sign-in domain must be https://host"},
        {"https://h", "https://issuer.example/pool_1", "acme.auth.example", "the sign-in domain must be https://host"},
        {"https://h", "https://issuer.example/pool_1", "https://acme.auth.example/oauth2",
         "the sign-in domain must be https://host"},
        {"https://h", "https://issuer.example/pool_1", "https://acme.auth.example?x", "the sign-in domain must be https://host"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct facade_options o = {.origin = cases[i].origin, .issuer = cases[i].issuer,
                                   .domain = cases[i].domain, .http = http, .read = "r", .write = "w"};
        struct err e = {0};
        assert_null(facade_new(&o, &e));
        assert_int_equal(e.kind, ERR_CONFIG);
        assert_true(text_starts(e.text, cases[i].reason));
    }
}

/* The door as a whole: who is named as authorization server, and where its metadata stand. */
static void the_door_names_us(void **state)
{
    (void)state;
    struct auth_options o = door_options();
    o.public_url = "https://lake.example:8443/public/mcp";
    o.facade = true;
    o.facade_domain = "https://acme.auth.example";
    struct auth *a = door_new(&mint, o);
    auto_free char *resource = NULL, *server = NULL, *none = NULL;
    assert_int_equal(auth_well_known(a, "/.well-known/oauth-protected-resource/public/mcp", &resource), AUTH_PAGE_READY);
    assert_non_null(strstr(resource, "\"authorization_servers\":[\"https://lake.example:8443\"]"));
    assert_int_equal(auth_well_known(a, "/.well-known/oauth-authorization-server", &server), AUTH_PAGE_READY);
    auto_free char *expected = xasprintf(DOCUMENT(REVOKE), o.issuer);
    assert_string_equal(server, expected);
    /* there they would be of another issuer (RFC 8414 section 3.3), or of an OpenID provider */
    assert_int_equal(auth_well_known(a, "/.well-known/oauth-authorization-server/public/mcp", &none), AUTH_PAGE_NONE);
    assert_int_equal(auth_well_known(a, "/.well-known/openid-configuration", &none), AUTH_PAGE_NONE);
    assert_null(none);
    auth_free(a);
    o.facade_domain = NULL;
    o.http = http;
    a = door_new(&mint, o);
    assert_int_equal(auth_well_known(a, "/.well-known/oauth-authorization-server", &none), AUTH_PAGE_LATER);
    assert_true(auth_facade_due(a));
    auth_free(a);
    o.public_url = NULL;
    o.jwks_url = "https://issuer.example/jwks.json";
    struct err e = {0};
    assert_null(auth_new(&o, &e));
    assert_string_equal(e.text, "clients can sign in through us only where they are told our public URL");
}

int main(void)
{
    json_setup();
    mint_init(&mint);
    http = http_new(&(struct http_options){0}, NULL);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(endpoints_are_the_pools),
        cmocka_unit_test(bad_configurations_are_not_taken),
        cmocka_unit_test(failures_are_tried_again_soon),
        cmocka_unit_test(a_domain_makes_asking_needless),
        cmocka_unit_test(unfit_addresses_are_refused),
        cmocka_unit_test(the_door_names_us),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    http_free(http);
    mint_done(&mint);
    return failed;
}
