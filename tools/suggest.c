#include "tools/suggest.h"

#include "base/json.h"
#include "base/own.h"
#include "base/redact.h"
#include "base/text.h"
#include "tools/env.h"
#include "tools/names.h"
#include "tools/suggest_lists.h"

#include <string.h>

#define SHOWN_MAX 100
#define NAME_MAX_LEN 256 /* bytes; nothing longer is a name, and what is kept is kept under names */

/* Asks the service; what comes is kept, also where nothing does: who may not list is not asked again at each letter. */
static json_t *read_names(const struct tool_call *call, const struct list *l, const char *key, const char *value)
{
    const struct tool_env *env = call->env;
    json_t *names = json_array();
    struct stop stop;
    stop_init(&stop, SUGGEST_TIMEOUT_MS);
    struct aws_where where = {.access = AWS_READ, .subject = call->subject};
    struct aws_session *s = aws_session_new(env->aws, &where, &stop, NULL);
    if (s)
        l->read(call, s, value, names);
    aws_session_free(s);
    stop_done(&stop);
    names_keep(env->names, key, names);
    return names;
}

static json_t *names_for(const struct tool_call *call, const struct list *l, const char *within, const char *value)
{
    const struct tool_env *env = call->env;
    auto_free char *key = xasprintf("%s\n%s\n%s", l->argument, within, l->by_prefix ? value : "");
    json_t *names = names_kept(env->names, key);
    return names ? names : read_names(call, l, key, value);
}

static bool contains(const char *name, const char *value)
{
    for (; *name; name++)
        if (text_istarts(name, value))
            return true;
    return false;
}

/* Those that begin with what was typed, or (`inside`) those that only contain it. */
static void choose(const json_t *names, const char *value, bool inside, struct completion *out)
{
    size_t i;
    json_t *name;
    json_array_foreach(names, i, name) {
        const char *text = json_string_value(name);
        bool wanted = inside ? !text_istarts(text, value) && contains(text, value) : text_istarts(text, value);
        if (!wanted || !redact_is_plain(text, strlen(text))) /* what cannot be seen is not typed either */
            continue;
        out->total++;
        if (json_array_size(out->values) < SHOWN_MAX)
            json_array_append(out->values, name);
        else
            out->more = true;
    }
}

int suggest(const struct tool_call *call, const char *argument, const char *value, struct completion *out, struct err *e)
{
    (void)e;
    *out = (struct completion){.values = json_array()};
    const struct list *l = list_for(argument);
    const char *within = l && l->needs ? json_str(call->arguments, l->needs, "") : "";
    if (!l || strlen(value) > NAME_MAX_LEN || strlen(within) > NAME_MAX_LEN || (l->needs && !*within))
        return 0;
    json_auto_t *names = names_for(call, l, within, value);
    choose(names, value, false, out);
    choose(names, value, true, out);
    return 0;
}
