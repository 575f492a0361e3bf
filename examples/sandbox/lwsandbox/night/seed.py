"""Fills an empty account with the night."""
from . import access, airflow, alarms, emr, jobs, lake, logs, queries, streams
from .clock import Night


def seed_all(region, pace):
    """`region` is the home region of the account, `pace` how its runs go. -> what `serve` tells about the night."""
    night = Night()
    lake.seed(night)
    facts = jobs.seed(night, region.glue)
    alarms.seed(night, region.alarms, facts)
    logs.seed(night, region.logs, region.glue, facts)
    airflow.seed(night, region, airflow.ENVIRONMENT, airflow.VERSION, pace)
    return {**streams.seed(night, region), **emr.seed(night, region), **queries.seed(night, region),
            **access.seed(night, region), "job_name": jobs.JOB, "first_run_id": facts["first"],
            "second_run_id": facts["second"], "healthy_job": jobs.HEALTHY, "running_job": jobs.RUNNING,
            "running_run_id": facts["running"], "alarm_name": alarms.ALARM,
            "composite_alarm": alarms.COMPOSITE, "database": lake.DATABASE, "table": lake.TABLE, "bucket": lake.RAW,
            "partition": f"dt={night.dt()}",
            "airflow_environment": airflow.ENVIRONMENT, "dag_id": airflow.DAG}


def write_logs_of_started_run(region, run, ends):
    """A run that was started through the API: its log lines come as time goes by."""
    logs.good_run(region.logs, run["JobName"], run, run["StartedOn"], ends)
