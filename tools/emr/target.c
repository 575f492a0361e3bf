#include "tools/emr/target.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/begin.h"

static const struct {
    const char *owner_key, *run_key, *owner_word, *run_word, *type;
} names[] = {
    [EMR_EC2] = {"cluster_id", "step_id", "EMR cluster", "step", "emr_step"},
    [EMR_SERVERLESS] = {"application_id", "job_run_id", "EMR Serverless application", "job run", "emr_serverless_job_run"},
    [EMR_EKS] = {"virtual_cluster_id", "job_run_id", "EMR on EKS virtual cluster", "job run", "emr_eks_job_run"},
};

const char *emr_owner_word(enum emr_runtime r)
{
    return names[r].owner_word;
}

const char *emr_run_word(enum emr_runtime r)
{
    return names[r].run_word;
}

const char *emr_resource_type(enum emr_runtime r)
{
    return names[r].type;
}

int emr_target_of(const json_t *arguments, struct emr_target *t, struct err *e)
{
    struct emr_target found = {0};
    int owners = 0;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *owner = json_str(arguments, names[i].owner_key, NULL);
        if (!owner)
            continue;
        owners++;
        found = (struct emr_target){(enum emr_runtime)i, owner, json_str(arguments, names[i].run_key, NULL)};
    }
    if (!owners)
        return err_set(e, ERR_INVALID,
                       "Name what to look at: cluster_id (with step_id) for a cluster on EC2, application_id "
                       "(with job_run_id) for EMR Serverless, virtual_cluster_id (with job_run_id) for EMR on EKS.");
    if (owners > 1)
        return err_set(e, ERR_INVALID, "Give only one of cluster_id, application_id and virtual_cluster_id.");
    const char *stray = found.runtime == EMR_EC2 ? "job_run_id" : "step_id";
    if (json_object_get(arguments, stray))
        return err_set(e, ERR_INVALID, "/%s: goes with %s, not with %s.", stray,
                       found.runtime == EMR_EC2 ? "application_id or virtual_cluster_id" : "cluster_id",
                       names[found.runtime].owner_key);
    *t = found;
    return 0;
}

json_t *emr_target_arguments(const struct emr_target *t, const char *run, const struct tool_call *call)
{
    json_t *o = json_object();
    json_put_str(o, names[t->runtime].owner_key, t->owner);
    json_put_str(o, names[t->runtime].run_key, run);
    tool_where_on(call, o);
    return o;
}
