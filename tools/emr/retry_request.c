/* The request that runs a step or job run again, as it was but for what is said in `changed`. */
#include "tools/emr/retry.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <string.h>

#define NAME_MAX_BYTES 256 /* StepConfig.Name and StartJobRun.name */

static void copy(json_t *to, const char *to_key, const json_t *from, const char *from_key)
{
    json_t *value = json_object_get(from, from_key);
    if (value && !json_is_null(value))
        json_put(to, to_key, json_incref(value));
}

static void note_change(struct emr_retry *r, const char *field, const char *from, const char *to, const char *why)
{
    json_t *o = json_pack("{s:s, s:s}", "field", field, "to", to);
    json_put_str(o, "from", from);
    json_put_str(o, "why", why);
    json_array_append_new(r->changed, o);
}

/* The run's name with the mark of this retry. Free with free(). */
static char *marked_name(struct emr_retry *r, const char *field)
{
    auto_free char *mark = xasprintf(" " EMR_MARK_OPEN "%.*s]", EMR_MARK_SHORT, r->mark);
    auto_free char *plain = emr_plain_name(r->run.name, NAME_MAX_BYTES - strlen(mark));
    char *name = xasprintf("%s%s", plain, plain[0] ? mark : mark + 1);
    note_change(r, field, r->run.name, name, "marks it, so that it is never started twice");
    return name;
}

/* DescribeStep tells properties as a map, AddJobFlowSteps takes a list. */
static json_t *property_list(const json_t *map)
{
    json_t *list = json_array();
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)map, key, value)
        json_array_append_new(list, json_pack("{s:s, s:O}", "Key", key, "Value", value));
    return list;
}

/* Whether both name the same place, however they write it: s3n or s3, with or without the slash at the end. */
static bool same_uri(const char *a, const char *b)
{
    const char *x = strstr(a, "://"), *y = strstr(b, "://");
    size_t n = x ? strlen(x) : 0, m = y ? strlen(y) : 0;
    while (n && x[n - 1] == '/')
        n--;
    while (m && y[m - 1] == '/')
        m--;
    return n == m && n && !memcmp(x, y, n);
}

/* A place of its own for the step's logs is kept; the cluster's needs no mention. */
static json_t *step_monitoring(const struct emr_retry *r)
{
    const char *uri = json_str(r->view.detail, "LogUri", "");
    if (!uri[0] || same_uri(uri, json_str(r->view.owner, "LogUri", "")))
        return NULL;
    json_t *s3 = json_pack("{s:s}", "LogUri", uri);
    copy(s3, "EncryptionKeyArn", r->view.detail, "EncryptionKeyArn");
    return json_pack("{s:o}", "S3MonitoringConfiguration", s3);
}

static void build_step(struct emr_retry *r)
{
    const json_t *step = r->view.detail, *config = json_obj(step, "Config");
    json_t *jar = json_object(), *out = json_object();
    copy(jar, "Jar", config, "Jar");
    copy(jar, "MainClass", config, "MainClass");
    copy(jar, "Args", config, "Args");
    if (json_object_size(json_obj(config, "Properties")))
        json_put(jar, "Properties", property_list(json_obj(config, "Properties")));
    auto_free char *name = marked_name(r, "Name");
    json_put_str(out, "Name", name);
    const char *action = json_str(step, "ActionOnFailure", "CONTINUE");
    json_put_str(out, "ActionOnFailure", "CONTINUE");
    if (strcmp(action, "CONTINUE") != 0)
        note_change(r, "ActionOnFailure", action, "CONTINUE",
                    "a retry that fails must not end the cluster or cancel other steps");
    json_put(out, "HadoopJarStep", jar);
    json_put(out, "StepMonitoringConfiguration", step_monitoring(r));
    r->operation = &aws_emr_add_job_flow_steps;
    r->request = json_pack("{s:s, s:[o]}", "JobFlowId", r->view.target.owner, "Steps", out);
    copy(r->request, "ExecutionRoleArn", step, "ExecutionRoleArn");
}

/* Tags that AWS sets itself cannot be sent. */
static json_t *own_tags(const json_t *tags)
{
    json_t *out = json_object();
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)tags, key, value) {
        if (!text_istarts(key, "aws:"))
            json_put(out, key, json_incref(value));
    }
    return out;
}

static void put_token(struct emr_retry *r)
{
    auto_free char *token = xasprintf(EMR_TOKEN_OPEN "%s", r->mark);
    json_put_str(r->request, "clientToken", token);
    note_change(r, "clientToken", NULL, "made from the run's id",
                "the same for every retry of this run, so that only one can start");
}

static void build_serverless(struct emr_retry *r)
{
    static const char *const same[] = {"executionIamPolicy", "jobDriver", "configurationOverrides", "mode", "retryPolicy",
                                       "flexExecution"};
    const json_t *run = r->view.detail;
    r->operation = &aws_emr_serverless_start_job_run;
    r->request = json_pack("{s:s}", "applicationId", r->view.target.owner);
    put_token(r);
    copy(r->request, "executionRoleArn", run, "executionRole");
    for (size_t i = 0; i < ARRAY_LEN(same); i++)
        copy(r->request, same[i], run, same[i]);
    if (json_int(run, "executionTimeoutMinutes", 0) > 0)
        copy(r->request, "executionTimeoutMinutes", run, "executionTimeoutMinutes");
    if (json_object_size(json_obj(run, "tags")))
        json_put(r->request, "tags", own_tags(json_obj(run, "tags")));
    auto_free char *name = marked_name(r, "name");
    json_put_str(r->request, "name", name);
}

static void build_eks(struct emr_retry *r)
{
    static const char *const same[] = {"name", "executionRoleArn", "releaseLabel", "jobDriver", "configurationOverrides",
                                       "retryPolicyConfiguration"};
    const json_t *run = r->view.detail;
    r->operation = &aws_emr_containers_start_job_run;
    r->request = json_pack("{s:s}", "virtualClusterId", r->view.target.owner);
    put_token(r);
    for (size_t i = 0; i < ARRAY_LEN(same); i++)
        copy(r->request, same[i], run, same[i]);
    if (json_object_size(json_obj(run, "tags")))
        json_put(r->request, "tags", own_tags(json_obj(run, "tags")));
}

void emr_retry_build(struct emr_retry *r)
{
    r->changed = json_array();
    if (r->view.target.runtime == EMR_EC2)
        build_step(r);
    else if (r->view.target.runtime == EMR_SERVERLESS)
        build_serverless(r);
    else
        build_eks(r);
}
