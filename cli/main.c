/* lakewarden: the command line. */
#include "cli/command.h"

#include "base/json.h"
#include "base/log.h"
#include "base/own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct command *const commands[] = {&command_http, &command_stdio, &command_tools, &command_call,
                                                 &command_doctor, &command_iam};

static void print_usage(FILE *to)
{
    fputs("lakewarden " LW_VERSION ": an MCP server that finds out why a data lake job failed, and retries it\n\n"
          "usage: lakewarden COMMAND [SETTING...]\n\n",
          to);
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        char call[80];
        snprintf(call, sizeof call, "%s %s", commands[i]->name, commands[i]->usage);
        fprintf(to, "  %-31s %s\n", call, commands[i]->summary);
    }
    fputs("\n`lakewarden COMMAND --help` lists its settings. Each is also a variable (LAKEWARDEN_LOG_LEVEL) and a key\n"
          "of the --config file (\"log-level\"). Exit codes: 0 good, 1 failed, 2 wrong command line or settings.\n",
          to);
}

static void print_help(const struct command *c)
{
    auto_buf struct buf text = BUF_INIT(65536);
    settings_help(settings_table, settings_table_count, c->bit, &text);
    printf("usage: lakewarden %s %s[SETTING...]\n%s\n\n%s", c->name, c->usage, c->summary, buf_text(&text));
}

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static bool asks_for(int argc, char **argv, const char *flag, const char *letter)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], flag) == 0 || strcmp(argv[i], letter) == 0)
            return true;
    return false;
}

static void setup_log(const struct settings *s)
{
    static const char *const levels[] = {"debug", "info", "warn", "error"};
    enum log_level least = LOG_INFO;
    for (size_t i = 0; i < ARRAY_LEN(levels); i++)
        if (strcmp(settings_str(s, "log-level"), levels[i]) == 0)
            least = (enum log_level)i;
    log_setup(least, strcmp(settings_str(s, "log-format"), "text") == 0 ? LOG_AS_TEXT : LOG_AS_JSON);
}

static int complain(const struct err *e)
{
    fprintf(stderr, "lakewarden: %s\n", e->text);
    return e->kind == ERR_CONFIG || e->kind == ERR_INVALID ? EXIT_USAGE : EXIT_FAILED;
}

int main(int argc, char **argv)
{
    json_setup();
    if (asks_for(argc, argv, "--version", "-V")) {
        puts("lakewarden " LW_VERSION);
        return EXIT_OK;
    }
    const struct command *c = argc > 1 ? find_command(argv[1]) : NULL;
    bool help = asks_for(argc, argv, "--help", "-h");
    if (help && c) {
        print_help(c);
        return EXIT_OK;
    }
    if (!c) {
        bool asked = help || (argc == 2 && strcmp(argv[1], "help") == 0);
        if (argc > 1 && !asked)
            fprintf(stderr, "lakewarden: there is no command \"%s\"\n\n", argv[1]);
        print_usage(asked ? stdout : stderr);
        return asked ? EXIT_OK : EXIT_USAGE;
    }
    struct err e = {0};
    auto_free const char **rest = xcalloc((size_t)argc, sizeof *rest);
    size_t rest_count = 0;
    struct settings *s = settings_load(settings_table, settings_table_count, argc - 2, argv + 2, rest, &rest_count, &e);
    if (!s && c->hint)
        c->hint(argc - 2, argv + 2, &e);
    if (!s)
        return complain(&e);
    setup_log(s);
    struct command_line line = {.settings = s, .arguments = rest, .argument_count = rest_count};
    int code = c->run(&line, &e);
    if (code < 0)
        code = complain(&e);
    settings_free(s);
    return code;
}
