/* Runs the cases of tests/auth/keysets: which keys are used, and which sets are refused. */
#include "tests/unit/cmocka_all.h"

#include "auth/jwks.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tests/auth/cases.h"
#include "tests/auth/door.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct mint mint;

/* A modulus that is no product of primes, but looks like one from outside. */
static void put_modulus(json_t *jwk, const json_t *n)
{
    size_t len = (size_t)json_int(n, "bytes", 0);
    auto_free unsigned char *bytes = xmalloc(len);
    memset(bytes, 0xff, len);
    bytes[0] = (unsigned char)json_int(n, "first", 255);
    bytes[len - 1] = (unsigned char)json_int(n, "last", 255);
    auto_buf struct buf text = BUF_INIT(4096);
    text_b64url_encode(bytes, len, &text);
    json_put_str(jwk, "n", buf_text(&text));
}

static json_t *key_of(const json_t *shape, int nth)
{
    const char *from = json_str(shape, "from", NULL), *kid = json_str(shape, "kid", NULL);
    auto_free char *numbered = nth ? xasprintf("%s%d", kid, nth) : NULL;
    if (numbered)
        kid = numbered;
    json_t *jwk = from ? mint_jwk(&mint, from, kid) : json_pack("{s:s}", "kid", kid);
    for (size_t i = 0; i < json_array_size(json_arr(shape, "drop")); i++)
        json_object_del(jwk, json_string_value(json_array_get(json_arr(shape, "drop"), i)));
    json_object_update(jwk, json_obj(shape, "set"));
    if (json_obj(shape, "n"))
        put_modulus(jwk, json_obj(shape, "n"));
    return jwk;
}

static char *set_text(const json_t *c, size_t *len)
{
    const char *given = json_str(c, "text", NULL);
    if (given) {
        *len = strlen(given);
        return xstrdup(given);
    }
    json_auto_t *keys = json_array();
    for (size_t i = 0; i < json_array_size(json_arr(c, "keys")); i++) {
        const json_t *shape = json_array_get(json_arr(c, "keys"), i);
        for (int nth = 0; nth < json_int(shape, "times", 1); nth++)
            json_array_append_new(keys, key_of(shape, nth));
    }
    json_auto_t *set = json_pack("{s:O}", "keys", keys);
    return json_text(set, len);
}

static void case_holds(void **state)
{
    const json_t *c = *state;
    size_t len;
    auto_free char *text = set_text(c, &len);
    struct err e = {0};
    struct jwks *set = jwks_parse(text, len, &e);
    assert_string_equal(e.text, json_str(c, "error", ""));
    assert_int_equal(set ? jwks_count(set) : 0, json_int(c, "usable", 0));
    if (set)
        assert_true(jwks_same(set, set));
    else
        assert_int_equal(e.kind, ERR_UPSTREAM);
    jwks_unref(set);

    /* the same from a file, at the start of the server */
    char path[64];
    int fd = door_file(text, len, path);
    struct auth_options o = door_options();
    o.jwks_file = path;
    struct err at_start = {0};
    struct auth *a = auth_new(&o, &at_start);
    close(fd);
    assert_int_equal(a != NULL, set != NULL);
    if (!a) {
        auto_free char *expected = xasprintf("key set file %s: %s", path, e.text);
        assert_string_equal(at_start.text, expected);
        assert_int_equal(at_start.kind, ERR_CONFIG);
    }
    auth_free(a);
}

int main(void)
{
    json_setup();
    mint_init(&mint);
    int failed = cases_run("tests/auth/keysets", case_holds);
    mint_done(&mint);
    return failed;
}
