#include "cli/call_arguments.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <string.h>

static json_t *whole_object(const char *word, struct err *e)
{
    json_t *v = json_parse(word, strlen(word), JSON_DEPTH_CLIENT, e);
    if (!v) {
        e->kind = ERR_CONFIG;
        err_wrap(e, "the arguments object");
    }
    return v;
}

/* The value of one word, by the type its property has. */
static json_t *value_of(const json_t *property, const char *name, const char *text, struct err *e)
{
    const char *type = json_str(property, "type", "string");
    if (strcmp(type, "string") == 0)
        return json_str_lossy(text, strlen(text));
    struct err why = {0};
    json_t *v = json_parse(text, strlen(text), JSON_DEPTH_CLIENT, &why);
    if (!v)
        err_set(e, ERR_CONFIG, "%s=%s: must be JSON of type %s", name, text, type);
    return v;
}

json_t *call_arguments(const json_t *input, const char *const *words, size_t n, struct err *e)
{
    if (n == 1 && words[0][0] == '{')
        return whole_object(words[0], e);
    json_auto_t *arguments = json_object();
    const json_t *properties = json_obj(input, "properties");
    for (size_t i = 0; i < n; i++) {
        const char *equals = strchr(words[i], '=');
        if (!equals || equals == words[i]) {
            err_set(e, ERR_CONFIG, "\"%s\" is not of the form name=value", words[i]);
            return NULL;
        }
        auto_free char *name = xstrndup(words[i], (size_t)(equals - words[i]));
        if (json_object_get(arguments, name)) {
            err_set(e, ERR_CONFIG, "%s is given twice", name);
            return NULL;
        }
        json_t *value = value_of(json_object_get(properties, name), name, equals + 1, e);
        if (!value)
            return NULL;
        json_object_set_new(arguments, name, value);
    }
    return steal(&arguments);
}

/* "--dry-run=false": the name that an argument would have, "dry_run". */
static char *argument_name(const char *flag)
{
    const char *name = flag + strspn(flag, "-");
    char *out = xstrndup(name, strcspn(name, "="));
    for (char *p = out; *p; p++)
        if (*p == '-')
            *p = '_';
    return out;
}

void call_arguments_hint(const json_t *input, int argc, char *const *argv, struct err *e)
{
    for (int i = 0; i < argc; i++) {
        size_t n = strcspn(argv[i], "=");
        auto_free char *refused = xasprintf("%.*s is not a flag", (int)n, argv[i]);
        auto_free char *name = argument_name(argv[i]);
        const json_t *property = json_obj(json_obj(input, "properties"), name);
        if (!property || !text_starts(e->text, refused))
            continue;
        const char *value = argv[i][n] ? argv[i] + n + 1 : strcmp(json_str(property, "type", ""), "boolean") ? "VALUE" : "true";
        err_clear(e);
        err_set(e, ERR_CONFIG, "%s: an argument of the tool is given as NAME=VALUE: %s=%.80s", refused, name, value);
        return;
    }
}
