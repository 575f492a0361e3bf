#include "tools/registry.h"

#include "base/own.h"
#include "tools/runbooks/runbooks.h"
#include "tools/servicenow/rca_kept.h"

extern const struct tool tool_get_athena_query;
extern const struct tool tool_get_cloudwatch_alarm;
extern const struct tool tool_get_emr_logs;
extern const struct tool tool_get_glue_logs;
extern const struct tool tool_get_mwaa_logs;
extern const struct tool tool_get_s3_logs;
extern const struct tool tool_retry_airflow_dag;
extern const struct tool tool_retry_athena_query;
extern const struct tool tool_retry_emr;
extern const struct tool tool_retry_glue_job;
extern const struct tool tool_retry_kafka;
extern const struct tool tool_update_servicenow_ticket;
extern const struct tool tool_verify_source_data;

const struct tool *const tools_registry[] = {
    &tool_get_athena_query,
    &tool_get_cloudwatch_alarm,
    &tool_get_emr_logs,
    &tool_get_glue_logs,
    &tool_get_mwaa_logs,
    &tool_get_s3_logs,
    &tool_retry_airflow_dag,
    &tool_retry_athena_query,
    &tool_retry_emr,
    &tool_retry_glue_job,
    &tool_retry_kafka,
    &tool_update_servicenow_ticket,
    &tool_verify_source_data,
};

const size_t tools_registry_count = ARRAY_LEN(tools_registry);

size_t resources_registry(bool with_rca, const struct resource *table[RESOURCES_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < runbooks_count && n < RESOURCES_MAX - 1; i++)
        table[n++] = &runbooks[i];
    if (with_rca)
        table[n++] = &rca_kept;
    return n;
}
