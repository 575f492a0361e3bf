#include "cli/command.h"

#include "aws/policy.h"
#include "base/own.h"
#include "cli/call_arguments.h"

#include <stdio.h>
#include <string.h>

static int access_of(const struct command_line *line, enum aws_access *access, struct err *e)
{
    const char *word = line->argument_count ? line->arguments[0] : "";
    if (strcmp(word, "read") != 0 && strcmp(word, "write") != 0)
        return err_set(e, ERR_CONFIG, "iam needs to know which policy: read (for looking) or write (for changing)");
    *access = strcmp(word, "read") == 0 ? AWS_READ : AWS_WRITE;
    return 0;
}

static int run(const struct command_line *line, struct err *e)
{
    enum aws_access access = AWS_READ;
    if (access_of(line, &access, e))
        return -1;
    struct tool_choice choice;
    if (program_choice(line->settings, &choice, e))
        return -1;
    if (access == AWS_WRITE && !choice.writes)
        return err_set(e, ERR_CONFIG, "iam write: %s no tool is offered that changes something, so no such policy is needed",
                       settings_flag(line->settings, "read-only") ? "with --read-only"
                                                                  : "with these --tools and --exclude-tools");
    json_auto_t *given = call_arguments(NULL, line->arguments + 1, line->argument_count - 1, e);
    json_auto_t *policy = given ? aws_policy(access, given, e) : NULL;
    if (!policy)
        return -1;
    json_dumpf(policy, stdout, JSON_INDENT(2));
    putchar('\n');
    return EXIT_OK;
}

const struct command command_iam = {
    .name = "iam", .bit = COMMAND_IAM, .usage = "read|write [NAME=VALUE...] ", .run = run,
    .summary = "print the policy of the role that looks, or of the one that changes"};
