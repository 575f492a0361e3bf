/* Asking the person at the terminal, where there is one. */
#include "cli/command.h"

#include "base/clock.h"
#include "base/json.h"

#include <ctype.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define LOOK_MS 200 /* how soon an interrupt is noticed */

bool terminal_is_there(void)
{
    return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

/* Waits for a line. Returns false when the stop trips. */
static bool wait_for_line(struct stop *stop)
{
    struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
    while (stop_check(stop) == STOP_GO_ON)
        if (poll(&in, 1, LOOK_MS) > 0)
            return true;
    return false;
}

/* Only a y or a yes is one; what was typed before the question counts for nothing. */
static bool reads_yes(void)
{
    char line[64] = "";
    ssize_t n = read(STDIN_FILENO, line, sizeof line - 1);
    line[n > 0 ? n : 0] = '\0';
    line[strcspn(line, "\r\n")] = '\0';
    for (char *p = line; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return !strcmp(line, "y") || !strcmp(line, "yes");
}

enum asked terminal_ask(const struct tool_call *call, const struct question *q, json_t **answer)
{
    const json_t *properties = json_obj(json_obj(q->params, "requestedSchema"), "properties");
    if (strcmp(q->method, "elicitation/create") != 0 || !json_obj(properties, "confirm") || !terminal_is_there())
        return ASKED_CANNOT;
    tcflush(STDIN_FILENO, TCIFLUSH);
    fprintf(stderr, "\n%s\n\nDo it? [y/N] ", json_str(q->params, "message", ""));
    int64_t asked_ms = clock_mono_ms();
    stop_extend(call->stop, TERMINAL_WAIT_MS);
    if (!wait_for_line(call->stop))
        return ASKED_ENDED;
    bool yes = reads_yes();
    stop_extend(call->stop, clock_mono_ms() - asked_ms - TERMINAL_WAIT_MS);
    *answer = json_pack("{s:s, s:{s:b}}", "action", "accept", "content", "confirm", yes);
    return ASKED_ANSWERED;
}
