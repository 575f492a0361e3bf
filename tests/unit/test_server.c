/* The pure parts of the server: ids found in broken messages, lines, versions, hosts, sessions. */
#include "tests/unit/cmocka_all.h"
#include "tests/unit/table.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "server/client.h"
#include "server/id_scan.h"
#include "server/lines.h"
#include "server/session.h"
#include "server/version.h"
#include "server/web_hosts.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Feeds the text in pieces of that size. */
static json_t *id_of(const char *text, size_t n, size_t piece)
{
    struct id_scan scan = {0};
    for (size_t at = 0; at < n; at += piece)
        id_scan_feed(&scan, text + at, n - at < piece ? n - at : piece);
    return id_scan_result(&scan);
}

static void ids_are_found(void **state)
{
    (void)state;
    json_auto_t *table = table_load("unit/server/ids", 25);
    size_t i;
    json_t *row;
    json_array_foreach(table, i, row) {
        const char *text = json_str(row, "text", NULL);
        for (size_t piece = 1; piece <= strlen(text) + 1; piece++) {
            json_auto_t *id = id_of(text, strlen(text), piece);
            const json_t *want = json_object_get(row, "id");
            if (want ? !json_equal(id, want) : id != NULL)
                fail_msg("%s, in pieces of %zu", json_str(row, "name", "?"), piece);
        }
    }
}

static void an_id_has_a_ceiling(void **state)
{
    (void)state;
    for (size_t n = 250; n < 400; n++) {
        auto_free char *text = xasprintf("{\"method\":\"x\",\"id\":\"%0*d\"}", (int)n, 0);
        json_auto_t *id = id_of(text, strlen(text), 64);
        assert_int_equal(id != NULL, n <= 256);
    }
}

struct heard {
    struct buf all; /* each line and "|"; of one too long its id or "?" and "!" */
};

static void hear(void *ctx, const char *line, size_t n, const struct id_scan *overlong)
{
    struct heard *h = ctx;
    json_auto_t *id = overlong ? id_scan_result(overlong) : NULL;
    if (overlong)
        buf_addf(&h->all, "%d!", id ? (int)json_integer_value(id) : -1);
    else
        buf_addf(&h->all, "%.*s|", (int)n, line);
}

static void lines_are_split_anyhow(void **state)
{
    (void)state;
    static const char bytes[] = "one\n\ntwo\r\n\r\n{\"id\":5,\"method\":\"a long one\"}\nthree\n0123456789abcdef\n0123456789abcdefg\nlast";
    for (size_t piece = 1; piece <= sizeof bytes; piece++) {
        struct lines l;
        struct heard h = {.all = BUF_INIT(4096)};
        lines_init(&l, 16);
        for (size_t at = 0; at < sizeof bytes - 1; at += piece)
            lines_feed(&l, bytes + at, sizeof bytes - 1 - at < piece ? sizeof bytes - 1 - at : piece, hear, &h);
        lines_end(&l, hear, &h);
        lines_end(&l, hear, &h);
        assert_string_equal(buf_text(&h.all), "one|two|5!three|0123456789abcdef|-1!last|");
        lines_done(&l);
        buf_done(&h.all);
    }
}

static void a_long_line_may_be_the_last(void **state)
{
    (void)state;
    struct lines l;
    struct heard h = {.all = BUF_INIT(4096)};
    lines_init(&l, 4);
    lines_feed(&l, "{\"id\":9,\"method\":1}", 19, hear, &h);
    lines_end(&l, hear, &h);
    assert_string_equal(buf_text(&h.all), "9!");
    lines_done(&l);
    buf_done(&h.all);
}

static void versions_are_negotiated(void **state)
{
    (void)state;
    for (int v = 0; v < VERSION_COUNT; v++) {
        assert_int_equal(version_of(version_text((enum version)v)), v);
        bool modern = version_is_modern((enum version)v);
        assert_int_equal(version_negotiate(version_text((enum version)v)), modern ? VERSION_2025_11_25 : v);
    }
    static const char *const strange[] = {"", "2024-11-05", "2025-11-25 ", "2031-01-01", "latest"};
    for (size_t i = 0; i < ARRAY_LEN(strange); i++) {
        assert_int_equal(version_of(strange[i]), VERSION_UNKNOWN);
        assert_int_equal(version_negotiate(strange[i]), VERSION_2025_11_25);
    }
}

/* Borrowed texts of a member that is a list. Free the array. */
static const char **texts_of(const json_t *row, const char *member, size_t *count)
{
    const json_t *list = json_object_get(row, member);
    *count = json_array_size(list);
    const char **texts = xcalloc(*count + 1, sizeof *texts);
    for (size_t i = 0; i < *count; i++)
        texts[i] = json_string_value(json_array_get(list, i));
    return texts;
}

static void judge_all(const json_t *row, const struct web_options *o, const char *member, bool origins, bool wanted)
{
    size_t n;
    auto_free const char **texts = texts_of(row, member, &n);
    for (size_t i = 0; i < n; i++)
        if ((origins ? web_origin_allowed(o, texts[i]) : web_host_allowed(o, texts[i])) != wanted)
            fail_msg("%s: %s: \"%s\"", json_str(row, "name", "?"), member, texts[i]);
}

static void hosts_and_origins(void **state)
{
    (void)state;
    json_auto_t *table = table_load("unit/server/hosts", 10);
    size_t i;
    json_t *row;
    json_array_foreach(table, i, row) {
        struct web_options o = {.listen = json_str(row, "listen", NULL), .public_url = json_str(row, "public_url", NULL)};
        auto_free const char **hosts = texts_of(row, "allowed_hosts", &o.allowed_host_count);
        auto_free const char **origins = texts_of(row, "allowed_origins", &o.allowed_origin_count);
        o.allowed_hosts = hosts;
        o.allowed_origins = origins;
        assert_true(web_origin_allowed(&o, NULL));
        judge_all(row, &o, "host", false, true);
        judge_all(row, &o, "no_host", false, false);
        judge_all(row, &o, "origin", true, true);
        judge_all(row, &o, "no_origin", true, false);
    }
}

static const struct caller alice = {.subject = "alice", .client_id = "app"};

/* A key file that a test may remove; what it holds is `secret`. */
static const char secret[] = "0123456789abcdef0123456789abcdef";

static char *key_file(const char *text)
{
    char *path = xasprintf("%s/lakewarden-key-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : P_tmpdir);
    int fd = mkstemp(path);
    assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    return path;
}

static void a_session_is_its_callers(void **state)
{
    (void)state;
    struct err e = {0};
    struct session out;
    struct secret *secrets[] = {secret_new(NULL, &e), secret_new(NULL, &e)};
    struct sessions *s = sessions_new(secrets[0]), *other = sessions_new(secrets[1]);
    auto_free char *id = session_mint(s, VERSION_2025_06_18, CLIENT_SAMPLES, &alice);
    auto_free char *again = session_mint(s, VERSION_2025_06_18, CLIENT_SAMPLES, &alice);
    assert_string_not_equal(id, again);
    assert_true(session_open(s, id, &alice, &out));
    assert_int_equal(out.version, VERSION_2025_06_18);
    assert_int_equal(out.client_can, CLIENT_SAMPLES);
    assert_int_equal(strlen(out.nonce), 32);
    assert_false(session_open(other, id, &alice, &out));
    struct caller bob = {.subject = "bob", .client_id = "app"}, elsewhere = {.subject = "alice", .client_id = "other"};
    struct caller shifted = {.subject = "alice\napp", .client_id = ""};
    assert_false(session_open(s, id, &bob, &out));
    assert_false(session_open(s, id, &elsewhere, &out));
    assert_false(session_open(s, id, &shifted, &out));
    sessions_free(s);
    sessions_free(other);
    secret_free(secrets[0]);
    secret_free(secrets[1]);
}

static void a_tampered_session_is_none(void **state)
{
    (void)state;
    struct err e = {0};
    struct session out;
    struct secret *kept = secret_new(NULL, &e);
    struct sessions *s = sessions_new(kept);
    auto_free char *id = session_mint(s, VERSION_2025_03_26, CLIENT_SAMPLES, &alice);
    for (size_t i = 0; id[i]; i++) {
        char was = id[i];
        id[i] = was == 'A' ? 'B' : 'A';
        assert_false(session_open(s, id, &alice, &out));
        id[i] = '\0';
        assert_false(session_open(s, id, &alice, &out));
        id[i] = was;
    }
    auto_free char *longer = xasprintf("%sAAAA", id);
    assert_false(session_open(s, longer, &alice, &out));
    assert_true(session_open(s, id, &alice, &out));
    sessions_free(s);
    secret_free(kept);
}

/* The id with its expiry moved and its seal made anew, as only the holder of the key can. */
static char *moved_expiry(const char *id, int64_t expires_s)
{
    struct buf bytes = BUF_INIT(256), text = BUF_INIT(256);
    assert_int_equal(text_b64url_decode(id, strlen(id), &bytes), 0);
    for (int i = 0; i < 8; i++)
        bytes.data[4 + i] = (char)(unsigned char)((uint64_t)expires_s >> (56 - 8 * i));
    size_t sealed = bytes.len - 32;
    unsigned n;
    unsigned char key[32];
    HMAC(EVP_sha256(), secret, sizeof secret - 1, (const unsigned char *)"session id", 10, key, &n);
    HMAC(EVP_sha256(), key, sizeof key, (unsigned char *)bytes.data, sealed, (unsigned char *)bytes.data + sealed, &n);
    text_b64url_encode(bytes.data, bytes.len, &text);
    buf_done(&bytes);
    return buf_steal(&text, NULL);
}

static void a_session_expires(void **state)
{
    (void)state;
    struct err e = {0};
    struct session out;
    auto_free char *path = key_file(secret);
    struct secret *secrets[] = {secret_new(path, &e), secret_new(path, &e)};
    struct sessions *s = sessions_new(secrets[0]), *other_instance = sessions_new(secrets[1]);
    unlink(path);
    auto_free char *id = session_mint(s, VERSION_2025_11_25, CLIENT_SAMPLES, &alice);
    assert_true(session_open(other_instance, id, &alice, &out));
    int64_t now_s = clock_wall_ms() / 1000;
    auto_free char *alive = moved_expiry(id, now_s + 60), *dead = moved_expiry(id, now_s - 1), *far = moved_expiry(id, -1);
    assert_true(session_open(s, alive, &alice, &out));
    assert_false(session_open(s, dead, &alice, &out));
    assert_false(session_open(s, far, &alice, &out));
    sessions_free(s);
    sessions_free(other_instance);
    secret_free(secrets[0]);
    secret_free(secrets[1]);
}

static void what_is_sealed_opens_for_its_purpose_alone(void **state)
{
    (void)state;
    struct err e = {0};
    struct secret *s = secret_new(NULL, &e), *other = secret_new(NULL, &e);
    struct crypto_bytes alices = {"alice", 5}, in = {"kept", 4};
    auto_free char *text = seal_make(s, "test", alices, in), *again = seal_make(s, "test", alices, in);
    assert_string_not_equal(text, again);
    size_t n = strlen(text);
    auto_buf struct buf out = BUF_INIT(100);
    assert_int_equal(seal_open(s, "test", alices, text, n, &out), 0);
    assert_string_equal(buf_text(&out), "kept");
    assert_int_equal(seal_open(s, "rest", alices, text, n, &out), -1);
    assert_int_equal(seal_open(s, "test", (struct crypto_bytes){"bob", 3}, text, n, &out), -1);
    assert_int_equal(seal_open(other, "test", alices, text, n, &out), -1);
    assert_int_equal(seal_open(s, "test", alices, "", 0, &out), -1);
    for (size_t i = 0; i < n; i++) {
        char was = text[i];
        text[i] = was == 'A' ? 'B' : 'A';
        assert_int_equal(seal_open(s, "test", alices, text, n, &out), -1);
        assert_int_equal(seal_open(s, "test", alices, text, i, &out), -1);
        text[i] = was;
    }
    assert_string_equal(buf_text(&out), "kept");
    secret_free(s);
    secret_free(other);
}

static void a_poor_key_is_refused(void **state)
{
    (void)state;
    struct err e = {0}, missing = {0};
    auto_free char *path = key_file("short");
    assert_null(secret_new(path, &e));
    assert_int_equal(e.kind, ERR_CONFIG);
    unlink(path);
    assert_null(secret_new(path, &missing));
    assert_int_equal(missing.kind, ERR_CONFIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_found), cmocka_unit_test(an_id_has_a_ceiling),
        cmocka_unit_test(lines_are_split_anyhow), cmocka_unit_test(a_long_line_may_be_the_last),
        cmocka_unit_test(versions_are_negotiated), cmocka_unit_test(hosts_and_origins),
        cmocka_unit_test(a_session_is_its_callers), cmocka_unit_test(a_tampered_session_is_none),
        cmocka_unit_test(what_is_sealed_opens_for_its_purpose_alone), cmocka_unit_test(a_session_expires), cmocka_unit_test(a_poor_key_is_refused),
    };
    json_setup();
    return cmocka_run_group_tests_name("server", tests, NULL, NULL);
}
