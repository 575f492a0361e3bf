/* Which of the product's tools a server offers (--tools, --exclude-tools, --read-only), and how an answer, a plan or a page that
   names one of the others says so. */
#ifndef LW_TOOLS_CHOICE_H
#define LW_TOOLS_CHOICE_H

#include "base/err.h"
#include "tools/tool.h"

#include <stdbool.h>
#include <stddef.h>

#define TOOLS_MAX 32
#define TOOL_CHOICE_NOTE_MAX 300 /* characters of what tool_choice_tell adds */

/* What somebody asks for. An item of a list is a name, or several with commas between them and blanks around them. */
struct tool_wish {
    const char *const *only;    /* these; none: all */
    size_t only_count;
    const char *const *without; /* but not these, whatever `only` says */
    size_t without_count;
    bool read_only;             /* and none that changes something, whatever `only` says */
};

/* The registry in two parts, each sorted by name. */
struct tool_choice {
    const struct tool *offered[TOOLS_MAX], *withheld[TOOLS_MAX];
    size_t offered_count, withheld_count;
    bool writes; /* one of those offered changes something */
};

/* Returns 0, or -1 and ERR_CONFIG: a name that is no tool's, with the one that looks most like it; or nothing is left. */
int tool_choice_make(const struct tool_wish *w, struct tool_choice *out, struct err *e);

/* The tool of the registry that has the name as a part, or looks most like it; NULL where none does. */
const char *tool_nearest(const char *name);

/* Who calls has this choice; NULL, which withholds nothing, where the call's env is not the product's (struct tool_env). */
const struct tool_choice *tool_choice_of(const struct tool_call *call);

/* Whether the name is that of a tool which is not offered. */
bool tool_is_withheld(const struct tool_choice *c, const char *name);

/* The tools that the text names and that are not offered, as "a, b"; NULL where there are none. Free with free(). */
char *tool_choice_missing(const struct tool_choice *c, const char *text);

/* Says in an answer what is not offered of what it names: a block of text behind the others, and `offered: false` in each of
   `links`, in `retry` and in `follow_up` that names such a tool. */
void tool_choice_tell(const struct tool_choice *c, struct tool_answer *answer);

#endif
