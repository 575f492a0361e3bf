#include "server/mirror.h"

#include "base/buf.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

/* Beyond it, two readers may round an integer differently ("Schema Extension": the safe range). */
#define INTEGER_MAX 9007199254740991

/* A header value without the blanks behind it. */
struct slice {
    const char *p;
    size_t n;
};

static int refuse(struct rpc_fault *f, const char *name, const char *why)
{
    return rpc_refuse(f, 400, RPC_HEADER_MISMATCH, "the header %s %s", name, why);
}

static bool is_printable(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((s.p[i] < 0x20 && s.p[i] != '\t') || s.p[i] > 0x7E)
            return false;
    return true;
}

/* The one value of the header, if there is just one that may stand in a header. */
static int read_value(const char *name, const struct header_value *h, struct slice *out, struct rpc_fault *f)
{
    if (h->count == 0)
        return refuse(f, name, "is missing");
    if (h->count > 1)
        return refuse(f, name, "is there more than once");
    struct slice s = {h->value, strlen(h->value)};
    while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
        s.n--;
    if (!is_printable(s))
        return refuse(f, name, "holds a character that is not allowed");
    *out = s;
    return 0;
}

/* Undoes the =?base64?...?= form. Returns -1 when it claims that form and is not strictly right. */
static int decode(struct slice s, struct buf *out)
{
    static const char prefix[] = "=?base64?", suffix[] = "?=";
    size_t head = sizeof prefix - 1, tail = sizeof suffix - 1;
    if (s.n < head + tail || memcmp(s.p, prefix, head) != 0 || memcmp(s.p + s.n - tail, suffix, tail) != 0)
        return buf_add(out, s.p, s.n);
    if (text_b64_decode(s.p + head, s.n - head - tail, out) || !text_is_utf8(buf_text(out), out->len))
        return -1;
    return 0;
}

static bool is_string(struct slice s, const json_t *wanted)
{
    return s.n == json_string_length(wanted) && memcmp(s.p, json_string_value(wanted), s.n) == 0;
}

/* Whether it writes that integer: digits, perhaps with a fraction of nothing but zeros. */
static bool is_integer(struct slice s, int64_t wanted)
{
    char digits[24];
    const char *point = memchr(s.p, '.', s.n);
    size_t n = point ? (size_t)(point - s.p) : s.n;
    size_t zeros = point ? strspn(point + 1, "0") : 1;
    int64_t number;
    if (n >= sizeof digits || zeros == 0 || (point && point + 1 + zeros != s.p + s.n))
        return false;
    memcpy(digits, s.p, n);
    digits[n] = '\0';
    return text_to_i64(digits, &number) == 0 && number == wanted;
}

/* An integer of the body that header and body can agree on. */
static int read_integer(const json_t *v, int64_t *out)
{
    double real = json_number_value(v);
    if (real != floor(real) || fabs(real) > (double)INTEGER_MAX)
        return -1;
    *out = json_is_integer(v) ? json_integer_value(v) : (int64_t)real;
    return *out > INTEGER_MAX || *out < -INTEGER_MAX ? -1 : 0;
}

static bool is_same(struct slice s, const json_t *wanted)
{
    if (json_is_string(wanted))
        return is_string(s, wanted);
    if (json_is_boolean(wanted)) {
        const char *text = json_is_true(wanted) ? "true" : "false";
        return s.n == strlen(text) && memcmp(s.p, text, s.n) == 0;
    }
    int64_t number;
    return read_integer(wanted, &number) == 0 && is_integer(s, number);
}

int mirror_check(const char *name, const struct header_value *h, const json_t *wanted, struct rpc_fault *f)
{
    struct slice s;
    if (read_value(name, h, &s, f))
        return -1;
    return is_string(s, wanted) ? 0 : refuse(f, name, "differs from the body");
}

int mirror_check_coded(const char *name, const struct header_value *h, const json_t *wanted, struct rpc_fault *f)
{
    struct slice s;
    if (read_value(name, h, &s, f))
        return -1;
    auto_buf struct buf decoded = BUF_INIT(32768); /* more than all headers together may hold */
    if (decode(s, &decoded))
        return refuse(f, name, "is no base64 of UTF-8, as it claims to be");
    return is_same((struct slice){buf_text(&decoded), decoded.len}, wanted) ? 0 : refuse(f, name, "differs from the body");
}
