#include "aws/canonical.h"

#include "base/own.h"
#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */
/* Proxies and libraries add, change or drop these on the way: a signature over them would break. */
static const char *const never_signed[] = {
    "authorization", "baggage", "connection", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization", "te",
    "traceparent", "tracestate", "trailer", "transfer-encoding", "upgrade", "user-agent", "x-amzn-trace-id",
};
/* clang-format on */

static int too_large(const char *what, struct err *e)
{
    return err_set(e, ERR_TOO_LARGE, "the %s of the request is too large to be signed", what);
}

/* Drops the last segment of `out`, which begins at `start` with "/": "/a/b/" -> "/a/". */
static void drop_segment(struct buf *out, size_t start)
{
    size_t len = out->len;
    if (len > start + 1)
        len--; /* its closing slash */
    while (len > start + 1 && out->data[len - 1] != '/')
        len--;
    buf_cut(out, len);
}

/* RFC 3986 section 5.2.4, and empty segments go as well. The result always begins with "/". */
static void remove_dot_segments(const char *path, struct buf *out)
{
    size_t start = out->len;
    buf_addc(out, '/');
    for (const char *p = path; *p;) {
        size_t n = strcspn(p, "/");
        bool closed = p[n] == '/';
        if (n == 2 && memcmp(p, "..", 2) == 0) {
            drop_segment(out, start);
        } else if (n > 0 && !(n == 1 && p[0] == '.')) {
            buf_add(out, p, n);
            if (closed)
                buf_addc(out, '/');
        }
        p += n + closed;
    }
}

int canonical_path(const char *path, bool verbatim, struct buf *out, struct err *e)
{
    if (verbatim) {
        if (buf_adds(out, path[0] ? path : "/") < 0)
            return too_large("path", e);
        return 0;
    }
    auto_buf struct buf plain = BUF_INIT(out->max);
    remove_dot_segments(path, &plain);
    if (plain.full || text_percent_encode(plain.data, plain.len, "/", out) < 0)
        return too_large("path", e);
    return 0;
}

struct param {
    const char *name;
    const char *value;
    size_t name_at; /* offsets while the store still moves */
    size_t value_at;
};

static int compare_params(const void *a, const void *b)
{
    const struct param *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order ? order : strcmp(x->value, y->value);
}

/* Adds one part, decoded and encoded again, with its NUL. */
static void add_part(const char *p, size_t n, struct buf *store)
{
    auto_buf struct buf plain = BUF_INIT(store->max);
    if (text_percent_decode(p, n, false, &plain) < 0 ||
        text_percent_encode(buf_text(&plain), plain.len, "", store) < 0)
        store->full = true;
    buf_addc(store, '\0');
}

/* Reads the parameters of one query behind the `*count` that are there. */
static int read_params(const char *query, struct param *params, size_t *count, struct buf *store,
                       struct err *e)
{
    for (const char *p = query; p && *p;) {
        size_t n = strcspn(p, "&");
        if (n > 0) {
            if (*count == CANONICAL_QUERY_MAX)
                return too_large("query", e);
            const char *equals = memchr(p, '=', n);
            size_t name_len = equals ? (size_t)(equals - p) : n;
            struct param *param = &params[(*count)++];
            param->name_at = store->len;
            add_part(p, name_len, store);
            param->value_at = store->len;
            add_part(equals ? equals + 1 : "", equals ? n - name_len - 1 : 0, store);
        }
        p += n + (p[n] == '&');
    }
    return store->full ? too_large("query", e) : 0;
}

int canonical_query(const char *query, const char *more, struct buf *out, struct err *e)
{
    if (!(query && *query) && !(more && *more))
        return 0;
    auto_free struct param *params = xcalloc(CANONICAL_QUERY_MAX, sizeof *params);
    auto_buf struct buf store = BUF_INIT(CANONICAL_MAX);
    size_t count = 0;
    if (read_params(query, params, &count, &store, e) < 0 || read_params(more, params, &count, &store, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        params[i].name = store.data + params[i].name_at;
        params[i].value = store.data + params[i].value_at;
    }
    qsort(params, count, sizeof *params, compare_params);
    for (size_t i = 0; i < count; i++)
        buf_addf(out, "%s%s=%s", i ? "&" : "", params[i].name, params[i].value);
    return out->full ? too_large("query", e) : 0;
}

struct header {
    char name[128]; /* lower case */
    const char *value;
    size_t place; /* headers of one name keep their order */
};

static int compare_headers(const void *a, const void *b)
{
    const struct header *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order ? order : (x->place > y->place) - (x->place < y->place);
}

static bool is_signed(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(never_signed); i++)
        if (strcmp(name, never_signed[i]) == 0)
            return false;
    return true;
}

/* Lower-cases a name, and refuses what is not a token (RFC 9110 section 5.6.2). */
static int lower_name(const char *name, char *out, size_t size)
{
    size_t n = strlen(name);
    if (n >= size || !text_is_token(name, n))
        return -1;
    for (size_t i = 0; i <= n; i++)
        out[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + ('a' - 'A') : name[i]);
    return 0;
}

static int take_headers(const struct http_header *from, size_t n, struct header *to, size_t *count,
                        struct err *e)
{
    for (size_t i = 0; i < n; i++) {
        if (*count == CANONICAL_HEADERS_MAX)
            return err_set(e, ERR_INTERNAL, "more than %d headers to sign", CANONICAL_HEADERS_MAX);
        struct header *h = &to[*count];
        if (lower_name(from[i].name, h->name, sizeof h->name) < 0 || strpbrk(from[i].value, "\r\n"))
            return err_set(e, ERR_INTERNAL, "a header that must not be sent: %.60s", from[i].name);
        h->value = from[i].value;
        h->place = *count;
        *count += is_signed(h->name);
    }
    return 0;
}

/* Without blanks at the ends, runs of them as one space. */
static void add_trimmed(const char *value, struct buf *out)
{
    static const char blanks[] = " \t\v\f";
    for (const char *p = value + strspn(value, blanks); *p;) {
        size_t n = strcspn(p, blanks);
        buf_add(out, p, n);
        p += n;
        p += strspn(p, blanks);
        if (*p)
            buf_addc(out, ' ');
    }
}

int canonical_headers(const char *host, const struct http_header *a, size_t a_count,
                      const struct http_header *b, size_t b_count, struct buf *out, struct buf *names,
                      struct err *e)
{
    struct header list[CANONICAL_HEADERS_MAX];
    size_t count = 0;
    struct http_header host_header = {"host", host};
    if (take_headers(&host_header, host ? 1 : 0, list, &count, e) < 0 ||
        take_headers(a, a_count, list, &count, e) < 0 || take_headers(b, b_count, list, &count, e) < 0)
        return -1;
    qsort(list, count, sizeof *list, compare_headers);
    int hosts = 0;
    for (size_t i = 0; i < count; i++) {
        bool repeated = i > 0 && strcmp(list[i].name, list[i - 1].name) == 0;
        hosts += strcmp(list[i].name, "host") == 0;
        if (repeated) {
            buf_cut(out, out->len - 1); /* the newline: values of one name share a line */
            buf_addc(out, ',');
        } else {
            buf_addf(names, "%s%s", i ? ";" : "", list[i].name);
            buf_addf(out, "%s:", list[i].name);
        }
        add_trimmed(list[i].value, out);
        buf_addc(out, '\n');
    }
    if (hosts != 1)
        return err_set(e, ERR_INTERNAL, "a request to sign has %d hosts", hosts);
    return out->full || names->full ? too_large("header", e) : 0;
}
