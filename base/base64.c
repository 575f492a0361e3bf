#include "base/text.h"

#include "base/own.h"

static const char standard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url_safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static int value_of(char c, const char *alphabet)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == alphabet[62] ? 62 : c == alphabet[63] ? 63 : -1;
}

/* `n` characters without padding. The bits behind the last whole byte must be zero, else two texts would mean the same. */
static int decode(const char *s, size_t n, const char *alphabet, struct buf *out)
{
    if (n % 4 == 1)
        return -1;
    auto_free char *bytes = xmalloc(n / 4 * 3 + 3);
    size_t len = 0;
    unsigned acc = 0, bits = 0;
    for (size_t i = 0; i < n; i++) {
        int v = value_of(s[i], alphabet);
        if (v < 0)
            return -1;
        acc = acc << 6 | (unsigned)v;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes[len++] = (char)(acc >> bits);
            acc &= (1u << bits) - 1;
        }
    }
    return acc ? -1 : buf_add(out, bytes, len);
}

static int encode(const void *p, size_t n, const char *alphabet, struct buf *out)
{
    const unsigned char *b = p;
    int failed = 0;
    for (size_t i = 0; i < n; i += 3) {
        size_t left = n - i;
        unsigned v = (unsigned)b[i] << 16 | (left > 1 ? (unsigned)b[i + 1] << 8 : 0) | (left > 2 ? b[i + 2] : 0u);
        char quad[4] = {alphabet[v >> 18], alphabet[v >> 12 & 63], alphabet[v >> 6 & 63], alphabet[v & 63]};
        failed |= buf_add(out, quad, left > 2 ? 4 : left + 1);
    }
    return failed;
}

int text_b64url_encode(const void *p, size_t n, struct buf *out)
{
    return encode(p, n, url_safe, out);
}

int text_b64_encode(const void *p, size_t n, struct buf *out)
{
    int failed = encode(p, n, standard, out);
    return n % 3 ? failed | buf_add(out, "==", 3 - n % 3) : failed;
}

int text_b64url_decode(const char *s, size_t n, struct buf *out)
{
    return decode(s, n, url_safe, out);
}

int text_b64_decode(const char *s, size_t n, struct buf *out)
{
    if (n % 4 != 0)
        return -1;
    size_t pad = n && s[n - 1] == '=' ? (s[n - 2] == '=' ? 2 : 1) : 0;
    return decode(s, n - pad, standard, out);
}
