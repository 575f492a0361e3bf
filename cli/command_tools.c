#include "cli/command.h"

#include "auth/auth.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/registry.h"

#include <stdio.h>
#include <string.h>

/* Name and description, wrapped for people. */
static void print_tool(const struct tool *t)
{
    json_auto_t *document = json_parse(t->document, t->document_len, JSON_DEPTH_CLIENT, NULL);
    printf("%s%s\n", t->name, t->writes ? " (changes things)" : "");
    const char *p = json_str(document, "description", "");
    while (*p) {
        size_t n = strlen(p);
        if (n > 94) {
            n = 94;
            while (n > 0 && p[n] != ' ')
                n--;
            if (n == 0)
                n = text_utf8_floor(p, 94);
        }
        printf("    %.*s\n", (int)n, p);
        p += n;
        p += strspn(p, " \n");
    }
}

static int run(const struct command_line *line, struct err *e)
{
    if (line->argument_count)
        return err_set(e, ERR_CONFIG, "tools takes no argument \"%s\"", line->arguments[0]);
    struct tool_choice choice;
    if (program_choice(line->settings, &choice, e))
        return -1;
    if (!settings_flag(line->settings, "json")) {
        for (size_t i = 0; i < choice.offered_count; i++)
            print_tool(choice.offered[i]);
        return EXIT_OK;
    }
    struct program p;
    if (program_init(&p, line->settings, false, e))
        return -1;
    puts(engine_tools_json(p.engine, SCOPE_ALL, NULL));
    program_done(&p);
    return EXIT_OK;
}

const struct command command_tools = {
    .name = "tools", .bit = COMMAND_TOOLS, .usage = "", .run = run,
    .summary = "list the tools that are offered; --json prints what tools/list answers"};
