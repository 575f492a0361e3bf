#include "aws/operation.h"

#include "base/json.h"
#include "base/own.h"

#include <stdio.h>

static const struct aws_operation *const all[] = {
    &aws_athena_batch_get_query_execution,
    &aws_athena_get_query_execution,
    &aws_athena_get_query_results,
    &aws_athena_get_query_runtime_statistics,
    &aws_athena_get_work_group,
    &aws_athena_list_query_executions,
    &aws_athena_list_work_groups,
    &aws_athena_start_query_execution,
    &aws_cloudtrail_lookup_events,
    &aws_cloudwatch_describe_alarm_contributors,
    &aws_cloudwatch_describe_alarm_history,
    &aws_cloudwatch_describe_alarms,
    &aws_cloudwatch_get_metric_data,
    &aws_emr_add_job_flow_steps,
    &aws_emr_describe_cluster,
    &aws_emr_describe_step,
    &aws_emr_list_instances,
    &aws_emr_list_steps,
    &aws_emr_containers_describe_job_run,
    &aws_emr_containers_describe_virtual_cluster,
    &aws_emr_containers_list_job_runs,
    &aws_emr_containers_start_job_run,
    &aws_emr_serverless_get_application,
    &aws_emr_serverless_get_job_run,
    &aws_emr_serverless_list_job_run_attempts,
    &aws_emr_serverless_list_job_runs,
    &aws_emr_serverless_start_job_run,
    &aws_glue_get_databases,
    &aws_glue_get_job,
    &aws_glue_get_job_bookmark,
    &aws_glue_get_job_run,
    &aws_glue_get_job_runs,
    &aws_glue_get_partitions,
    &aws_glue_get_table,
    &aws_glue_get_tables,
    &aws_glue_get_workflow_run,
    &aws_glue_list_jobs,
    &aws_glue_resume_workflow_run,
    &aws_glue_start_job_run,
    &aws_kafka_describe_cluster_v2,
    &aws_kafka_describe_topic_partitions,
    &aws_kafka_get_bootstrap_brokers,
    &aws_kafka_list_clusters_v2,
    &aws_kafka_list_topics,
    &aws_lambda_get_event_source_mapping,
    &aws_lambda_get_function_concurrency,
    &aws_lambda_get_function_configuration,
    &aws_lambda_list_event_source_mappings,
    &aws_lambda_update_event_source_mapping,
    &aws_logs_describe_log_groups,
    &aws_logs_describe_log_streams,
    &aws_logs_filter_log_events,
    &aws_logs_get_log_events,
    &aws_mwaa_get_environment,
    &aws_mwaa_invoke_rest_api,
    &aws_mwaa_invoke_rest_api_write,
    &aws_mwaa_list_environments,
    &aws_s3_get_bucket_logging,
    &aws_s3_get_object,
    &aws_s3_head_bucket,
    &aws_s3_head_object,
    &aws_s3_list_buckets,
    &aws_s3_list_object_versions,
    &aws_s3_list_objects_v2,
    &aws_s3_put_object,
    &aws_secretsmanager_get_secret_value,
    &aws_sso_get_role_credentials,
    &aws_sts_assume_role,
    &aws_sts_assume_role_with_web_identity,
    &aws_sts_get_caller_identity,
};

const struct aws_operation *const *aws_operations(size_t *n)
{
    *n = ARRAY_LEN(all);
    return all;
}

bool aws_operation_granted(const struct aws_operation *op, enum aws_access access)
{
    for (size_t i = 0; i < ARRAY_LEN(op->grants) && op->grants[i]; i++)
        if (op->grants[i]->access == access)
            return true;
    return !op->grants[0];
}

int64_t aws_time_ms(const json_t *object, const char *key)
{
    double seconds = json_num(object, key, -1);
    return seconds < 0 || seconds > 1e11 ? -1 : (int64_t)(seconds * 1000 + 0.5);
}

const char *aws_operation_name(const struct aws_operation *op)
{
    return op->name;
}

const char *aws_operation_service(const struct aws_operation *op)
{
    return op->service->name;
}

void aws_operation_action(const struct aws_operation *op, char *out)
{
    if (op->iam_action)
        snprintf(out, AWS_ACTION_MAX, "%s", op->iam_action);
    else
        snprintf(out, AWS_ACTION_MAX, "%s:%s", op->service->name, op->name);
}
