#include "cli/doctor_tools.h"

#include "base/buf.h"

#include <string.h>

static bool is_set(const struct settings *s, const char *name)
{
    return strcmp(settings_origin(s, name), "default") != 0;
}

static void add_names(struct buf *out, const char *before, const struct tool *const *tools, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_addf(out, "%s%s", i ? ", " : before, tools[i]->name);
}

void doctor_tools(struct doctor_report *r, const struct program *p, const struct settings *s)
{
    const struct tool_choice *c = &p->choice;
    auto_buf struct buf seen = BUF_INIT(4096);
    buf_addf(&seen, "%zu offered", c->offered_count);
    add_names(&seen, "; not offered: ", c->withheld, c->withheld_count);
    doctor_report_add(r, "tools", FINDING_OK, buf_text(&seen), NULL);
    bool writes_vain = !c->writes && is_set(s, "writes") && strcmp(settings_str(s, "writes"), "deny") != 0;
    if (writes_vain)
        doctor_report_add(r, "writes", FINDING_NOTE,
                          settings_flag(s, "read-only") ? "--read-only counts: nothing is changed, whatever --writes says"
                                                        : "no tool that changes something is offered: --writes has no effect",
                          "leave --writes away");
    const char *const *arns;
    if (!c->writes && settings_list(s, "write-role-arn", &arns))
        doctor_report_add(r, "write roles", FINDING_NOTE, "no tool that changes something is offered: nothing needs them",
                          "leave --write-role-arn away");
}
