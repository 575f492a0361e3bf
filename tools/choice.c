#include "tools/choice.h"

#include "base/buf.h"
#include "base/own.h"
#include "base/similar.h"
#include "tools/registry.h"

#include <string.h>

/* Which tools of the registry are named. */
struct tool_set {
    bool has[TOOLS_MAX];
};

static size_t index_of(const char *name)
{
    size_t i = 0;
    while (i < tools_registry_count && strcmp(tools_registry[i]->name, name) != 0)
        i++;
    return i;
}

const char *tool_nearest(const char *name)
{
    const char *nearest = NULL;
    size_t most = similar_most(name) + 1;
    for (size_t i = 0; i < tools_registry_count && *name; i++) {
        const char *tool = tools_registry[i]->name;
        size_t edits = strstr(tool, name) ? 0 : similar_edits(name, tool);
        if (edits < most) {
            nearest = tool;
            most = edits;
        }
    }
    return nearest;
}

static int no_tool(const char *setting, const char *name, struct err *e)
{
    const char *nearest = tool_nearest(name);
    if (nearest)
        return err_set(e, ERR_CONFIG, "%s: there is no tool \"%.80s\" (did you mean %s?)", setting, name, nearest);
    auto_buf struct buf all = BUF_INIT(TOOLS_MAX * 32);
    for (size_t i = 0; i < tools_registry_count; i++)
        buf_addf(&all, "%s%s", i ? ", " : "", tools_registry[i]->name);
    return err_set(e, ERR_CONFIG, "%s: there is no tool \"%.80s\"; there are %s", setting, name, buf_text(&all));
}

/* Adds the tools of one item to the set. */
static int add_item(const char *setting, const char *item, struct tool_set *set, struct err *e)
{
    for (const char *p = item;; p++) {
        size_t n = strcspn(p, ","), blanks = strspn(p, " ");
        size_t from = blanks < n ? blanks : n, to = n;
        while (to > from && p[to - 1] == ' ')
            to--;
        auto_free char *name = xstrndup(p + from, to - from);
        size_t i = index_of(name);
        if (!*name)
            return err_set(e, ERR_CONFIG, "%s: \"%.80s\" has an empty name in it", setting, item);
        if (i == tools_registry_count)
            return no_tool(setting, name, e);
        set->has[i] = true;
        p += n;
        if (!*p)
            return 0;
    }
}

static int read_list(const char *setting, const char *const *items, size_t n, struct tool_set *set, struct err *e)
{
    for (size_t i = 0; i < n; i++)
        if (add_item(setting, items[i], set, e))
            return -1;
    return 0;
}

/* Why nothing is left, in the names of the settings that took it away. */
static int nothing_left(const struct tool_wish *w, struct err *e)
{
    return err_set(e, ERR_CONFIG, "no tool is left to offer: %s away all%s",
                   !w->read_only      ? "--exclude-tools takes"
                   : w->without_count ? "--exclude-tools and --read-only take"
                                      : "--read-only takes",
                   w->only_count ? " that --tools names" : "");
}

int tool_choice_make(const struct tool_wish *w, struct tool_choice *out, struct err *e)
{
    struct tool_set only = {0}, without = {0};
    if (read_list("--tools", w->only, w->only_count, &only, e) ||
        read_list("--exclude-tools", w->without, w->without_count, &without, e))
        return -1;
    struct tool_choice c = {0};
    for (size_t i = 0; i < tools_registry_count; i++) {
        const struct tool *t = tools_registry[i];
        bool wanted = !w->only_count || only.has[i];
        if (wanted && !without.has[i] && !(w->read_only && t->writes)) {
            c.offered[c.offered_count++] = t;
            c.writes |= t->writes;
        } else {
            c.withheld[c.withheld_count++] = t;
        }
    }
    if (!c.offered_count)
        return nothing_left(w, e);
    *out = c;
    return 0;
}
