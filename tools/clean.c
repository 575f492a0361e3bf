#include "tools/clean.h"

#include "base/json.h"
#include "base/redact.h"

#include <stdint.h>
#include <string.h>

static json_t *clean_value(const json_t *value, bool by_key, int depth);

static json_t *clean_string(const json_t *value)
{
    const char *s = json_string_value(value);
    size_t n = json_string_length(value);
    int redactions = 0;
    auto_buf struct buf text = BUF_INIT(n * 4 + 64);
    redact_text(s, n, &text, &redactions);
    return json_str_lossy(buf_text(&text), text.len);
}

static json_t *clean_object(const json_t *value, bool by_key, int depth)
{
    json_t *out = json_object();
    const char *key;
    json_t *member;
    json_object_foreach((json_t *)(uintptr_t)value, key, member) {
        auto_buf struct buf name = BUF_INIT(strlen(key) * 4 + 64);
        int redactions = 0;
        redact_text(key, strlen(key), &name, &redactions);
        bool plain = json_is_object(member) || json_is_boolean(member) || json_is_null(member);
        bool hidden = by_key && !plain && redact_key_is_secret(key);
        json_put(out, buf_text(&name), hidden ? json_string("[redacted]") : clean_value(member, by_key, depth + 1));
    }
    return out;
}

static json_t *clean_value(const json_t *value, bool by_key, int depth)
{
    if (json_is_string(value))
        return clean_string(value);
    if (depth > JSON_DEPTH_CLIENT)
        return json_null();
    if (json_is_object(value))
        return clean_object(value, by_key, depth);
    if (!json_is_array(value))
        return json_incref((json_t *)(uintptr_t)value);
    json_t *out = json_array();
    size_t i;
    json_t *item;
    json_array_foreach(value, i, item)
        json_array_append_new(out, clean_value(item, by_key, depth + 1));
    return out;
}

json_t *clean_json(const json_t *value, bool by_key)
{
    return clean_value(value, by_key, 0);
}
