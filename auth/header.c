#include "auth/header.h"

#include "auth/bearer.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <stdbool.h>
#include <string.h>

#define HEADER_DEPTH 4
#define PAYLOAD_DEPTH 16 /* Cognito nests two levels; libjwt parses the same bytes after us, recursively */

static int refuse(const char *why, struct err *e)
{
    return err_set(e, ERR_UNAUTHENTICATED, "%s", why);
}

int kid_check(const char *kid, size_t n)
{
    if (n == 0 || n > KID_MAX)
        return -1;
    for (size_t i = 0; i < n; i++)
        if (!text_is_word(kid[i], "-._~+/=:@"))
            return -1;
    return 0;
}

/* Decodes and parses one part. What jansson says about it would quote the token and is dropped. */
static json_t *part_object(const char *p, size_t n, int max_depth, const char *name, struct err *e)
{
    auto_buf struct buf bytes = BUF_INIT(BEARER_TOKEN_MAX);
    if (text_b64url_decode(p, n, &bytes)) {
        err_set(e, ERR_UNAUTHENTICATED, "the token's %s is not canonical base64url", name);
        return NULL;
    }
    /* No string of a token has a use for one, and libjwt refuses it where it cannot say why. */
    if (memmem(bytes.data, bytes.len, "\\u0000", 6)) {
        err_set(e, ERR_UNAUTHENTICATED, "the token's %s holds a NUL", name);
        return NULL;
    }
    json_auto_t *v = json_parse(bytes.data, bytes.len, max_depth, NULL);
    if (!json_is_object(v)) {
        err_set(e, ERR_UNAUTHENTICATED, "the token's %s is not a plain JSON object", name);
        return NULL;
    }
    return json_incref(v);
}

/* Members that name or carry a key or change what is signed (RFC 7515 section 4.1, RFC 7797): named in the log,
   for whoever sends them is trying something. */
static int refuse_member(const char *name, struct err *e)
{
    static const char *const known[] = {"crit", "jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256", "b64", "zip", "enc", "cty"};
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (strcmp(name, known[i]) == 0)
            return err_set(e, ERR_UNAUTHENTICATED, "header member %s is not accepted", known[i]);
    return refuse("the header has a member other than alg, kid and typ", e);
}

static int header_check(json_t *header, char *kid, struct err *e)
{
    if (!json_is_text(json_object_get(header, "alg"), "RS256"))
        return refuse("alg is not RS256", e);
    const char *name;
    json_t *value;
    json_object_foreach(header, name, value)
        if (strcmp(name, "alg") != 0 && strcmp(name, "kid") != 0 && strcmp(name, "typ") != 0)
            return refuse_member(name, e);
    const json_t *typ = json_object_get(header, "typ");
    if (typ && !(json_is_string(typ) && json_string_length(typ) == 3 && text_iequal(json_string_value(typ), "JWT")))
        return refuse("typ is not JWT", e);
    const json_t *id = json_object_get(header, "kid");
    if (!id)
        return refuse("kid is missing", e);
    if (!json_is_string(id) || kid_check(json_string_value(id), json_string_length(id)))
        return refuse("kid is not a plain key id", e);
    memcpy(kid, json_string_value(id), json_string_length(id) + 1);
    return 0;
}

int jwt_parts_parse(const char *token, size_t n, struct jwt_parts *parts, struct err *e)
{
    const char *first = memchr(token, '.', n);
    const char *second = first ? memchr(first + 1, '.', n - (size_t)(first + 1 - token)) : NULL;
    if (!second || memchr(second + 1, '.', n - (size_t)(second + 1 - token)))
        return refuse("the token does not have three parts", e);
    const char *end = token + n;
    if (first == token || second == first + 1 || second + 1 == end)
        return refuse("a part of the token is empty", e);

    json_auto_t *header = part_object(token, (size_t)(first - token), HEADER_DEPTH, "header", e);
    struct jwt_parts found = {0};
    if (!header || header_check(header, found.kid, e))
        return -1;
    auto_buf struct buf signature = BUF_INIT(BEARER_TOKEN_MAX);
    if (text_b64url_decode(second + 1, (size_t)(end - second - 1), &signature))
        return refuse("the token's signature is not canonical base64url", e);
    found.payload = part_object(first + 1, (size_t)(second - first - 1), PAYLOAD_DEPTH, "payload", e);
    if (!found.payload)
        return -1;
    *parts = found;
    return 0;
}

void jwt_parts_done(struct jwt_parts *parts)
{
    json_decref(parts->payload);
    parts->payload = NULL;
}
