#include "tools/glue/arguments.h"

#include "base/json.h"
#include "base/own.h"
#include "base/redact.h"
#include "base/text.h"
#include "tools/glue/run.h"

#include <string.h>

static const char *const code_keys[] = {
    "--scriptLocation", "--script-location", "--extra-py-files", "--extra-jars", "--extra-files",
    "--additional-python-modules", "--python-modules-installer-option", "--s3-py-modules", "--pip-install",
    "--user-jars-first", "--use-postgres-driver", "--class", "--conf", "--job-language", "--library-set",
    "--jars", "--py-files", "--files", "--packages", "--repositories",
};

static const char *const glue_prefixes[] = {
    "--enable-", "--disable-", "--continuous-log", "--custom-log", "--job-bookmark", "--JOB_", "--WORKFLOW_", "--spark-",
    "--write-shuffle", "--TempDir", "--mode", "--debug", "--region", "--endpoint", "--executor-cores", "--auto-",
    "--logging_configuration", "--encryption-type", "--redirect-logs", "--auto-tune", "--number-of-workers",
    "--python-version", "--datalake-formats", "--customer-driver-env", "--customer-executor-env",
};

/* Whether the argument makes Glue load code (AWS Glue Developer Guide, "Job parameters"). */
static bool loads_code(const char *key)
{
    for (size_t i = 0; i < ARRAY_LEN(code_keys); i++) {
        if (text_iequal(key, code_keys[i]))
            return true;
    }
    return false;
}

/* Whether the argument is one of Glue's own, and not the script's. */
static bool is_glues(const char *key)
{
    for (size_t i = 0; i < ARRAY_LEN(glue_prefixes); i++) {
        if (text_istarts(key, glue_prefixes[i]))
            return true;
    }
    return false;
}

static bool has_key(const json_t *object, const char *member, const char *key)
{
    return json_object_get(json_obj(object, member), key) != NULL;
}

static int check_one(const json_t *job, const json_t *run, const char *key, const json_t *value, struct err *e)
{
    /* "--extra-py-files=s3://..." as a value: whoever reads the arguments as one line takes it for an option */
    if (text_starts(json_string_value(value), "--"))
        return err_set(e, ERR_INVALID, "/arguments/%s: a value must not begin with \"--\", or it reads as another argument.",
                       key);
    if (loads_code(key))
        return err_set(e, ERR_INVALID, "/arguments/%s: loads code; this tool never passes it. Change the job itself.", key);
    if (is_glues(key))
        return err_set(e, ERR_INVALID, "/arguments/%s: is one of Glue's own arguments; only the script's may be changed.", key);
    if (redact_key_is_secret(key))
        return err_set(e, ERR_INVALID, "/arguments/%s: names a secret; change it where it is kept.", key);
    if (has_key(job, "NonOverridableArguments", key))
        return err_set(e, ERR_INVALID, "/arguments/%s: the job does not let runs change it.", key);
    if (!has_key(job, "DefaultArguments", key) && !has_key(run, "Arguments", key))
        return err_set(e, ERR_INVALID, "/arguments/%s: neither the job nor the run has it; only known ones may be changed.", key);
    return 0;
}

int glue_overrides_check(const json_t *job, const json_t *run, const json_t *overrides, struct err *e)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)overrides, key, value) {
        if (check_one(job, run, key, value, e))
            return -1;
    }
    return 0;
}

static bool is_default(const json_t *job, const char *key, const json_t *value)
{
    const json_t *normal = json_object_get(json_obj(job, "DefaultArguments"), key);
    return normal && json_equal(normal, value);
}

const char *glue_run_code_argument(const json_t *job, const json_t *run)
{
    const char *key;
    json_t *value;
    json_object_foreach(json_obj(run, "Arguments"), key, value) {
        if (loads_code(key) && !is_default(job, key, value) && !has_key(job, "NonOverridableArguments", key))
            return key;
    }
    return NULL;
}

json_t *glue_arguments_to_pass(const json_t *job, const json_t *run, const json_t *overrides)
{
    json_t *out = json_object();
    const char *key;
    json_t *value;
    json_object_foreach(json_obj(run, "Arguments"), key, value) {
        bool ours = !is_default(job, key, value) && !loads_code(key) && !text_starts(key, "--JOB_") &&
                    !has_key(job, "NonOverridableArguments", key);
        if (ours)
            json_put(out, key, json_incref(value));
    }
    json_object_foreach((json_t *)(uintptr_t)overrides, key, value)
        json_put(out, key, json_incref(value));
    return out;
}
