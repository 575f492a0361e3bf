/* The body of a refusal for those who read more of it than code and message. */
#include "aws/fault.h"

#include "base/json.h"
#include "base/own.h"
#include "base/redact.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

static json_t *string_clean(const json_t *v)
{
    int found = 0;
    size_t n = json_string_length(v);
    auto_buf struct buf out = BUF_INIT(n * 4 + 64);
    redact_text(json_string_value(v), n, &out, &found);
    return json_str_lossy(buf_text(&out), out.len);
}

/* A copy without secrets: string by string, since quotes and escapes around them hide what a secret looks like. */
static json_t *value_clean(const json_t *v)
{
    if (json_is_string(v))
        return string_clean(v);
    if (json_is_array(v)) {
        json_t *out = json_array();
        for (size_t i = 0; i < json_array_size(v); i++)
            json_array_append_new(out, value_clean(json_array_get(v, i)));
        return out;
    }
    if (!json_is_object(v))
        return json_incref((json_t *)(uintptr_t)v); /* a number or a word: shared, never changed */
    json_t *out = json_object(), *item;
    const char *key;
    json_object_foreach((json_t *)(uintptr_t)v, key, item)
    {
        bool secret = redact_key_is_secret(key) && json_is_string(item);
        json_object_set_new(out, key, secret ? json_string("[redacted]") : value_clean(item));
    }
    return out;
}

void fault_detail(const struct http_reply *reply, char *out, size_t size)
{
    int found = 0;
    json_auto_t *body = json_parse(buf_text(&reply->body), reply->body.len, JSON_DEPTH_UPSTREAM, NULL);
    json_auto_t *clean = body ? value_clean(body) : NULL;
    auto_free char *text = clean ? json_text(clean, NULL) : NULL;
    auto_buf struct buf broken = BUF_INIT(size * 4);
    if (!text) { /* no JSON, or only the beginning of it: as the text it is */
        size_t n = reply->body.len < size ? reply->body.len : text_utf8_floor(buf_text(&reply->body), size);
        redact_text(buf_text(&reply->body), n, &broken, &found);
    }
    const char *from = text ? text : buf_text(&broken);
    size_t n = strlen(from);
    if (n >= size)
        n = text_utf8_floor(from, size - 1);
    memcpy(out, from, n);
    out[n] = '\0';
}
