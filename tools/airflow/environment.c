#include "tools/airflow/environment.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/coverage.h"
#include "tools/failure.h"

#include <string.h>

int airflow_open(struct airflow *a, struct aws_session *s, const char *name, json_t *sources, struct tool_answer *out)
{
    *a = (struct airflow){.session = s, .sources = sources};
    json_t *source = coverage_source(sources, "mwaa:GetEnvironment");
    json_auto_t *in = json_pack("{s:s}", "Name", name);
    json_auto_t *reply = NULL;
    struct aws_fault f = {0};
    if (aws_invoke(s, &aws_mwaa_get_environment, in, &reply, &f)) {
        auto_free char *what = xasprintf("read the MWAA environment \"%s\"", name);
        auto_free char *missing = xasprintf("There is no such environment in region %s: check name (case matters) and region.",
                                            aws_session_region(s));
        return failure_aws(out, &aws_mwaa_get_environment, &f, what, missing);
    }
    coverage_read(source, 1, 1, 0, true);
    a->environment = json_incref(json_obj(reply, "Environment"));
    a->rest = (struct rest){.environment = name, .api = rest_api_of(airflow_version(a))};
    return 0;
}

void airflow_done(struct airflow *a)
{
    json_decref(a->environment);
    *a = (struct airflow){0};
}

const char *airflow_status(const struct airflow *a)
{
    return json_str(a->environment, "Status", "UNKNOWN");
}

const char *airflow_version(const struct airflow *a)
{
    return json_str(a->environment, "AirflowVersion", "unknown");
}

static bool status_among(const struct airflow *a, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!strcmp(airflow_status(a), list[i]))
            return true;
    }
    return false;
}

bool airflow_is_usable(const struct airflow *a)
{
    static const char *const list[] = {"AVAILABLE", "UPDATE_FAILED"};
    return status_among(a, list, ARRAY_LEN(list));
}

bool airflow_is_changing(const struct airflow *a)
{
    static const char *const list[] = {"UPDATING", "MAINTENANCE", "CREATING_SNAPSHOT", "ROLLING_BACK", "PENDING", "CREATING"};
    return status_among(a, list, ARRAY_LEN(list));
}

bool airflow_is_there(const struct airflow *a)
{
    static const char *const list[] = {"CREATING", "CREATE_FAILED", "DELETING", "DELETED"};
    return !status_among(a, list, ARRAY_LEN(list));
}

char *airflow_log_group(const struct airflow *a, const char *kind, bool *enabled)
{
    static const char mark[] = ":log-group:";
    const json_t *logs = json_obj(json_obj(a->environment, "LoggingConfiguration"), kind);
    const char *arn = json_str(logs, "CloudWatchLogGroupArn", "");
    const char *name = strstr(arn, mark);
    *enabled = json_flag(logs, "Enabled", false);
    if (!name)
        return NULL;
    name += sizeof mark - 1;
    return xstrndup(name, strcspn(name, ":"));
}
