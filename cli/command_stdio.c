#include "cli/command.h"

#include "base/log.h"
#include "base/own.h"
#include "base/signals.h"
#include "server/stdio_transport.h"

#include <unistd.h>

static int run(const struct command_line *line, struct err *e)
{
    if (line->argument_count)
        return err_set(e, ERR_CONFIG, "stdio takes no argument \"%s\"", line->arguments[0]);
    auto_close int signals = signals_open(e);
    struct program p;
    if (signals < 0 || program_init(&p, line->settings, false, e))
        return -1;
    int rc = stdio_serve(p.engine, STDIN_FILENO, STDOUT_FILENO, signals, e);
    program_done(&p);
    return rc ? -1 : EXIT_OK;
}

const struct command command_stdio = {
    .name = "stdio", .bit = COMMAND_STDIO, .usage = "", .run = run,
    .summary = "serve one client on stdin and stdout, with your own AWS identity"};
