#include "tests/auth/mint.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define TOKEN_MAX 131072

json_t *mint_claims(const json_t *shape)
{
    json_t *claims =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:s, s:i}", "sub", "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
                  "iss", "https://issuer.example/pool_1", "client_id", "client-one", "token_use", "access", "scope",
                  "lakewarden/read lakewarden/write", "auth_time", (json_int_t)MINT_NOW_S - 60, "iat",
                  (json_int_t)MINT_NOW_S - 60, "exp", (json_int_t)MINT_NOW_S + 3600, "jti", "b1a2c3", "version", 2);
    for (size_t i = 0; i < json_array_size(json_arr(shape, "drop")); i++)
        json_object_del(claims, json_string_value(json_array_get(json_arr(shape, "drop"), i)));
    json_object_update(claims, json_obj(shape, "claims"));
    int64_t fill = json_int(shape, "fill", 0);
    if (fill > 0) {
        auto_free char *text = xmalloc((size_t)fill);
        memset(text, 'x', (size_t)fill);
        json_put(claims, "filler", json_stringn(text, (size_t)fill));
    }
    return claims;
}

static void add_hex(struct buf *out, const char *hex)
{
    for (; hex && hex[0] && hex[1]; hex += 2)
        buf_addc(out, (char)strtol((char[]){hex[0], hex[1], '\0'}, NULL, 16));
}

/* One part before it is encoded. `<part>_text` gives it whole, `<part>_more` adds members to the object as text,
   `<part>_before` and `<part>_after` put bytes (hex) around it. */
static void add_part(const json_t *shape, const char *part, json_t *object, struct buf *out)
{
    char name[32];
    snprintf(name, sizeof name, "%s_before", part);
    add_hex(out, json_str(shape, name, NULL));
    snprintf(name, sizeof name, "%s_text", part);
    const char *whole = json_str(shape, name, NULL);
    snprintf(name, sizeof name, "%s_more", part);
    const char *more = json_str(shape, name, NULL);
    if (whole) {
        buf_adds(out, whole);
    } else {
        json_add(out, object);
        if (more) {
            buf_cut(out, out->len - 1);
            buf_addf(out, ",%s}", more);
        }
    }
    snprintf(name, sizeof name, "%s_after", part);
    add_hex(out, json_str(shape, name, NULL));
    json_decref(object);
}

static void add_encoded(const json_t *shape, const char *part, json_t *object, struct buf *out)
{
    auto_buf struct buf text = BUF_INIT(TOKEN_MAX);
    add_part(shape, part, object, &text);
    text_b64url_encode(text.data, text.len, out);
}

/* Another character for the last one, with a bit set that decodes to nothing. */
static void spoil_last(struct buf *part)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    if (part->len % 4 == 0)
        abort(); /* the case needs a part of another length */
    char *last = &part->data[part->len - 1];
    *last = alphabet[strchr(alphabet, *last) - alphabet + 1];
}

static void mutate(const json_t *m, struct buf parts[3])
{
    static const char *const names[3] = {"header", "payload", "signature"};
    size_t i = 0;
    while (i < 3 && strcmp(json_str(m, "part", ""), names[i]) != 0)
        i++;
    if (i == 3)
        abort();
    struct buf *part = &parts[i];
    const char *first = json_str(m, "first", NULL);
    if (first)
        part->data[0] = first[0];
    if (json_flag(m, "flip", false))
        part->data[part->len / 2] = part->data[part->len / 2] == 'A' ? 'B' : 'A';
    if (json_flag(m, "bits", false))
        spoil_last(part);
    if (json_flag(m, "empty", false))
        buf_cut(part, 0);
    buf_cut(part, part->len - (size_t)json_int(m, "cut", 0));
    buf_adds(part, json_str(m, "append", ""));
}

void mint_token(const struct mint *m, const json_t *shape, struct buf *out)
{
    struct buf parts[3] = {BUF_INIT(TOKEN_MAX), BUF_INIT(TOKEN_MAX), BUF_INIT(TOKEN_MAX)};
    json_t *header = json_obj(shape, "header");
    header = header ? json_incref(header) : json_pack("{s:s, s:s}", "kid", "a", "alg", "RS256");
    add_encoded(shape, "header", header, &parts[0]);
    add_encoded(shape, "payload", mint_claims(shape), &parts[1]);

    auto_buf struct buf data = BUF_INIT(TOKEN_MAX * 2);
    buf_addf(&data, "%s.%s", buf_text(&parts[0]), buf_text(&parts[1]));
    mint_sign(m, json_str(shape, "sign", "rs256"), &data, &parts[2]);

    json_t *forged = json_obj(shape, "forged_claims");
    if (forged) {
        json_t *claims = mint_claims(shape);
        json_object_update(claims, forged);
        buf_cut(&parts[1], 0);
        add_encoded(NULL, "payload", claims, &parts[1]);
    }
    for (size_t i = 0; i < json_array_size(json_arr(shape, "mutate")); i++)
        mutate(json_array_get(json_arr(shape, "mutate"), i), parts);
    const char *joined = json_str(shape, "join", "3");
    buf_addf(out, "%s", buf_text(&parts[0]));
    for (int i = 1; i < joined[0] - '0'; i++)
        buf_addf(out, ".%s", buf_text(&parts[i < 3 ? i : 2]));
    for (int i = 0; i < 3; i++)
        buf_done(&parts[i]);
}
