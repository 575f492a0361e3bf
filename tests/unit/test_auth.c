/* Runs the cases of tests/auth/cases: a token is made as each describes, and judged. */
#include "tests/unit/cmocka_all.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tests/auth/cases.h"
#include "tests/auth/door.h"

#include <stdlib.h>
#include <string.h>

#define LIST_MAX 4

static struct mint mint;

/* Puts the token wherever the template has "{}". */
static void fill_in(const json_t *text, const struct buf *token, struct buf *out)
{
    const char *p = json_string_value(text), *end = p + json_string_length(text);
    for (; p < end; p++) {
        if (end - p >= 2 && p[0] == '{' && p[1] == '}') {
            buf_add(out, token->data, token->len);
            p++;
        } else {
            buf_addc(out, *p);
        }
    }
}

static size_t take_list(const json_t *object, const char *name, const char **items)
{
    size_t n = json_array_size(json_arr(object, name));
    assert_true(n <= LIST_MAX);
    for (size_t i = 0; i < n; i++)
        items[i] = json_string_value(json_array_get(json_arr(object, name), i));
    return n;
}

/* `clients` outlives the options. */
static struct auth_options case_options(const json_t *set, const char **clients)
{
    struct auth_options o = door_options();
    o.issuer = json_str(set, "issuer", o.issuer);
    o.audience = json_str(set, "audience", NULL);
    o.public_url = json_str(set, "public_url", NULL);
    o.leeway_s = json_int(set, "leeway_s", o.leeway_s);
    take_list(set, "scope_ids", o.scope_ids);
    if (json_arr(set, "client_ids")) {
        o.client_ids = clients;
        o.client_id_count = take_list(set, "client_ids", clients);
    }
    return o;
}

/* No ten bytes in a row of what was sent, and no text out of it, may be in the reason. */
static void assert_tells_nothing(const struct buf *sent, const json_t *shape, const char *reason)
{
    for (size_t i = 0; i + 10 <= sent->len; i++)
        assert_null(memmem(reason, strlen(reason), sent->data + i, 10));
    json_auto_t *claims = mint_claims(shape);
    json_t *both[] = {claims, json_obj(shape, "header")};
    for (size_t i = 0; i < ARRAY_LEN(both); i++) {
        const char *name;
        json_t *value;
        json_object_foreach(both[i], name, value)
            if (json_string_length(value) >= 5)
                assert_null(memmem(reason, strlen(reason), json_string_value(value), json_string_length(value)));
    }
}

static unsigned scopes_of(const json_t *names)
{
    unsigned scopes = 0;
    for (size_t i = 0; i < json_array_size(names); i++) {
        const char *name = json_string_value(json_array_get(names, i));
        scopes |= strcmp(name, "read") == 0 ? SCOPE_READ : strcmp(name, "write") == 0 ? SCOPE_WRITE : SCOPE_APPROVE;
    }
    return scopes;
}

static void assert_caller(const json_t *expected, const struct caller *caller)
{
    assert_string_equal(caller->subject, json_str(expected, "subject", caller->subject));
    assert_string_equal(caller->client_id, json_str(expected, "client_id", caller->client_id));
    if (json_arr(expected, "scopes"))
        assert_int_equal(caller->scopes, scopes_of(json_arr(expected, "scopes")));
}

static void judge(struct auth *a, const json_t *c, const struct buf *value)
{
    struct caller caller, untouched;
    memset(&caller, 0x5a, sizeof caller);
    memcpy(&untouched, &caller, sizeof caller);
    struct err e = {0};
    const char *bytes = json_is_null(json_object_get(c, "authorization")) ? NULL : buf_text(value);
    enum auth_verdict verdict = auth_check(a, bytes, value->len, &caller, &e);
    if (strcmp(verdict_name(verdict), json_str(c, "verdict", "?")) != 0)
        fail_msg("%s (%s), expected %s", verdict_name(verdict), e.text, json_str(c, "verdict", "?"));
    if (verdict == AUTH_OK) {
        assert_int_equal(e.kind, ERR_NONE);
        assert_caller(json_obj(c, "caller"), &caller);
        return;
    }
    assert_int_equal(e.kind, ERR_UNAUTHENTICATED);
    assert_string_equal(e.text, json_str(c, "reason", "?"));
    assert_memory_equal(&caller, &untouched, sizeof caller);
    if (bytes)
        assert_tells_nothing(value, json_obj(c, "token"), e.text);
}

/* Twice: a token that passed is remembered, one that did not is judged anew and no better. */
static void case_holds(void **state)
{
    const json_t *c = *state;
    const char *clients[LIST_MAX];
    struct auth *a = door_new(&mint, case_options(json_obj(c, "options"), clients));
    auto_buf struct buf token = BUF_INIT(1 << 20), value = BUF_INIT(1 << 20);
    mint_token(&mint, json_obj(c, "token"), &token);
    json_auto_t *usual = json_string("Bearer {}");
    const json_t *given = json_object_get(c, "authorization");
    if (!json_is_null(given))
        fill_in(given ? given : usual, &token, &value);
    judge(a, c, &value);
    judge(a, c, &value);
    auth_free(a);
}

int main(void)
{
    json_setup();
    mint_init(&mint);
    int failed = cases_run("tests/auth/cases", case_holds);
    mint_done(&mint);
    return failed;
}
