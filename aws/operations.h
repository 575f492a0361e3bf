/* Every operation this program knows, by service. The rows are in aws/operations_<service>.c, the type's inside in
   aws/operation.h. */
#ifndef LW_AWS_OPERATIONS_H
#define LW_AWS_OPERATIONS_H

struct aws_operation;

/* AWS Glue */
extern const struct aws_operation aws_glue_get_job, aws_glue_get_job_run, aws_glue_get_job_runs,
    aws_glue_start_job_run, aws_glue_get_job_bookmark, aws_glue_get_workflow_run,
    aws_glue_resume_workflow_run, aws_glue_get_table, aws_glue_get_partitions,
    aws_glue_list_jobs, aws_glue_get_databases, aws_glue_get_tables;

/* CloudWatch Logs */
extern const struct aws_operation aws_logs_describe_log_groups, aws_logs_describe_log_streams,
    aws_logs_get_log_events, aws_logs_filter_log_events;

/* CloudWatch */
extern const struct aws_operation aws_cloudwatch_describe_alarms, aws_cloudwatch_describe_alarm_history,
    aws_cloudwatch_describe_alarm_contributors, aws_cloudwatch_get_metric_data;

/* Amazon S3 */
extern const struct aws_operation aws_s3_head_bucket, aws_s3_list_objects_v2, aws_s3_head_object,
    aws_s3_get_object, aws_s3_list_object_versions, aws_s3_get_bucket_logging, aws_s3_list_buckets,
    aws_s3_put_object;

/* Security Token Service */
extern const struct aws_operation aws_sts_get_caller_identity, aws_sts_assume_role,
    aws_sts_assume_role_with_web_identity;

/* EMR on EC2 */
extern const struct aws_operation aws_emr_describe_cluster, aws_emr_describe_step, aws_emr_list_steps,
    aws_emr_list_instances, aws_emr_add_job_flow_steps;

/* EMR Serverless */
extern const struct aws_operation aws_emr_serverless_get_application, aws_emr_serverless_get_job_run,
    aws_emr_serverless_list_job_runs, aws_emr_serverless_list_job_run_attempts,
    aws_emr_serverless_start_job_run;

/* EMR on EKS */
extern const struct aws_operation aws_emr_containers_describe_virtual_cluster,
    aws_emr_containers_describe_job_run, aws_emr_containers_list_job_runs, aws_emr_containers_start_job_run;

/* Athena */
extern const struct aws_operation aws_athena_get_query_execution, aws_athena_batch_get_query_execution,
    aws_athena_list_query_executions, aws_athena_get_query_runtime_statistics, aws_athena_get_query_results,
    aws_athena_get_work_group, aws_athena_list_work_groups, aws_athena_start_query_execution;

/* Managed Workflows for Apache Airflow */
extern const struct aws_operation aws_mwaa_get_environment, aws_mwaa_list_environments;
/* InvokeRestApi for calls that only look: sent again after a fault. The other row is the same operation for calls that
   change something: sent again only when it certainly was not executed, with fault.effect_unknown where nobody knows. */
extern const struct aws_operation aws_mwaa_invoke_rest_api, aws_mwaa_invoke_rest_api_write;

/* CloudTrail */
extern const struct aws_operation aws_cloudtrail_lookup_events;

/* Managed Streaming for Apache Kafka */
extern const struct aws_operation aws_kafka_describe_cluster_v2, aws_kafka_list_clusters_v2,
    aws_kafka_get_bootstrap_brokers, aws_kafka_list_topics, aws_kafka_describe_topic_partitions;

/* Lambda */
extern const struct aws_operation aws_lambda_get_function_configuration, aws_lambda_get_function_concurrency,
    aws_lambda_list_event_source_mappings, aws_lambda_get_event_source_mapping,
    aws_lambda_update_event_source_mapping;

/* Secrets Manager */
extern const struct aws_operation aws_secretsmanager_get_secret_value;

/* IAM Identity Center */
extern const struct aws_operation aws_sso_get_role_credentials;

#endif
