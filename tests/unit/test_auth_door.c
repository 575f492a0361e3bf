/* The rest of auth.h: modes, options that are refused, challenges, metadata, the memory, and the fence around libjwt. */
#include "tests/unit/cmocka_all.h"

#include "auth/jwks.h"
#include "auth/memory.h"
#include "auth/rsa.h"
#include "auth/signature.h"
#include "base/json.h"
#include "base/own.h"
#include "tests/auth/door.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static struct mint mint;

/* The document at a path; NULL where there is none. */
static char *page_at(struct auth *a, const char *path)
{
    char *document = NULL;
    enum auth_page page = auth_well_known(a, path, &document);
    assert_int_equal(page, document ? AUTH_PAGE_READY : AUTH_PAGE_NONE);
    return document;
}

static void other_modes_read_no_token(void **state)
{
    (void)state;
    struct auth_options o = {.mode = AUTH_NONE};
    struct caller caller;
    struct err e = {0};
    struct auth *a = auth_new(&o, &e);
    assert_int_equal(auth_check(a, NULL, 0, &caller, &e), AUTH_OK);
    assert_string_equal(caller.subject, "local");
    assert_string_equal(caller.client_id, "");
    assert_int_equal(caller.scopes, SCOPE_ALL);
    assert_true(auth_ready(a));
    assert_false(auth_keys_due(a));
    assert_int_equal(auth_fetch_keys(a, NULL, &e), 0);
    assert_null(page_at(a, "/.well-known/oauth-protected-resource"));
    assert_false(auth_facade_due(a));
    assert_int_equal(auth_fetch_facade(a, NULL, &e), 0);
    auth_free(a);

    o = (struct auth_options){.mode = AUTH_UPSTREAM, .upstream_scopes = SCOPE_READ, .public_url = "https://h/mcp"};
    a = auth_new(&o, &e);
    assert_int_equal(auth_check(a, "Bearer x y z", 12, &caller, &e), AUTH_OK);
    assert_string_equal(caller.subject, "upstream");
    assert_int_equal(caller.scopes, SCOPE_READ);
    assert_null(page_at(a, "/.well-known/oauth-protected-resource"));
    auth_free(a);
}

static void assert_refused(struct auth_options o, const char *reason)
{
    struct err e = {0};
    struct auth *a = auth_new(&o, &e);
    assert_null(a);
    assert_string_equal(e.text, reason);
}

static void unsafe_options_are_refused(void **state)
{
    (void)state;
    static struct http *const some_http = (struct http *)&mint; /* never called here */
    struct auth_options good = door_options(), o = good;
    o.jwks_url = "https://issuer.example/jwks.json";
    o.http = some_http;
    good = o;
    o.client_id_count = 0;
    assert_refused(o, "neither client ids nor an audience: any app of the user pool would be let in");
    o = good, o.issuer = NULL;
    assert_refused(o, "no issuer: name the Cognito user pool or the issuer");
    o = good, o.leeway_s = 301;
    assert_refused(o, "the leeway must be 0 to 300 seconds");
    o = good, o.jwks_url = NULL, o.jwks_file = "/nonexistent/keys.json";
    assert_refused(o, "key set file /nonexistent/keys.json: No such file or directory");
    o = good, o.scope_ids[1] = "two words";
    assert_refused(o, "a scope id must be one word of printable ASCII without quotes");
    o = good, o.scope_ids[1] = "lakewarden/read";
    assert_refused(o, "the scope id lakewarden/read is given twice");
    static const char *const bad_public[] = {"lake.example/mcp", "https://", "https:///mcp", "https://h/mcp?x=1",
                                             "https://h/mcp#x", "https://u@h/mcp", "https://h/\"mcp", "ftp://h/mcp"};
    for (size_t i = 0; i < ARRAY_LEN(bad_public); i++) {
        o = good, o.public_url = bad_public[i];
        assert_refused(o, "the public URL must be http(s)://host[:port]/path, without query or fragment");
    }
    static const char *const bad_keys[] = {NULL, "", "issuer.example", "file:///etc/passwd", "http://issuer.example/jwks",
                                           "http://127.evil.example/", "http://localhost.evil.example/",
                                           "http://127.0.0.1@evil.example/", "https://", "https://h/\r\nx"};
    for (size_t i = 0; i < ARRAY_LEN(bad_keys); i++) {
        o = good, o.jwks_url = bad_keys[i];
        assert_refused(o, "the key set's URL must be https, or http on a loopback address");
    }
    static const char *const good_keys[] = {"https://issuer.example/jwks.json", "http://127.0.0.1:8/j", "http://[::1]:8/j",
                                            "http://localhost/j"};
    for (size_t i = 0; i < ARRAY_LEN(good_keys); i++) {
        o = good, o.jwks_url = good_keys[i];
        struct auth *a = auth_new(&o, NULL);
        assert_non_null(a);
        auth_free(a);
    }
}

static void challenges_say_what_to_do(void **state)
{
    (void)state;
    static const struct {
        const char *public_url;
        enum auth_verdict verdict;
        unsigned needed;
        const char *text;
    } cases[] = {
        {NULL, AUTH_MISSING, 0, "Bearer scope=\"lakewarden/read\""},
        {"https://h/mcp", AUTH_MISSING, 0,
         "Bearer resource_metadata=\"https://h/.well-known/oauth-protected-resource/mcp\", scope=\"lakewarden/read\""},
        {"https://h/mcp", AUTH_INVALID, SCOPE_READ,
         "Bearer error=\"invalid_token\", error_description=\"The access token is expired, or not one for this "
         "server\", resource_metadata=\"https://h/.well-known/oauth-protected-resource/mcp\", scope=\"lakewarden/read\""},
        {NULL, AUTH_MALFORMED, 0,
         "Bearer error=\"invalid_request\", error_description=\"The Authorization header is not one bearer token\", "
         "scope=\"lakewarden/read\""},
        {"https://h/mcp", AUTH_OK, SCOPE_WRITE,
         "Bearer error=\"insufficient_scope\", error_description=\"This needs the scope lakewarden/write\", "
         "resource_metadata=\"https://h/.well-known/oauth-protected-resource/mcp\", scope=\"lakewarden/write\""},
        {NULL, AUTH_OK, SCOPE_READ | SCOPE_WRITE,
         "Bearer error=\"insufficient_scope\", error_description=\"This needs the scope lakewarden/read "
         "lakewarden/write\", scope=\"lakewarden/read lakewarden/write\""},
        {NULL, AUTH_NEEDS_KEYS, 0, ""},
        {"https://h/mcp", AUTH_UNAVAILABLE, 0, ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct auth_options o = door_options();
        o.public_url = cases[i].public_url;
        struct auth *a = door_new(&mint, o);
        auto_buf struct buf out = BUF_INIT(1024);
        auth_challenge(a, cases[i].verdict, cases[i].needed, &out);
        assert_string_equal(buf_text(&out), cases[i].text);
        auth_free(a);
    }
}

static void metadata_is_where_clients_look(void **state)
{
    (void)state;
    static const struct {
        const char *url, *path;
    } cases[] = {
        {"https://lake.example/mcp", "/.well-known/oauth-protected-resource/mcp"},
        {"https://lake.example:8443/public/mcp", "/.well-known/oauth-protected-resource/public/mcp"},
        {"http://127.0.0.1:8080", "/.well-known/oauth-protected-resource"},
        {"https://lake.example/", "/.well-known/oauth-protected-resource"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct auth_options o = door_options();
        o.public_url = cases[i].url;
        struct auth *a = door_new(&mint, o);
        auto_free char *expected = xasprintf(
            "{\"resource\":\"%s\",\"authorization_servers\":[\"https://issuer.example/pool_1\"],\"scopes_supported\":"
            "[\"lakewarden/read\",\"lakewarden/write\"],\"bearer_methods_supported\":[\"header\"],"
            "\"resource_name\":\"lakewarden\"}", cases[i].url);
        auto_free char *own = page_at(a, cases[i].path);
        auto_free char *root = page_at(a, "/.well-known/oauth-protected-resource");
        assert_string_equal(own, expected);
        assert_string_equal(root, expected);
        assert_null(page_at(a, "/.well-known/oauth-protected-resource/other"));
        assert_null(page_at(a, "/.well-known/oauth-authorization-server"));
        assert_null(page_at(a, "/mcp"));
        auth_free(a);
    }
}

/* Where nothing takes the scope to write, no client is told to ask for it: neither by us, nor in the pool's place. */
static void a_read_only_server_asks_for_one_scope(void **state)
{
    (void)state;
    struct auth_options o = door_options();
    o.public_url = "https://lake.example/mcp";
    o.read_only = o.facade = true;
    o.facade_domain = "https://acme.auth.example";
    struct auth *a = door_new(&mint, o);
    static const char *const paths[] = {"/.well-known/oauth-protected-resource", "/.well-known/oauth-authorization-server"};
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        auto_free char *page = page_at(a, paths[i]);
        assert_non_null(strstr(page, "\"scopes_supported\":[\"lakewarden/read\"]"));
    }
    auth_free(a);
}

static void metadata_can_be_left_out(void **state)
{
    (void)state;
    struct auth_options silent = door_options();
    silent.public_url = "https://h/mcp";
    silent.no_metadata = true;
    struct auth_options both[] = {door_options(), silent};
    for (size_t i = 0; i < ARRAY_LEN(both); i++) {
        struct auth *a = door_new(&mint, both[i]);
        assert_null(page_at(a, "/.well-known/oauth-protected-resource/mcp"));
        assert_null(page_at(a, "/.well-known/oauth-protected-resource"));
        auto_buf struct buf out = BUF_INIT(4096);
        auth_challenge(a, AUTH_MISSING, 0, &out);
        assert_string_equal(buf_text(&out), "Bearer scope=\"lakewarden/read\"");
        auth_free(a);
    }
}

static void remembered_until_it_is_dead(void **state)
{
    (void)state;
    struct auth *a = door_new(&mint, door_options());
    auto_buf struct buf token = BUF_INIT(65536);
    mint_token(&mint, NULL, &token);
    static const struct {
        int64_t now_s;
        const char *verdict, *reason;
    } steps[] = {
        {MINT_NOW_S, "ok", ""},
        {MINT_NOW_S + 3600 + 29, "ok", ""},
        {MINT_NOW_S + 3600 + 30, "invalid", "expired 30 s ago"},
        {MINT_NOW_S + 3600 + 95, "invalid", "expired 95 s ago"},
    };
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        struct caller caller;
        struct err e = {0};
        door_set_clock(steps[i].now_s);
        assert_string_equal(verdict_name(door_knock(a, buf_text(&token), &caller, &e)), steps[i].verdict);
        assert_string_equal(e.text, steps[i].reason);
    }
    door_set_clock(MINT_NOW_S);
    auth_free(a);
}

/* A digest whose set is chosen, with `n` to tell it apart. */
static const unsigned char *digest(unsigned set, unsigned n, unsigned char out[MEMORY_DIGEST])
{
    memset(out, 0, MEMORY_DIGEST);
    out[0] = (unsigned char)(set >> 8);
    out[1] = (unsigned char)set;
    memcpy(out + 2, &n, sizeof n);
    return out;
}

static void memory_forgets_the_longest_unused(void **state)
{
    (void)state;
    struct memory *m = memory_new();
    unsigned char d[MEMORY_DIGEST];
    struct caller caller = {.subject = "x", .scopes = SCOPE_READ}, got;
    for (unsigned i = 0; i < 8; i++)
        memory_put(m, digest(7, i, d), 1, 100, &caller);
    for (unsigned i = 0; i < 8; i++)
        assert_true(memory_get(m, digest(7, i, d), 1, 99, &got));
    assert_string_equal(got.subject, "x");
    assert_true(memory_get(m, digest(7, 0, d), 1, 99, &got)); /* now 1 is the longest unused */
    memory_put(m, digest(7, 8, d), 1, 100, &caller);
    assert_true(memory_get(m, digest(7, 0, d), 1, 99, &got));
    assert_false(memory_get(m, digest(7, 1, d), 1, 99, &got));
    assert_false(memory_get(m, digest(8, 0, d), 1, 99, &got));
    assert_false(memory_get(m, digest(7, 2, d), 2, 99, &got));  /* other keys */
    assert_false(memory_get(m, digest(7, 2, d), 1, 99, &got));  /* and gone for good */
    assert_false(memory_get(m, digest(7, 3, d), 1, 100, &got)); /* dead */
    unsigned kept = 0;
    for (unsigned i = 0; i < 3 * MEMORY_TOKENS; i++)
        memory_put(m, digest(i % 512, i, d), 1, 100, &caller);
    for (unsigned i = 0; i < 3 * MEMORY_TOKENS; i++)
        kept += memory_get(m, digest(i % 512, i, d), 1, 99, &got);
    assert_int_equal(kept, MEMORY_TOKENS);
    memory_free(m);
}

static void *knock_often(void *arg)
{
    struct auth *a = arg;
    atomic_int *good = xcalloc(1, sizeof *good);
    for (int i = 0; i < 200; i++) {
        json_auto_t *shape = json_pack("{s:{s:i}}", "claims", "jti", i % 4);
        auto_buf struct buf token = BUF_INIT(65536);
        mint_token(&mint, shape, &token);
        struct caller caller;
        *good += door_knock(a, buf_text(&token), &caller, NULL) == AUTH_OK;
    }
    return good;
}

static void many_threads_knock_at_once(void **state)
{
    (void)state;
    struct auth *a = door_new(&mint, door_options());
    pthread_t threads[4];
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, knock_often, a), 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
        void *good;
        pthread_join(threads[i], &good);
        assert_int_equal(*(atomic_int *)good, 200);
        free(good);
    }
    auth_free(a);
}

/* Behind the header's check there is a second fence: these tokens never get so far through auth_check. */
static void libjwt_is_not_trusted_with_the_algorithm(void **state)
{
    (void)state;
    static const struct {
        const char *alg, *sign, *reason;
    } cases[] = {
        {"RS256", "rs256", ""},
        {"HS256", "hs256-pem", "the signature is not RS256"}, /* libjwt says yes to this one */
        {"HS256", "hs256-der", "the signature does not match"},
        {"none", "none", "the signature does not match"},
        {"RS512", "rs512", "the signature is not RS256"},
        {"RS256", "rs256-b", "the signature does not match"},
    };
    size_t n;
    auto_free char *text = mint_jwks_text(&mint, &n);
    struct jwks *set = jwks_parse(text, n, NULL);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        json_auto_t *shape =
            json_pack("{s:{s:s,s:s},s:s}", "header", "kid", "a", "alg", cases[i].alg, "sign", cases[i].sign);
        auto_buf struct buf token = BUF_INIT(65536);
        mint_token(&mint, shape, &token);
        struct err e = {0};
        int rc = token_signature_check(buf_text(&token), jwks_find(set, "a")->pem, &e);
        assert_string_equal(e.text, cases[i].reason);
        assert_int_equal(rc, i == 0 ? 0 : -1);
        bool holds = strcmp(cases[i].sign, "rs256") == 0;
        assert_int_equal(rsa_signature_check(token.data, token.len, jwks_find(set, "a")->pkey, NULL), holds ? 0 : -1);
        struct err keyless = {0};
        assert_int_equal(token_signature_check(buf_text(&token), NULL, &keyless), -1);
        assert_int_equal(token_signature_check(buf_text(&token), "", &keyless), -1);
    }
    jwks_unref(set);
}

int main(void)
{
    json_setup();
    mint_init(&mint);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(other_modes_read_no_token),
        cmocka_unit_test(unsafe_options_are_refused),
        cmocka_unit_test(challenges_say_what_to_do),
        cmocka_unit_test(metadata_is_where_clients_look),
        cmocka_unit_test(a_read_only_server_asks_for_one_scope),
        cmocka_unit_test(metadata_can_be_left_out),
        cmocka_unit_test(remembered_until_it_is_dead),
        cmocka_unit_test(memory_forgets_the_longest_unused),
        cmocka_unit_test(many_threads_knock_at_once),
        cmocka_unit_test(libjwt_is_not_trusted_with_the_algorithm),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    mint_done(&mint);
    return failed;
}
