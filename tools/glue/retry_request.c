/* The request that retries a Glue run: StartJobRun, or ResumeWorkflowRun for a run of a workflow. */
#include "tools/glue/retry.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/glue/arguments.h"

#include <string.h>

static void copy(json_t *to, const json_t *from, const char *key)
{
    json_t *value = json_object_get(from, key);
    if (value && !json_is_null(value))
        json_put(to, key, json_incref(value));
}

/* A definition changed after the run is usually the repair: then the job's present size counts, not the old run's. */
static bool job_changed_since(const struct glue_retry *r)
{
    return aws_time_ms(r->view.job, "LastModifiedOn") > aws_time_ms(r->run, "StartedOn");
}

/* WorkerType goes with NumberOfWorkers and excludes MaxCapacity (Glue API, StartJobRun), though GetJobRun shows all three. */
static void copy_size(struct glue_retry *r)
{
    if (json_str(r->run, "WorkerType", "")[0]) {
        copy(r->request, r->run, "WorkerType");
        copy(r->request, r->run, "NumberOfWorkers");
    } else {
        copy(r->request, r->run, "MaxCapacity");
    }
    if (json_int(r->run, "Timeout", 0) > 0)
        copy(r->request, r->run, "Timeout");
    static const char *const keys[] = {"SecurityConfiguration", "ExecutionClass", "NotificationProperty",
                                       "JobRunQueuingEnabled"};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        copy(r->request, r->run, keys[i]);
}

static int resize(struct glue_retry *r, const json_t *size, struct err *e)
{
    const char *type = json_str(size, "worker_type", json_str(r->run, "WorkerType", json_str(r->view.job, "WorkerType", NULL)));
    bool workers = json_object_get(size, "worker_type") || json_object_get(size, "number_of_workers");
    if (workers && (!type || !type[0]))
        return err_set(e, ERR_INVALID, "/resize/worker_type: the job is sized by MaxCapacity; name a worker type as well.");
    if (workers) {
        int64_t number = json_int(size, "number_of_workers",
                                  json_int(r->run, "NumberOfWorkers", json_int(r->view.job, "NumberOfWorkers", 0)));
        if (number < 2)
            return err_set(e, ERR_INVALID, "/resize/number_of_workers: the run has none to go by; give a number.");
        json_object_del(r->request, "MaxCapacity");
        json_put_str(r->request, "WorkerType", type);
        json_put_int(r->request, "NumberOfWorkers", number);
    }
    if (json_object_get(size, "timeout"))
        json_put_int(r->request, "Timeout", json_int(size, "timeout", 0));
    return 0;
}

static int build_start(struct glue_retry *r, const json_t *overrides, const json_t *size, struct err *e)
{
    r->operation = &aws_glue_start_job_run;
    r->request = json_pack("{s:s, s:s}", "JobName", r->job_name, "JobRunId", glue_run_id(r->run));
    json_auto_t *arguments = glue_arguments_to_pass(r->view.job, r->run, overrides);
    if (json_object_size(arguments))
        json_put(r->request, "Arguments", json_incref(arguments));
    if (job_changed_since(r))
        envelope_warn(&r->answer, "job_changed_since_run",
                      "The job's definition was changed after that run started: the retry takes the job's present size");
    else
        copy_size(r);
    return size ? resize(r, size, e) : 0;
}

int glue_retry_build(struct glue_retry *r, struct err *e)
{
    const json_t *overrides = json_obj(r->call->arguments, "arguments");
    const json_t *size = json_obj(r->call->arguments, "resize");
    if (glue_overrides_check(r->view.job, r->run, overrides, e))
        return -1;
    if (!r->workflow)
        return build_start(r, overrides, size, e);
    if (json_object_size(overrides) || size)
        return err_set(e, ERR_INVALID, "/%s: the run belongs to workflow %s and is resumed there, where nothing can be changed.",
                       size ? "resize" : "arguments", r->workflow);
    r->operation = &aws_glue_resume_workflow_run;
    r->request = json_pack("{s:s, s:s, s:[s]}", "Name", r->workflow, "RunId", r->workflow_run, "NodeIds",
                           r->workflow_node ? r->workflow_node : "");
    return 0;
}
