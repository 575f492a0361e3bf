/* What the vectors and botocore (suite golden) do not show: threads, remembered keys, bounds, secrets. */
#include "tests/unit/cmocka_all.h"

#include "aws/sigv4.h"
#include "base/own.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define THREADS 8
#define ROUNDS 500

/* The request of AWS's vector get-vanilla, and its published signature. */
static const char vanilla_signature[] = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
static struct aws_credentials vanilla_keys = {.access_key_id = (char *)"AKIDEXAMPLE",
                                              .secret_access_key =
                                                  (char *)"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"};

static struct sign_request vanilla(void)
{
    return (struct sign_request){.method = "GET",
                                 .host = "example.amazonaws.com",
                                 .path = "/",
                                 .region = "us-east-1",
                                 .service = "service",
                                 .wall_ms = 1440938160000,
                                 .credentials = &vanilla_keys};
}

static bool signs_as(struct signer *s, const struct sign_request *r, const char *signature)
{
    struct sign_headers h;
    struct err e = {0};
    if (sign_with_headers(s, r, &h, &e) < 0)
        return false;
    bool same = strstr(h.authorization, signature) != NULL;
    sign_headers_done(&h);
    return same;
}

static void a_known_signature(void **state)
{
    (void)state;
    struct signer *s = signer_new();
    struct sign_request r = vanilla();
    assert_true(signs_as(s, &r, vanilla_signature));
    assert_true(signs_as(s, &r, vanilla_signature)); /* with the remembered key */
    r.wall_ms += 1000;
    assert_false(signs_as(s, &r, vanilla_signature));
    signer_free(s);
}

static void a_corrected_secret_counts(void **state)
{
    (void)state;
    struct signer *s = signer_new();
    struct aws_credentials wrong = vanilla_keys;
    wrong.secret_access_key = (char *)"mistyped";
    struct sign_request r = vanilla();
    r.credentials = &wrong;
    assert_false(signs_as(s, &r, vanilla_signature));
    r.credentials = &vanilla_keys;
    assert_true(signs_as(s, &r, vanilla_signature));
    signer_free(s);
}

/* More keys than are remembered, while others sign with theirs. */
static void *sign_many(void *ctx)
{
    size_t wrong = 0;
    for (int i = 0; i < ROUNDS; i++) {
        char region[16];
        snprintf(region, sizeof region, "r-%d", i % 50);
        struct sign_request r = vanilla(), other = vanilla();
        other.region = region;
        wrong += signs_as(ctx, &other, vanilla_signature);
        wrong += !signs_as(ctx, &r, vanilla_signature);
    }
    return (void *)(uintptr_t)wrong;
}

static void many_threads_sign(void **state)
{
    (void)state;
    struct signer *s = signer_new();
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, sign_many, s), 0);
    for (int i = 0; i < THREADS; i++) {
        void *wrong;
        pthread_join(threads[i], &wrong);
        assert_null(wrong);
    }
    signer_free(s);
}

static void payload_hash_is_a_header_for_s3_only(void **state)
{
    (void)state;
    struct signer *s = signer_new();
    struct sign_request r = vanilla();
    struct sign_headers h;
    struct err e = {0};
    r.service = "s3";
    r.payload_hash = "UNSIGNED-PAYLOAD";
    assert_int_equal(sign_with_headers(s, &r, &h, &e), 0);
    assert_int_equal(h.count, 3);
    assert_string_equal(h.list[1].name, "x-amz-content-sha256");
    assert_string_equal(h.list[1].value, "UNSIGNED-PAYLOAD");
    sign_headers_done(&h);
    r.service = "glue";
    assert_int_equal(sign_with_headers(s, &r, &h, &e), 0);
    assert_int_equal(h.count, 2);
    sign_headers_done(&h);
    signer_free(s);
}

/* Returns the error's kind. */
static enum err_kind refused(struct sign_request r, int expires_s, size_t room)
{
    struct signer *s = signer_new();
    struct err e = {0};
    auto_buf struct buf out = BUF_INIT(room);
    struct sign_headers h;
    int rc = expires_s ? sign_with_query(s, &r, expires_s, &out, &e) : sign_with_headers(s, &r, &h, &e);
    signer_free(s);
    assert_int_equal(rc, -1);
    assert_int_equal(out.len, 0);
    return e.kind;
}

static void what_is_refused(void **state)
{
    (void)state;
    assert_int_equal(refused(vanilla(), -1, 4096), ERR_INTERNAL);
    assert_int_equal(refused(vanilla(), 604801, 4096), ERR_INTERNAL);
    assert_int_equal(refused(vanilla(), 60, 100), ERR_TOO_LARGE);

    struct sign_request r = vanilla();
    r.host = NULL;
    assert_int_equal(refused(r, 0, 0), ERR_INTERNAL);
    r = vanilla();
    r.credentials = &(struct aws_credentials){.access_key_id = (char *)"A"};
    assert_int_equal(refused(r, 0, 0), ERR_INTERNAL);

    auto_free char *query = xmalloc(4096);
    for (size_t i = 0; i < 2048; i++)
        memcpy(query + 2 * i, "a&", 2);
    query[4095] = '\0';
    r = vanilla();
    r.query = query;
    assert_int_equal(refused(r, 0, 0), ERR_TOO_LARGE);

    struct http_header headers[65];
    for (size_t i = 0; i < 65; i++)
        headers[i] = (struct http_header){"x-a", "b"};
    r = vanilla();
    r.headers = headers;
    r.header_count = 65;
    assert_int_equal(refused(r, 0, 0), ERR_INTERNAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_known_signature), cmocka_unit_test(a_corrected_secret_counts),
        cmocka_unit_test(many_threads_sign), cmocka_unit_test(payload_hash_is_a_header_for_s3_only),
        cmocka_unit_test(what_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
