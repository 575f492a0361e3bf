"""One call of each tool that finds something on the bad night: name -> (arguments, a word of the answer)."""


def calls_of(facts):
    dag = {"environment_name": facts["airflow_environment"], "dag_id": facts["dag_id"]}
    emr = {"application_id": facts["emr_application_id"], "job_run_id": facts["emr_job_run_id"]}
    return {
        "get_athena_query": ({"query_execution_id": facts["query_id"]}, "analytics"),
        "get_cloudwatch_alarm": ({"alarm_name": facts["alarm_name"]}, "ALARM"),
        "get_emr_logs": (emr, "FAILED"),
        "get_glue_logs": ({"job_name": facts["job_name"]}, "throttling"),
        "get_mwaa_logs": (dag, "nightly_orders"),
        "get_s3_logs": ({"bucket_name": "acme-lake-curated"}, "denied"),
        "retry_airflow_dag": (dag, "nightly_orders"),
        "retry_athena_query": ({"query_execution_id": facts["query_id"]}, "analytics"),
        "retry_emr": (emr, "features"),
        "retry_glue_job": ({"job_name": facts["job_name"]}, "nightly-orders-load"),
        "retry_kafka": ({"consumer_function": facts["consumer_function"], "action": "enable_mapping"}, "mapping"),
        "update_servicenow_ticket": ({"number": facts["ticket_number"], "work_notes": "The data has arrived."}, facts["ticket_number"]),
        "verify_source_data": ({"database": facts["database"], "table_name": facts["table"]}, "orders")}
