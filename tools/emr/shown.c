#include "tools/emr/shown.h"

#include "base/json.h"
#include "base/own.h"
#include "base/redact.h"

#include <string.h>

#define REDACTED "[redacted]"

/* "--token=x" or "spark.password=x": the name is kept. */
static json_t *shown_text(const char *text)
{
    const char *equals = strchr(text, '=');
    auto_free char *key = xstrndup(text, equals ? (size_t)(equals - text) : 0);
    if (!equals || !redact_key_is_secret(key))
        return json_string(text);
    auto_free char *out = xasprintf("%s=" REDACTED, key);
    return json_string(out);
}

static json_t *shown_list(const json_t *list)
{
    json_t *out = json_array();
    const char *before = "";
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item) {
        const char *text = json_string_value(item);
        bool secret = text && before[0] == '-' && !strchr(before, '=') && redact_key_is_secret(before);
        json_array_append_new(out, secret ? json_string(REDACTED) : emr_shown(item));
        before = text ? text : "";
    }
    return out;
}

static json_t *shown_object(const json_t *object)
{
    json_t *out = json_object();
    bool pair = redact_key_is_secret(json_str(object, "Key", ""));
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, key, value) {
        bool secret = json_is_string(value) && (redact_key_is_secret(key) || (pair && !strcmp(key, "Value")));
        json_put(out, key, secret ? json_string(REDACTED) : emr_shown(value));
    }
    return out;
}

json_t *emr_shown(const json_t *value)
{
    if (json_is_object(value))
        return shown_object(value);
    if (json_is_array(value))
        return shown_list(value);
    if (json_is_string(value))
        return shown_text(json_string_value(value));
    return json_incref((json_t *)(uintptr_t)value);
}
