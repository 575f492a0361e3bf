/* Secrets that are known by their own shape, whatever stands before them. */
#include "base/redact_private.h"

#include "base/own.h"
#include "base/text.h"

#include <string.h>

#define LOOK_AHEAD 64
#define PRIVATE_KEY_MAX (16 * 1024)

static bool is_base64url(char c)
{
    return redact_is_alnum(c) || c == '-' || c == '_';
}

static bool is_token_char(char c)
{
    return is_base64url(c) || c == '+' || c == '/' || c == '=' || c == '.' || c == '~';
}

static size_t run_within(const struct redact_scan *s, size_t i, size_t most, bool (*in)(char))
{
    size_t len = 0;
    while (len < most && i + len < s->n && in(s->p[i + len]))
        len++;
    return len;
}

static size_t run_of(const struct redact_scan *s, size_t i, bool (*in)(char))
{
    return run_within(s, i, s->n, in);
}

size_t redact_token_run(const struct redact_scan *s, size_t i)
{
    return run_of(s, i, is_token_char);
}

bool redact_looks_random(const struct redact_scan *s, size_t i, size_t n, size_t least)
{
    bool digit = false, letter = false;
    for (size_t k = i; k < i + n; k++) {
        bool is_digit = s->p[k] >= '0' && s->p[k] <= '9';
        digit |= is_digit;
        letter |= !is_digit && redact_is_alnum(s->p[k]);
    }
    return n >= least && digit && letter;
}

bool redact_is_escape(const struct redact_scan *s, size_t i)
{
    return i > 0 && s->p[i - 1] == '\\' && strchr("bfnrt", s->p[i]);
}

static bool starts_at(const struct redact_scan *s, size_t i, const char *prefix)
{
    size_t n = strlen(prefix);
    return s->n - i >= n && memcmp(s->p + i, prefix, n) == 0;
}

/* What token issuers publish so that scanners can find their tokens. `least` counts what follows the prefix. */
static const struct shape {
    const char *prefix;
    size_t least;
    bool base64; /* '+', '/', '=', '.', '~' belong to it too */
} shapes[] = {
    {"ghp_", 30, false},         {"gho_", 30, false},        {"ghu_", 30, false},        {"ghs_", 30, false},
    {"ghr_", 30, false},         {"github_pat_", 22, false}, {"glpat-", 20, false},      {"xoxb-", 10, false},
    {"xoxp-", 10, false},        {"xoxa-", 10, false},       {"xoxr-", 10, false},       {"xoxs-", 10, false},
    {"xapp-", 10, false},        {"sk_live_", 16, false},    {"rk_live_", 16, false},    {"sk-ant-", 20, false},
    {"sk-proj-", 20, false},     {"AIza", 35, false},        {"npm_", 36, false},        {"pypi-", 50, false},
    {"dapi", 32, false},         {"dop_v1_", 60, false},     {"SG.", 40, true},          {"IQoJb3JpZ2luX2", 60, true},
    {"FwoGZXIvYXdz", 60, true},  {"FQoGZXIvYXdz", 60, true}, {"hvs.", 24, false},
};

static bool known_format_at(const struct redact_scan *s, size_t i, struct redact_span *hide)
{
    for (size_t k = 0; k < ARRAY_LEN(shapes); k++) {
        const struct shape *f = &shapes[k];
        if (s->p[i] != f->prefix[0] || !starts_at(s, i, f->prefix))
            continue;
        bool (*in)(char) = f->base64 ? is_token_char : is_base64url;
        size_t from = i + strlen(f->prefix);
        /* judged by its first characters, so that a long run of such prefixes costs no more */
        if (!redact_looks_random(s, from, run_within(s, from, LOOK_AHEAD, in), f->least))
            return false;
        *hide = (struct redact_span){i, from + run_of(s, from, in)};
        return true;
    }
    return false;
}

/* AWS access key ids: four letters that say what kind, and sixteen of base32. */
static bool access_key_id_at(const struct redact_scan *s, size_t i, struct redact_span *hide)
{
    if (!starts_at(s, i, "AKIA") && !starts_at(s, i, "ASIA"))
        return false;
    size_t end = i + 4;
    while (end < s->n && end < i + 20 && ((s->p[end] >= 'A' && s->p[end] <= 'Z') || (s->p[end] >= '0' && s->p[end] <= '9')))
        end++;
    *hide = (struct redact_span){i, end};
    return end == i + 20 && (end == s->n || !redact_is_alnum(s->p[end]));
}

/* A JWT (RFC 7519): a header that begins with '{"', a payload, and whatever follows the second dot. */
static bool jwt_at(struct redact_scan *s, size_t i, struct redact_span *hide)
{
    if (i < s->no_jwt_before || !starts_at(s, i, "eyJ"))
        return false;
    size_t header_end = i + run_of(s, i, is_base64url);
    s->no_jwt_before = header_end;
    if (header_end - i < 12 || header_end == s->n || s->p[header_end] != '.')
        return false;
    size_t end = header_end + 1 + run_of(s, header_end + 1, is_base64url);
    if (end - header_end < 5 || end == s->n || s->p[end] != '.')
        return false;
    while (end < s->n && (s->p[end] == '.' || is_base64url(s->p[end])))
        end++;
    while (s->p[end - 1] == '.')
        end--; /* the end of a sentence */
    *hide = (struct redact_span){i, end};
    return true;
}

/* "Bearer <token>", "Basic <base64>"; the words alone are prose. */
static bool scheme_at(const struct redact_scan *s, size_t i, struct redact_span *hide)
{
    static const char *const schemes[] = {"bearer ", "basic "};
    for (size_t k = 0; k < ARRAY_LEN(schemes); k++) {
        size_t n = strlen(schemes[k]);
        if (s->n - i <= n || !text_istarts(s->p + i, schemes[k]))
            continue;
        size_t len = redact_token_run(s, i + n);
        *hide = (struct redact_span){i + n, i + n + len};
        return redact_looks_random(s, i + n, len, 8);
    }
    return false;
}

static bool is_armour(char c)
{
    return redact_is_alnum(c) || c == '+' || c == '/' || c == '=' || c == '\\' || c == '\n' || c == '\t';
}

/* From the end of the BEGIN line to the END line; without one, as far as it looks like base64. */
static bool private_key_at(struct redact_scan *s, size_t i, struct redact_span *hide)
{
    static const char begin[] = "-----BEGIN ", close[] = "PRIVATE KEY";
    if (!starts_at(s, i, begin))
        return false;
    size_t label = i + sizeof begin - 1, rest = s->n - label < 40 ? s->n - label : 40;
    const char *kind = memmem(s->p + label, rest, close, sizeof close - 1);
    if (!kind)
        return false;
    size_t from = (size_t)(kind - s->p) + sizeof close - 1;
    while (from < s->n && (s->p[from] == '-' || s->p[from] == ' '))
        from++;
    if (s->next_end < from) {
        const char *end = memmem(s->p + from, s->n - from, "-----END ", 9);
        s->next_end = end ? (size_t)(end - s->p) : s->n;
    }
    bool ended = s->next_end < s->n && s->next_end - from <= PRIVATE_KEY_MAX;
    *hide = (struct redact_span){from, ended ? s->next_end : from + run_of(s, from, is_armour)};
    return hide->end > from && !starts_at(s, from, "[redacted]");
}

static bool ends_authority(char c)
{
    return c == '/' || c == '?' || c == '#' || c == '"' || c == '\'' || c == '<' || c == '>' || (unsigned char)c <= ' ';
}

/* The password in "scheme://user:password@host". */
static bool url_password_at(const struct redact_scan *s, size_t i, struct redact_span *hide)
{
    if (!starts_at(s, i, "://"))
        return false;
    size_t colon = 0, at = 0;
    for (size_t k = i + 3; k < s->n && !ends_authority(s->p[k]); k++) {
        if (s->p[k] == ':' && !colon)
            colon = k;
        if (s->p[k] == '@')
            at = k;
    }
    *hide = (struct redact_span){colon + 1, at};
    return colon && at > colon + 1 && !starts_at(s, colon + 1, "[redacted]");
}

/* The password in "jdbc:oracle:thin:user/password@host". */
static bool oracle_password_at(const struct redact_scan *s, size_t i, struct redact_span *hide)
{
    static const char prefix[] = "oracle:thin:";
    if (!starts_at(s, i, prefix))
        return false;
    size_t slash = i + sizeof prefix - 1;
    while (slash < s->n && (redact_is_alnum(s->p[slash]) || s->p[slash] == '_'))
        slash++;
    if (slash == s->n || s->p[slash] != '/')
        return false;
    size_t at = slash + 1;
    while (at < s->n && (unsigned char)s->p[at] > ' ' && !strchr("@\"/:", s->p[at]))
        at++;
    *hide = (struct redact_span){slash + 1, at};
    return at < s->n && s->p[at] == '@' && at > slash + 1 && !starts_at(s, slash + 1, "[redacted]");
}

bool redact_shape_at(struct redact_scan *s, size_t i, struct redact_span *hide)
{
    if (s->p[i] == ':')
        return url_password_at(s, i, hide);
    if (s->p[i] == '-')
        return private_key_at(s, i, hide);
    if (i > 0 && redact_is_alnum(s->p[i - 1]) && !redact_is_escape(s, i - 1))
        return false; /* in the middle of a word */
    return access_key_id_at(s, i, hide) || jwt_at(s, i, hide) ||
           known_format_at(s, i, hide) || scheme_at(s, i, hide) || oracle_password_at(s, i, hide);
}
