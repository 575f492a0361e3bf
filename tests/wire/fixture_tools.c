/* Tools whose behaviour a test can foretell. */
#include "tests/wire/fixture_tools.h"

#include "tests/wire/fixture_asking.h"

#include "base/json.h"
#include "base/own.h"
#include "tests/wire/fixture_late.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* What becomes of calls of `wait`, by the names they are given: tests of cancellation share a server, and each looks at its own. */
static struct waits {
    char name[32]; /* "" for those without one */
    int waiting, stopped;
} all_waits[256];
static pthread_mutex_t waits_lock = PTHREAD_MUTEX_INITIALIZER;

/* With the lock held: those of that name; with those without one where that finds no room. */
static struct waits *find_waits(const char *name)
{
    for (size_t i = 1; *name && i < ARRAY_LEN(all_waits); i++) {
        struct waits *w = &all_waits[i];
        if (!*w->name)
            snprintf(w->name, sizeof w->name, "%s", name);
        if (strcmp(w->name, name) == 0)
            return w;
    }
    return &all_waits[0];
}

/* What there is of that name once these are added. */
static struct waits count_waits(const char *name, int waiting, int stopped)
{
    pthread_mutex_lock(&waits_lock);
    struct waits *w = find_waits(name);
    w->waiting += waiting;
    w->stopped += stopped;
    struct waits now = *w;
    pthread_mutex_unlock(&waits_lock);
    return now;
}

static int answer_text(struct tool_answer *out, const char *text, json_t *structured)
{
    out->content = json_pack("[{s:s, s:s}]", "type", "text", "text", text);
    out->structured = structured;
    return 0;
}

static int run_echo(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    (void)e;
    const char *text = json_str(call->arguments, "text", "");
    return answer_text(out, text, json_pack("{s:s, s:s}", "text", text, "subject", call->subject));
}

/* Waits `ms`, with `notes` progress notes on the way. */
static int run_wait(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    int64_t ms = json_int(call->arguments, "ms", 0), notes = json_int(call->arguments, "notes", 0);
    const char *name = json_str(call->arguments, "name", "");
    count_waits(name, 1, 0);
    for (int64_t i = 0; i <= notes; i++) {
        enum stop_why why = stop_sleep(call->stop, ms / (notes + 1));
        if (why != STOP_GO_ON) {
            count_waits(name, -1, 1);
            return stop_err(why, "waiting", e);
        }
        if (i < notes)
            call->progress(call, (double)(i + 1), (double)(notes + 1), "still waiting");
    }
    count_waits(name, -1, 0);
    return answer_text(out, "waited", json_pack("{s:I}", "ms", (json_int_t)ms));
}

static int run_fail(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    (void)call, (void)out;
    return err_set(e, ERR_UPSTREAM, "the upstream is on fire");
}

static int run_stopped(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    (void)e;
    struct waits now = count_waits(json_str(call->arguments, "name", ""), 0, 0);
    return answer_text(out, "counted", json_pack("{s:i, s:i}", "waiting", now.waiting, "stopped", now.stopped));
}

static int run_change(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    (void)call, (void)e;
    return answer_text(out, "changed", json_pack("{s:b}", "changed", 1));
}

static int run_route(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    (void)e;
    return answer_text(out, "routed", json_pack("{s:O}", "arguments", call->arguments));
}

#define DOCUMENT(text) .document = text, .document_len = sizeof text - 1

static const struct tool tool_change = {
    .name = "change", .writes = true, .run = run_change,
    DOCUMENT("{\"name\":\"change\",\"description\":\"Changes something.\",\"inputSchema\":{\"type\":\"object\",\"additionalProperties\":"
             "false},\"outputSchema\":{\"type\":\"object\",\"properties\":{\"changed\":{\"type\":\"boolean\"}}},\"annotations\":{"
             "\"readOnlyHint\":false}}")};
static const struct tool tool_echo = {
    .name = "echo", .run = run_echo,
    DOCUMENT("{\"name\":\"echo\",\"title\":\"Echo\",\"description\":\"Says what it was told.\",\"inputSchema\":{\"type\":\"object\","
             "\"properties\":{\"text\":{\"type\":\"string\",\"maxLength\":100000}},\"required\":[\"text\"],\"additionalProperties\":false},"
             "\"outputSchema\":{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\"},\"subject\":{\"type\":\"string\"}},"
             "\"required\":[\"text\"]},\"annotations\":{\"readOnlyHint\":true}}")};
static const struct tool tool_fail = {
    .name = "fail", .run = run_fail,
    DOCUMENT("{\"name\":\"fail\",\"description\":\"Fails.\",\"inputSchema\":{\"type\":\"object\"},\"annotations\":{\"readOnlyHint\":true}}")};
/* Some of its arguments are to be repeated as headers. */
static const struct tool tool_route = {
    .name = "route", .run = run_route,
    DOCUMENT("{\"name\":\"route\",\"description\":\"Goes where the headers say.\",\"inputSchema\":{\"type\":\"object\","
             "\"properties\":{\"region\":{\"type\":\"string\",\"x-mcp-header\":\"Region\"},\"urgent\":{\"type\":\"boolean\","
             "\"x-mcp-header\":\"Urgent\"},\"page\":{\"type\":\"object\",\"properties\":{\"size\":{\"type\":\"integer\",\"x-mcp-header\":"
             "\"Page-Size\"}}},\"note\":{\"type\":\"string\"}},\"additionalProperties\":false},\"annotations\":{\"readOnlyHint\":true}}")};
static const struct tool tool_stopped = {
    .name = "stopped", .run = run_stopped,
    DOCUMENT("{\"name\":\"stopped\",\"description\":\"How many waits of that name go on, and how many were stopped.\",\"inputSchema\":{\"type\":\"object\","
             "\"properties\":{\"name\":{\"type\":\"string\",\"maxLength\":31}}},\"annotations\":{\"readOnlyHint\":true}}")};
static const struct tool tool_wait = {
    .name = "wait", .run = run_wait,
    DOCUMENT("{\"name\":\"wait\",\"description\":\"Waits.\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"ms\":{\"type\":"
             "\"integer\",\"minimum\":0,\"maximum\":600000},\"notes\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":1000},\"name\":{\"type\":"
             "\"string\",\"maxLength\":31}},\"required\":[\"ms\"],\"additionalProperties\":false},\"annotations\":{\"readOnlyHint\":true}}")};

const struct tool *const fixture_tools[] = {&tool_announce, &fixture_ask,     &fixture_ask_both, &fixture_ask_twice, &tool_change,
                                            &fixture_chat,  &fixture_confirm, &tool_echo,        &tool_fail,         &tool_linger,
                                            &fixture_roots, &tool_route,      &fixture_sample,   &tool_stopped,      &fixture_visit,
                                            &tool_wait};
const size_t fixture_tool_count = ARRAY_LEN(fixture_tools);
