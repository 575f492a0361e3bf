/* Words, tokens, URLs and digests of text. */
#include "tests/unit/cmocka_all.h"

#include "base/crypto.h"
#include "base/own.h"
#include "base/text.h"
#include "base/url.h"

#include <string.h>

static void uuids_are_found(void **state)
{
    (void)state;
    static const char id[] = "0aB1c2d3-4e5f-6071-8293-a4b5c6d7e8f9";
    static const struct {
        const char *before, *behind;
        bool found;
    } rows[] = {{"", "", true}, {"query ", " failed", true}, {"id=", ".", true}, {"0", "", false}, {"-", "", false},
                {"", "0", false}, {"0aB1c2d3-4e5f-6071 ", "", true}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        auto_free char *text = xasprintf("%s%s%s", rows[i].before, id, rows[i].behind);
        const char *found = text_uuid_in(text);
        assert_true((found != NULL) == rows[i].found);
        assert_true(!found || !strncmp(found, id, TEXT_UUID_LEN));
    }
    assert_null(text_uuid_in("0aB1c2d3-4e5f-6071-8293"));
}

static void urls_are_taken_apart(void **state)
{
    (void)state;
    static const struct {
        const char *text, *host, *rest;
        bool secure, loopback;
        int port;
    } good[] = {
        {"https://Acme.Service-Now.com", "acme.service-now.com", "", true, false, 0},
        {"HTTP://localhost:8080/mcp", "localhost", "/mcp", false, true, 8080},
        {"https://h:443/x?y#z", "h", "/x?y#z", true, false, 0},
        {"http://h:443?y", "h", "?y", false, false, 443},
        {"http://127.9.8.7/", "127.9.8.7", "/", false, true, 0},
        {"http://[::1]:99", "::1", "", false, true, 99},
        {"http://[::FFFF:127.0.0.1]", "::ffff:127.0.0.1", "", false, true, 0},
        {"http://[fd00:ec2::23]/x", "fd00:ec2::23", "/x", false, false, 0},
        {"http://127.1", "127.1", "", false, false, 0},
        {"http://127.0.0.1.example.com", "127.0.0.1.example.com", "", false, false, 0},
        {"http://localhost.example.com", "localhost.example.com", "", false, false, 0},
        {"http://128.0.0.1", "128.0.0.1", "", false, false, 0},
        {"http://a_b.c", "a_b.c", "", false, false, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        struct url u;
        struct err e = {0};
        if (url_parse(good[i].text, &u, &e))
            fail_msg("%s: %s", good[i].text, e.text);
        assert_string_equal(u.host, good[i].host);
        assert_string_equal(u.rest, good[i].rest);
        assert_int_equal(u.secure, good[i].secure);
        assert_int_equal(u.port, good[i].port);
        assert_int_equal(url_host_is_loopback(u.host), good[i].loopback);
    }
    static const char *const none[] = {
        "", "h", "ftp://h", "http:/h", "http://", "http:///x", "http://:80", "http://h:", "http://h:0", "http://h:65536",
        "http://h:80x", "http://h:00080", "http://u@h", "http://u:p@h/", "http://h h", "http://h\\x", "http://[::1", "http://[]",
        "http://[::1]x", "http://[g::1]", "http://h%41", "http://h:123456789", "http://\xc3\xa4"};
    for (size_t i = 0; i < ARRAY_LEN(none); i++) {
        struct url u;
        struct err e = {0};
        if (!url_parse(none[i], &u, &e))
            fail_msg("%s passes", none[i]);
        assert_int_equal(e.kind, ERR_CONFIG);
    }
}

static void words_are_of_ascii(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++) {
        bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        assert_int_equal(text_is_word((char)c, ""), plain);
        assert_int_equal(text_is_word((char)c, "-\xc3"), plain || c == '-' || c == 0xc3);
    }
    assert_int_equal(text_word_span("ab-1 c", "-"), 4);
    assert_int_equal(text_word_span("", "-"), 0);
    assert_true(text_is_token("X-a!#$%&'*+.^_`|~9", 18));
    assert_false(text_is_token("a b", 3));
    assert_false(text_is_token("a\0b", 3));
    assert_false(text_is_token("a:", 2));
    assert_false(text_is_token("", 0));
}

static void digests_are_those_of_the_standards(void **state)
{
    (void)state;
    unsigned char out[CRYPTO_SHA256_LEN];
    char hex[2 * CRYPTO_SHA256_LEN + 1];
    crypto_sha256("abc", 3, out); /* FIPS 180-4, SHA-256 example */
    text_hex(out, sizeof out, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    crypto_sha256(NULL, 0, out);
    text_hex(out, sizeof out, hex);
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    crypto_hmac_sha256("Jefe", 4, "what do ya want for nothing?", 28, out); /* RFC 4231 section 4.3 */
    text_hex(out, sizeof out, hex);
    assert_string_equal(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

/* Test case 16 of "The Galois/Counter Mode of Operation" (McGrew, Viega), the mode's own vectors. */
static void sealing_is_that_of_the_standard(void **state)
{
    (void)state;
    static const unsigned char key[] = "\xfe\xff\xe9\x92\x86\x65\x73\x1c\x6d\x6a\x8f\x94\x67\x30\x83\x08"
                                       "\xfe\xff\xe9\x92\x86\x65\x73\x1c\x6d\x6a\x8f\x94\x67\x30\x83\x08";
    static const unsigned char iv[] = "\xca\xfe\xba\xbe\xfa\xce\xdb\xad\xde\xca\xf8\x88";
    static const char in[] = "\xd9\x31\x32\x25\xf8\x84\x06\xe5\xa5\x59\x09\xc5\xaf\xf5\x26\x9a\x86\xa7\xa9\x53\x15\x34"
                             "\xf7\xda\x2e\x4c\x30\x3d\x8a\x31\x8a\x72\x1c\x3c\x0c\x95\x95\x68\x09\x53\x2f\xcf\x0e\x24"
                             "\x49\xa6\xb5\x25\xb1\x6a\xed\xf5\xaa\x0d\xe6\x57\xba\x63\x7b\x39";
    struct crypto_bytes bound = {"\xfe\xed\xfa\xce\xde\xad\xbe\xef\xfe\xed\xfa\xce\xde\xad\xbe\xef\xab\xad\xda\xd2", 20};
    unsigned char sealed[60 + CRYPTO_TAG_LEN], opened[60];
    char hex[2 * sizeof sealed + 1];
    crypto_seal(key, iv, bound, (struct crypto_bytes){in, 60}, sealed);
    text_hex(sealed, sizeof sealed, hex);
    assert_string_equal(hex, "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838"
                             "c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b");
    struct crypto_bytes whole = {sealed, sizeof sealed};
    assert_int_equal(crypto_open(key, iv, bound, whole, opened), 0);
    assert_memory_equal(opened, in, 60);
    for (size_t i = 0; i < sizeof sealed; i++) {
        sealed[i] ^= 1;
        assert_int_equal(crypto_open(key, iv, bound, whole, opened), -1);
        assert_int_equal(crypto_open(key, iv, bound, (struct crypto_bytes){sealed, i}, opened), -1);
        sealed[i] ^= 1;
    }
    assert_int_equal(crypto_open(key, iv, (struct crypto_bytes){bound.p, 19}, whole, opened), -1);
    static const unsigned char other[CRYPTO_KEY_LEN];
    assert_int_equal(crypto_open(other, iv, bound, whole, opened), -1);
}

static void what_is_empty_is_sealed_too(void **state)
{
    (void)state;
    static const unsigned char key[CRYPTO_KEY_LEN], iv[CRYPTO_IV_LEN];
    struct crypto_bytes none = {NULL, 0};
    unsigned char tag[CRYPTO_TAG_LEN], nothing[1];
    crypto_seal(key, iv, none, none, tag);
    assert_int_equal(crypto_open(key, iv, none, (struct crypto_bytes){tag, sizeof tag}, nothing), 0);
    assert_int_equal(crypto_open(key, iv, (struct crypto_bytes){"x", 1}, (struct crypto_bytes){tag, sizeof tag}, nothing), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sealing_is_that_of_the_standard),
        cmocka_unit_test(what_is_empty_is_sealed_too),
        cmocka_unit_test(uuids_are_found),
        cmocka_unit_test(urls_are_taken_apart),
        cmocka_unit_test(words_are_of_ascii),
        cmocka_unit_test(digests_are_those_of_the_standards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
