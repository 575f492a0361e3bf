#include "base/text.h"

#include "base/own.h"

#include <string.h>

int text_to_i64(const char *s, int64_t *out)
{
    bool negative = *s == '-';
    const char *p = negative ? s + 1 : s;
    if (*p < '0' || *p > '9' || (*p == '0' && (p[1] || negative)))
        return -1;
    uint64_t limit = negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
    uint64_t v = 0;
    for (; *p; p++) {
        if (*p < '0' || *p > '9')
            return -1;
        uint64_t digit = (uint64_t)(*p - '0');
        if (v > (limit - digit) / 10)
            return -1;
        v = v * 10 + digit;
    }
    *out = negative ? -(int64_t)(v - 1) - 1 : (int64_t)v;
    return 0;
}

int text_to_range(const char *s, int64_t min, int64_t max, int64_t *out)
{
    int64_t v;
    if (text_to_i64(s, &v) || v < min || v > max)
        return -1;
    *out = v;
    return 0;
}

bool text_equal_ct(const void *a, const void *b, size_t n)
{
    const volatile unsigned char *x = a, *y = b;
    unsigned char diff = 0;
    for (size_t i = 0; i < n; i++)
        diff |= (unsigned char)(x[i] ^ y[i]);
    return diff == 0;
}

bool text_starts(const char *s, const char *prefix)
{
    return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool text_ends(const char *s, const char *suffix)
{
    size_t n = strlen(s), m = strlen(suffix);
    return n >= m && memcmp(s + n - m, suffix, m) == 0;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool text_iequal(const char *a, const char *b)
{
    for (; *a && lower(*a) == lower(*b); a++, b++)
        ;
    return *a == *b;
}

bool text_istarts(const char *s, const char *prefix)
{
    for (; *prefix; s++, prefix++)
        if (lower(*s) != lower(*prefix))
            return false;
    return true;
}

static const char hex_digits[] = "0123456789abcdef";

void text_hex(const void *p, size_t n, char *out)
{
    const unsigned char *b = p;
    for (size_t i = 0; i < n; i++) {
        *out++ = hex_digits[b[i] >> 4];
        *out++ = hex_digits[b[i] & 15];
    }
    *out = '\0';
}

bool text_is_word(char c, const char *others)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c && strchr(others, c));
}

size_t text_word_span(const char *s, const char *others)
{
    size_t n = 0;
    while (text_is_word(s[n], others))
        n++;
    return n;
}

bool text_is_token(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!text_is_word(s[i], "!#$%&'*+-.^_`|~"))
            return false;
    return n > 0;
}

static bool unreserved(char c)
{
    return text_is_word(c, "-._~");
}

int text_percent_encode(const char *s, size_t n, const char *keep, struct buf *out)
{
    static const char digits[] = "0123456789ABCDEF";
    int failed = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (unreserved(s[i]) || (c && strchr(keep, c)))
            failed |= buf_addc(out, s[i]);
        else
            failed |= buf_add(out, (char[]){'%', digits[c >> 4], digits[c & 15]}, 3);
    }
    return failed;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int text_percent_decode(const char *s, size_t n, bool plus_is_space, struct buf *out)
{
    int failed = 0;
    for (size_t i = 0; i < n; i++) {
        int high = -1, low = -1;
        if (s[i] == '%' && i + 2 < n && (high = hex_value(s[i + 1])) >= 0 && (low = hex_value(s[i + 2])) >= 0) {
            failed |= buf_addc(out, (char)(high * 16 + low));
            i += 2;
        } else {
            failed |= buf_addc(out, plus_is_space && s[i] == '+' ? ' ' : s[i]);
        }
    }
    return failed;
}

#define HEX "0123456789abcdefABCDEF"

static bool starts_uuid(const char *s)
{
    static const size_t groups[] = {8, 4, 4, 4, 12};
    for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
        if ((i && *s++ != '-') || strspn(s, HEX) != groups[i])
            return false;
        s += groups[i];
    }
    return true;
}

const char *text_uuid_in(const char *s)
{
    for (const char *p = s; *p; p++) {
        if ((p == s || !strchr(HEX "-", p[-1])) && starts_uuid(p))
            return p;
    }
    return NULL;
}
