#include "cli/command.h"

#include "base/json.h"
#include "base/own.h"
#include "base/signals.h"
#include "base/stop.h"
#include "cli/call_arguments.h"
#include "tools/choice.h"
#include "tools/registry.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* New reference; NULL where there is no tool of that name. */
static json_t *input_schema(const char *name)
{
    for (size_t i = 0; i < tools_registry_count; i++) {
        const struct tool *t = tools_registry[i];
        if (strcmp(t->name, name) == 0) {
            json_auto_t *document = json_parse(t->document, t->document_len, JSON_DEPTH_CLIENT, NULL);
            return json_incref(json_object_get(document, "inputSchema"));
        }
    }
    return NULL;
}

/* On a terminal a person sees how far it is. */
static void show_progress(const struct tool_call *call, double progress, double total, const char *message)
{
    (void)call, (void)total, (void)progress;
    if (message && isatty(STDERR_FILENO))
        fprintf(stderr, "... %s\n", message);
}

static void print_answer(const struct tool_answer *a, bool as_json)
{
    if (as_json) {
        json_auto_t *whole = a->structured && !a->is_error
                                 ? json_incref(a->structured)
                                 : json_pack("{s:b, s:O}", "isError", a->is_error, "content", a->content);
        json_dumpf(whole, stdout, JSON_INDENT(2));
        putchar('\n');
        return;
    }
    for (size_t i = 0; i < json_array_size(a->content); i++) {
        const char *text = json_str(json_array_get(a->content, i), "text", NULL);
        if (text)
            fprintf(a->is_error ? stderr : stdout, "%s%s", text, *text && text[strlen(text) - 1] == '\n' ? "" : "\n");
    }
}

/* Whether what was asked for has not come about, or nobody can say. */
static bool has_failed(const struct tool_answer *a)
{
    static const char *const effects[] = {"refused", "failed", "unknown"};
    const char *effect = json_str(a->structured, "effect", "");
    for (size_t i = 0; i < ARRAY_LEN(effects); i++)
        if (strcmp(effects[i], effect) == 0)
            return true;
    return a->is_error;
}

/* Trips the stop at SIGINT or SIGTERM, so that a call ends tidily. */
struct interrupt {
    struct stop *stop;
    int signals, done_fd;
};

static void *wait_interrupt(void *arg)
{
    struct interrupt *i = arg;
    struct pollfd fds[2] = {{.fd = i->signals, .events = POLLIN}, {.fd = i->done_fd, .events = POLLIN}};
    while (poll(fds, 2, -1) < 0)
        ;
    if (fds[0].revents)
        stop_trip(i->stop, STOP_CANCELLED);
    return NULL;
}

static int call_tool(struct program *p, const struct command_line *line, json_t *arguments, int signals, struct err *e)
{
    int done[2];
    if (pipe(done))
        return err_set(e, ERR_INTERNAL, "no pipe could be made");
    struct stop stop;
    stop_init(&stop, settings_num(line->settings, "call-timeout"));
    struct interrupt interrupt = {.stop = &stop, .signals = signals, .done_fd = done[0]};
    pthread_t watcher;
    bool watched = pthread_create(&watcher, NULL, wait_interrupt, &interrupt) == 0;
    struct tool_answer answer = {0};
    struct engine_here here = {.subject = "local", .stop = &stop, .progress = show_progress, .ask = terminal_ask};
    int rc = engine_call_here(p->engine, line->arguments[0], arguments, &here, &answer, e);
    close(done[1]);
    if (watched)
        pthread_join(watcher, NULL);
    close(done[0]);
    stop_done(&stop);
    if (rc)
        return -1;
    print_answer(&answer, settings_flag(line->settings, "json"));
    int code = has_failed(&answer) ? EXIT_FAILED : EXIT_OK;
    json_decref(answer.content);
    json_decref(answer.structured);
    return code;
}

static int unknown_tool(const char *name, struct err *e)
{
    const char *nearest = tool_nearest(name);
    if (nearest)
        return err_set(e, ERR_CONFIG, "unknown tool \"%.80s\" (did you mean %s?)", name, nearest);
    return err_set(e, ERR_CONFIG, "unknown tool \"%.80s\"; `lakewarden tools` lists them", name);
}

static int run(const struct command_line *line, struct err *e)
{
    if (line->argument_count == 0)
        return err_set(e, ERR_CONFIG, "call needs the name of a tool; `lakewarden tools` lists them");
    json_auto_t *input = input_schema(line->arguments[0]);
    if (!input)
        return unknown_tool(line->arguments[0], e);
    json_auto_t *arguments = call_arguments(input, line->arguments + 1, line->argument_count - 1, e);
    auto_close int signals = signals_open(e);
    struct program p;
    if (!arguments || signals < 0 || program_init(&p, line->settings, false, e))
        return -1;
    int code = call_tool(&p, line, arguments, signals, e);
    program_done(&p);
    return code;
}

/* A flag that is none may be an argument of the tool, whose name is among the words. */
static void hint(int argc, char *const *argv, struct err *e)
{
    json_auto_t *input = NULL;
    for (int i = 0; i < argc && !input; i++)
        input = input_schema(argv[i]);
    call_arguments_hint(input, argc, argv, e);
}

const struct command command_call = {
    .name = "call", .bit = COMMAND_CALL, .usage = "TOOL [NAME=VALUE...] ", .run = run, .hint = hint,
    .summary = "call one tool here and now; --json prints the whole answer"};
