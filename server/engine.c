/* The engine's life: start, drain, end; and what the command line asks of it. */
#include "server/engine_private.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "server/listeners.h"
#include "server/places.h"

#include <stdlib.h>
#include <string.h>

/* How long clients may keep what server/discover says. */
#define DISCOVER_TTL_MS 300000

/* What we offer. Only clients of 2026-07-28 know extensions. */
static json_t *capabilities(const struct engine *g, enum version v)
{
    bool watched = g->o.watched;
    json_t *all = json_object();
    json_put(all, "tools", watched ? json_pack("{s:b}", "listChanged", 1) : json_object());
    if (g->offers.prompt_count)
        json_put(all, "prompts", watched ? json_pack("{s:b}", "listChanged", 1) : json_object());
    if (g->offers.resource_count)
        json_put(all, "resources", watched ? json_pack("{s:b, s:b}", "listChanged", 1, "subscribe", 1) : json_object());
    if (g->offers.completes)
        json_put(all, "completions", json_object());
    if (g->o.logging)
        json_put(all, "logging", json_object());
    if (g->o.tasks && version_is_modern(v))
        json_put(all, "extensions", json_pack("{s:{}}", CLIENT_TASKS_EXTENSION));
    return all;
}

static void make_initialize(struct engine *g, enum version v)
{
    json_auto_t *info = json_deep_copy(g->server_info);
    if (v == VERSION_2025_03_26)
        json_object_del(info, "title");
    json_auto_t *result = json_pack("{s:s, s:o, s:O}", "protocolVersion", version_text(v), "capabilities",
                                    capabilities(g, v), "serverInfo", info);
    json_put_str(result, "instructions", g->o.instructions);
    g->initialize[v] = result_text_of(result);
}

static void make_discover(struct engine *g)
{
    json_auto_t *result = json_pack("{s:o, s:i, s:s}", "capabilities", capabilities(g, VERSION_MODERN_LATEST), "ttlMs",
                                    DISCOVER_TTL_MS, "cacheScope", "public");
    result_stamp(result, "complete", g->server_info);
    json_t *versions = json_array();
    for (int v = VERSION_COUNT - 1; v >= 0; v--)
        json_array_append_new(versions, json_string(version_text((enum version)v)));
    json_put(result, "supportedVersions", versions);
    json_put_str(result, "instructions", g->o.instructions);
    g->discover = result_text_of(result);
}

static void make_tasks(struct engine *g)
{
    if (g->o.task_timeout_ms <= 0)
        g->o.task_timeout_ms = 3600 * 1000;
    int64_t kept_ms = g->o.task_kept_ms > 0 ? g->o.task_kept_ms : 15 * 60 * 1000;
    g->tasks = tasks_new(g->o.task_timeout_ms + kept_ms);
}

struct engine *engine_new(const struct engine_options *o, struct err *e)
{
    struct engine *g = xcalloc(1, sizeof *g);
    g->o = *o;
    g->stdio_version = VERSION_UNKNOWN;
    pthread_mutex_init(&g->lock, NULL);
    clock_cond_init(&g->quiet);
    g->server_info = json_pack("{s:s, s:s*, s:s}", "name", o->name, "title", o->title, "version", o->version);
    struct offers_table table = {o->prompts, o->prompt_count, o->resources, o->resource_count};
    if (toolset_init(&g->tools, o->tools, o->tool_count, g->server_info, e) ||
        offers_init(&g->offers, &table, g->server_info, e) ||
        (!o->late && (documents_read(&g->tools.documents, e) || documents_read(&g->offers.documents, e))) ||
        !(g->secret = secret_new(o->state_key_file, e))) {
        engine_free(g);
        return NULL;
    }
    g->sessions = o->sessions ? sessions_new(g->secret) : NULL;
    for (int v = 0; v < VERSION_COUNT; v++)
        if (!version_is_modern((enum version)v))
            make_initialize(g, (enum version)v);
    make_discover(g);
    if (g->o.ask_timeout_ms <= 0)
        g->o.ask_timeout_ms = 5 * 60 * 1000;
    g->pool = pool_new(o->max_calls, o->max_queue);
    g->places = places_new((o->max_calls + 1) / 2); /* the other half answers who polls, and who asks for nothing */
    g->board = board_new();
    g->spent = spent_new();
    g->levels = levels_new();
    if (o->tasks)
        make_tasks(g);
    if (o->watched)
        g->listeners = listeners_new(g);
    return g;
}

void engine_free(struct engine *g)
{
    if (!g)
        return;
    pool_free(g->pool);
    listeners_free(g->listeners);
    tasks_free(g->tasks);
    for (int v = 0; v < VERSION_COUNT; v++)
        free(g->initialize[v].json);
    free(g->discover.json);
    toolset_done(&g->tools);
    offers_done(&g->offers);
    board_free(g->board);
    places_free(g->places);
    spent_free(g->spent);
    levels_free(g->levels);
    sessions_free(g->sessions);
    secret_free(g->secret);
    json_decref(g->server_info);
    pthread_cond_destroy(&g->quiet);
    pthread_mutex_destroy(&g->lock);
    free(g);
}

void engine_cancel(struct engine *g, const char *session, const json_t *id)
{
    pthread_mutex_lock(&g->lock);
    for (struct call *c = g->live; c; c = c->next)
        if (*session && strcmp(c->session, session) == 0 && json_equal(c->id, id))
            stop_trip(&c->stop, STOP_CANCELLED);
    pthread_mutex_unlock(&g->lock);
    if (g->listeners)
        listeners_cancel(g->listeners, session, id);
}

/* With the lock held: waits until no call is live, at most until then. */
static void wait_quiet(struct engine *g, int64_t until_mono_ms)
{
    while (g->live_count > 0 && clock_cond_wait(&g->quiet, &g->lock, until_mono_ms))
        ;
}

bool engine_is_draining(struct engine *g)
{
    pthread_mutex_lock(&g->lock);
    bool draining = g->draining;
    pthread_mutex_unlock(&g->lock);
    return draining;
}

void engine_drain(struct engine *g, int64_t grace_ms)
{
    if (g->listeners)
        listeners_close(g->listeners);
    pthread_mutex_lock(&g->lock);
    g->draining = true;
    for (struct call *c = g->live; c; c = c->next)
        if (c->task)
            stop_trip(&c->stop, STOP_SHUTDOWN); /* nobody can come back for it */
        else
            board_lose(g->board, c); /* no answer is taken in any more */
    wait_quiet(g, clock_mono_ms() + grace_ms);
    for (struct call *c = g->live; c; c = c->next)
        stop_trip(&c->stop, STOP_SHUTDOWN);
    wait_quiet(g, INT64_MAX);
    pthread_mutex_unlock(&g->lock);
}

int engine_live_calls(struct engine *g)
{
    pthread_mutex_lock(&g->lock);
    int n = g->live_count;
    pthread_mutex_unlock(&g->lock);
    return n;
}

bool engine_withholds(const struct engine *g, const char *tool)
{
    for (size_t i = 0; i < g->o.withheld_count; i++)
        if (strcmp(g->o.withheld[i]->name, tool) == 0)
            return true;
    return false;
}

const char *engine_tools_json(struct engine *g, unsigned scopes, size_t *len)
{
    const struct result_text *t = toolset_list(&g->tools, VERSION_MODERN_LATEST, scopes);
    if (len)
        *len = t->len;
    return t->json;
}

static enum asked cannot_ask(const struct tool_call *call, const struct question *q, json_t **answer)
{
    (void)call, (void)q, (void)answer;
    return ASKED_CANNOT;
}

static void log_nothing(const struct tool_call *call, enum note_level level, const char *logger, json_t *data)
{
    (void)call, (void)level, (void)logger;
    json_decref(data);
}

static bool stay(const struct tool_call *call)
{
    (void)call;
    return false;
}

static void no_progress(const struct tool_call *call, double progress, double total, const char *message)
{
    (void)call, (void)progress, (void)total, (void)message;
}

int engine_call_here(struct engine *g, const char *tool, json_t *arguments, const struct engine_here *here,
                     struct tool_answer *out, struct err *e)
{
    const struct toolset_entry *entry = toolset_find(&g->tools, tool);
    if (!entry && engine_withholds(g, tool))
        return err_set(e, ERR_NOT_FOUND, "the tool \"%s\" is not offered; see `lakewarden tools` with the same settings", tool);
    if (!entry)
        return err_set(e, ERR_NOT_FOUND, "unknown tool \"%s\"; `lakewarden tools` lists them", tool);
    struct err why = {0};
    struct tool_call call = {.arguments = arguments, .stop = here->stop, .env = g->o.tool_env, .subject = here->subject,
                             .progress = here->progress ? here->progress : no_progress,
                             .ask = here->ask ? here->ask : cannot_ask, .ask_waits = true, .log = log_nothing, .detach = stay};
    if (toolset_check(entry, arguments, &why)) {
        err_wrap(&why, "The arguments of %s do not fit", tool);
        *out = call_error_answer(&why);
    } else if (entry->tool->run(&call, out, &why)) {
        *out = call_error_answer(&why);
    }
    return 0;
}
