/* What is said of tools that are named, but not offered. */
#include "tools/choice.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/env.h"

#include <string.h>

/* Longer than the names of all tools together. */
#define MISSING_MAX 1024

const struct tool_choice *tool_choice_of(const struct tool_call *call)
{
    const struct tool_env *env = call->env;
    return env ? env->choice : NULL;
}

bool tool_is_withheld(const struct tool_choice *c, const char *name)
{
    for (size_t i = 0; c && i < c->withheld_count; i++)
        if (strcmp(c->withheld[i]->name, name) == 0)
            return true;
    return false;
}

/* Whether the text has it as a word. */
static bool names(const char *text, const char *name)
{
    size_t n = strlen(name);
    for (const char *p = strstr(text, name); p; p = strstr(p + n, name))
        if ((p == text || !text_word_span((const char[]){p[-1], '\0'}, "_")) && text_word_span(p, "_") == n)
            return true;
    return false;
}

static void add_missing(const struct tool_choice *c, const char *text, struct buf *out)
{
    for (size_t i = 0; c && i < c->withheld_count; i++)
        if (names(text, c->withheld[i]->name) && !names(buf_text(out), c->withheld[i]->name))
            buf_addf(out, "%s%s", out->len ? ", " : "", c->withheld[i]->name);
}

char *tool_choice_missing(const struct tool_choice *c, const char *text)
{
    auto_buf struct buf out = BUF_INIT(MISSING_MAX);
    add_missing(c, text, &out);
    return out.len ? buf_steal(&out, NULL) : NULL;
}

static void mark(const struct tool_choice *c, json_t *call)
{
    if (tool_is_withheld(c, json_str(call, "tool", "")))
        json_put_flag(call, "offered", false);
}

void tool_choice_tell(const struct tool_choice *c, struct tool_answer *answer)
{
    if (!c || !c->withheld_count || !answer->content)
        return;
    auto_buf struct buf missing = BUF_INIT(MISSING_MAX);
    size_t i;
    json_t *o;
    json_array_foreach(answer->content, i, o)
        add_missing(c, json_str(o, "text", ""), &missing);
    json_array_foreach(json_arr(answer->structured, "links"), i, o)
        mark(c, o);
    mark(c, json_obj(answer->structured, "retry"));
    mark(c, json_obj(answer->structured, "follow_up"));
    if (!missing.len)
        return;
    auto_free char *text = xasprintf("Not offered by this server: %s.\n", buf_text(&missing));
    json_auto_t *block = tool_text_content(text, strlen(text));
    json_array_extend(answer->content, block);
}
