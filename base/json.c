#include "base/json.h"

#include "base/clock.h"
#include "base/own.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void json_setup(void)
{
    json_set_alloc_funcs(xmalloc, free);
    json_object_seed(0);
}

/* Counts brackets outside strings, so that nothing deep ever reaches the recursive parser. */
static int depth_ok(const char *p, size_t n, int max_depth)
{
    int depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < n; i++) {
        if (in_string) {
            if (p[i] == '\\')
                i++;
            else if (p[i] == '"')
                in_string = false;
        } else if (p[i] == '"') {
            in_string = true;
        } else if (p[i] == '{' || p[i] == '[') {
            if (++depth > max_depth)
                return -1;
        } else if (p[i] == '}' || p[i] == ']') {
            depth--;
        }
    }
    return 0;
}

json_t *json_parse(const char *p, size_t n, int max_depth, struct err *e)
{
    if (depth_ok(p, n, max_depth)) {
        err_set(e, ERR_INVALID, "JSON is nested more than %d levels deep", max_depth);
        return NULL;
    }
    /* jansson takes one NUL at the very end for the end of its input */
    if (n && p[n - 1] == '\0') {
        err_set(e, ERR_INVALID, "not JSON: a NUL byte at the end");
        return NULL;
    }
    json_error_t at;
    json_t *v = json_loadb(p, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL, &at);
    if (!v)
        err_set(e, ERR_INVALID, "not JSON: %s (line %d, column %d)", at.text, at.line, at.column);
    return v;
}

#define DUMP_FLAGS (JSON_COMPACT | JSON_ENCODE_ANY)

static int collect(const char *p, size_t n, void *ctx)
{
    return buf_add(ctx, p, n);
}

char *json_text(const json_t *v, size_t *len)
{
    struct buf b = BUF_INIT(SIZE_MAX / 2);
    json_dump_callback(v, collect, &b, DUMP_FLAGS);
    return buf_steal(&b, len);
}

int json_add(struct buf *b, const json_t *v)
{
    return json_dump_callback(v, collect, b, DUMP_FLAGS) || b->full ? -1 : 0;
}

const char *json_str(const json_t *object, const char *key, const char *fallback)
{
    const json_t *v = json_object_get(object, key);
    return json_is_string(v) ? json_string_value(v) : fallback;
}

bool json_is_text(const json_t *v, const char *text)
{
    size_t n = strlen(text);
    return json_is_string(v) && json_string_length(v) == n && memcmp(json_string_value(v), text, n) == 0;
}

int64_t json_int(const json_t *object, const char *key, int64_t fallback)
{
    const json_t *v = json_object_get(object, key);
    if (json_is_integer(v))
        return json_integer_value(v);
    double d = json_is_real(v) ? json_real_value(v) : NAN;
    /* 2^63 itself is a double that no int64_t holds */
    return d >= -0x1p63 && d < 0x1p63 && d == floor(d) ? (int64_t)d : fallback;
}

double json_num(const json_t *object, const char *key, double fallback)
{
    const json_t *v = json_object_get(object, key);
    return json_is_number(v) ? json_number_value(v) : fallback;
}

bool json_flag(const json_t *object, const char *key, bool fallback)
{
    const json_t *v = json_object_get(object, key);
    return json_is_boolean(v) ? json_is_true(v) : fallback;
}

json_t *json_obj(const json_t *object, const char *key)
{
    json_t *v = json_object_get(object, key);
    return json_is_object(v) ? v : NULL;
}

json_t *json_arr(const json_t *object, const char *key)
{
    json_t *v = json_object_get(object, key);
    return json_is_array(v) ? v : NULL;
}

json_t *json_str_lossy(const char *p, size_t n)
{
    if (text_is_utf8(p, n))
        return json_stringn_nocheck(p, n);
    auto_buf struct buf b = BUF_INIT(n * 3);
    for (size_t i = 0; i < n;) {
        uint32_t cp;
        size_t len = text_utf8_next(p + i, n - i, &cp);
        if (len)
            buf_add(&b, p + i, len);
        else
            buf_adds(&b, "\xEF\xBF\xBD");
        i += len ? len : 1;
    }
    return json_stringn_nocheck(buf_text(&b), b.len);
}

struct placed {
    json_t *item;
    size_t at;
    json_order_fn *order;
};

static int in_order(const void *a, const void *b)
{
    const struct placed *x = a, *y = b;
    int order = x->order(x->item, y->item);
    return order ? order : (x->at > y->at) - (x->at < y->at);
}

json_t *json_sorted(const json_t *array, json_order_fn *order)
{
    size_t n = json_array_size(array);
    auto_free struct placed *list = xcalloc(n + 1, sizeof *list);
    for (size_t i = 0; i < n; i++)
        list[i] = (struct placed){json_array_get(array, i), i, order};
    qsort(list, n, sizeof *list, in_order);
    json_t *out = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append(out, list[i].item);
    return out;
}

void json_put(json_t *object, const char *key, json_t *value)
{
    if (value)
        json_object_set_new(object, key, value);
}

void json_put_str(json_t *object, const char *key, const char *value)
{
    if (value)
        json_object_set_new(object, key, json_str_lossy(value, strlen(value)));
}

void json_put_int(json_t *object, const char *key, int64_t value)
{
    json_object_set_new(object, key, json_integer(value));
}

void json_put_flag(json_t *object, const char *key, bool value)
{
    json_object_set_new(object, key, json_boolean(value));
}

void json_put_time(json_t *object, const char *key, int64_t wall_ms)
{
    if (wall_ms < 0)
        return;
    char text[CLOCK_TEXT_MAX];
    clock_rfc3339(wall_ms, text);
    json_object_set_new(object, key, json_string(text));
}
