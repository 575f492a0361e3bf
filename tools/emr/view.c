#include "tools/emr/view.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/coverage.h"

#include <stdlib.h>
#include <string.h>

#define LIST_PAGES_MAX 6
#define COMPARE_MAX 8 /* runs asked for one by one */

/* How each runtime is asked. */
static const struct asking {
    const struct aws_operation *owner, *detail, *list;
    const char *owner_key, *run_key; /* members of the inputs */
    const char *owner_member, *detail_member, *list_member;
} askings[] = {
    [EMR_EC2] = {&aws_emr_describe_cluster, &aws_emr_describe_step, &aws_emr_list_steps, "ClusterId", "StepId", "Cluster", "Step",
                 "Steps"},
    [EMR_SERVERLESS] = {&aws_emr_serverless_get_application, &aws_emr_serverless_get_job_run, &aws_emr_serverless_list_job_runs,
                        "applicationId", "jobRunId", "application", "jobRun", "jobRuns"},
    [EMR_EKS] = {NULL, &aws_emr_containers_describe_job_run, &aws_emr_containers_list_job_runs, "virtualClusterId", "id", NULL,
                 "jobRun", "jobRuns"},
};

static json_t *new_source(struct envelope *v, const struct aws_operation *op)
{
    auto_free char *name = xasprintf("%s:%s", aws_operation_service(op), aws_operation_name(op));
    return coverage_source(envelope_sources(v), name);
}

/* One request for one thing: the object in `member` of the reply, or NULL and `f`. */
static json_t *read_one(struct aws_session *s, struct envelope *v, const struct aws_operation *op, const json_t *input,
                        const char *member, struct aws_fault *f)
{
    json_t *source = new_source(v, op);
    json_auto_t *reply = NULL;
    if (aws_invoke(s, op, input, &reply, f)) {
        coverage_fault(source, f);
        return NULL;
    }
    json_t *found = json_obj(reply, member);
    coverage_read(source, 1, json_object_size(found) > 0, 0, true);
    if (!json_object_size(found)) {
        err_set(&f->err, ERR_NOT_FOUND, "%s answered without it", aws_operation_name(op));
        return NULL;
    }
    return json_incref(found);
}

static void read_owner(struct aws_session *s, struct envelope *v, struct emr_view *view)
{
    const struct asking *a = &askings[view->target.runtime];
    if (!a->owner)
        return;
    json_auto_t *in = json_pack("{s:s}", a->owner_key, view->target.owner);
    view->owner = read_one(s, v, a->owner, in, a->owner_member, &view->owner_fault);
}

int emr_view_choose(struct aws_session *s, struct envelope *v, struct emr_view *view, const char *run_id)
{
    const struct asking *a = &askings[view->target.runtime];
    json_auto_t *in = json_pack("{s:s, s:s}", a->owner_key, view->target.owner, a->run_key, run_id);
    json_decref(view->detail);
    view->detail = read_one(s, v, a->detail, in, a->detail_member, &view->detail_fault);
    return view->detail ? 0 : -1;
}

struct listing {
    struct emr_view *view;
    json_t *source;
};

static int take_page(const json_t *page, void *ctx)
{
    struct listing *l = ctx;
    struct emr_view *view = l->view;
    const json_t *list = json_arr(page, askings[view->target.runtime].list_member);
    json_array_append(view->listed, (json_t *)(uintptr_t)page);
    coverage_read(l->source, 1, (int64_t)json_array_size(list), 0, false);
    size_t i;
    json_t *raw;
    json_array_foreach(list, i, raw) {
        if (view->run_count < EMR_RUNS_MAX && json_is_object(raw))
            emr_run_of(view->target.runtime, raw, &view->runs[view->run_count++]);
    }
    return view->run_count == EMR_RUNS_MAX;
}

static int newer_first(const void *a, const void *b)
{
    int64_t x = ((const struct emr_run *)a)->created_ms, y = ((const struct emr_run *)b)->created_ms;
    return (x < y) - (x > y);
}

static void read_runs(struct aws_session *s, struct envelope *v, struct emr_view *view)
{
    const struct asking *a = &askings[view->target.runtime];
    json_auto_t *in = json_pack("{s:s}", a->owner_key, view->target.owner);
    struct listing l = {view, new_source(v, a->list)};
    auto_free char *next = NULL;
    view->listed = json_array();
    int pages = aws_each_page(s, a->list, in, LIST_PAGES_MAX, take_page, &l, &next, &view->runs_fault);
    view->runs_read = pages >= 0;
    view->runs_complete = view->runs_read && !next;
    if (pages < 0)
        coverage_fault(l.source, &view->runs_fault);
    else
        json_put_flag(l.source, "complete", view->runs_complete);
    qsort(view->runs, view->run_count, sizeof *view->runs, newer_first);
}

void emr_view_read_runs(struct aws_session *s, const struct emr_target *t, struct envelope *v, struct emr_view *view)
{
    view->target = *t;
    read_runs(s, v, view);
}

void emr_view_read(struct aws_session *s, const struct emr_target *t, struct envelope *v, struct emr_view *view)
{
    view->target = *t;
    read_owner(s, v, view);
    if (view->owner_fault.err.kind == ERR_NOT_FOUND || view->owner_fault.err.kind == ERR_INVALID)
        return; /* nor will there be anything in it */
    read_runs(s, v, view);
    if (t->run)
        emr_view_choose(s, v, view, t->run);
}

static bool worth_comparing(const struct emr_run *other, const struct emr_run *run)
{
    if (!strcmp(other->id, run->id))
        return !other->work[0];
    auto_free char *a = emr_plain_name(other->name, 256), *b = emr_plain_name(run->name, 256);
    return !other->work[0] && other->created_ms > run->created_ms && !strcmp(a, b);
}

void emr_view_compare(struct aws_session *s, struct envelope *v, struct emr_view *view, const struct emr_run *run)
{
    const struct asking *a = &askings[view->target.runtime];
    struct aws_item items[COMPARE_MAX] = {0};
    struct emr_run *asked[COMPARE_MAX];
    size_t n = 0;
    for (size_t i = 0; i < view->run_count && n < COMPARE_MAX; i++) {
        if (!worth_comparing(&view->runs[i], run))
            continue;
        items[n].op = a->detail;
        items[n].input = json_pack("{s:s, s:s}", a->owner_key, view->target.owner, a->run_key, view->runs[i].id);
        asked[n++] = &view->runs[i];
    }
    if (n)
        aws_invoke_all(s, items, n);
    json_t *source = n ? new_source(v, a->detail) : NULL;
    for (size_t i = 0; i < n; i++) {
        struct emr_run full;
        json_t *raw = json_obj(items[i].output, a->detail_member);
        if (raw) {
            json_array_append(view->listed, raw);
            emr_run_of(view->target.runtime, raw, &full);
            memcpy(asked[i]->work, full.work, sizeof full.work);
            memcpy(asked[i]->kind, full.kind, sizeof full.kind);
            coverage_read(source, 1, 1, 0, true);
        } else if (!items[i].output) {
            coverage_fault(source, &items[i].fault);
        }
        json_decref(items[i].output);
        json_decref((json_t *)(uintptr_t)items[i].input);
    }
}

bool emr_cluster_accepts(const json_t *cluster)
{
    static const char *const states[] = {"STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING"};
    const char *state = json_str(json_obj(cluster, "Status"), "State", "");
    for (size_t i = 0; i < ARRAY_LEN(states); i++) {
        if (!strcmp(state, states[i]))
            return true;
    }
    return false;
}

const struct emr_run *emr_latest_failed(const struct emr_view *view)
{
    for (size_t i = 0; i < view->run_count; i++) {
        if (emr_run_failed(&view->runs[i]))
            return &view->runs[i];
    }
    return NULL;
}

json_t *emr_history(const struct emr_view *view, const struct emr_run *run, size_t max)
{
    json_t *out = json_array();
    for (size_t i = 0; i < view->run_count && json_array_size(out) < max; i++) {
        const struct emr_run *r = &view->runs[i];
        if (run && strcmp(r->id, run->id) && !emr_same_kind(r, run))
            continue;
        json_t *o = json_object();
        json_put_str(o, "id", r->id);
        json_put(o, "name", json_str_lossy(r->name, strlen(r->name)));
        json_put_str(o, "state", r->state);
        json_put_time(o, "started_at", r->started_ms >= 0 ? r->started_ms : r->created_ms);
        json_put_time(o, "ended_at", r->ended_ms);
        if (r->started_ms >= 0 && r->ended_ms >= r->started_ms)
            json_put_int(o, "duration_s", (r->ended_ms - r->started_ms) / 1000);
        if (r->mark)
            json_put_flag(o, "retry", true);
        json_array_append_new(out, o);
    }
    return out;
}

void emr_view_done(struct emr_view *view)
{
    json_decref(view->owner);
    json_decref(view->detail);
    json_decref(view->listed);
    *view = (struct emr_view){0};
}
