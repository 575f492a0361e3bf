"""Fills an empty account with the night."""
from . import alarms, jobs, lake, logs
from .clock import Night


def seed_all(region):
    """`region` is the home region of the account. -> what `serve` tells about the night."""
    night = Night()
    lake.seed(night)
    facts = jobs.seed(night, region.glue)
    alarms.seed(night, region.alarms, facts)
    logs.seed(night, region.logs, region.glue, facts)
    return {"job_name": jobs.JOB, "first_run_id": facts["first"], "second_run_id": facts["second"],
            "healthy_job": jobs.HEALTHY, "running_job": jobs.RUNNING, "running_run_id": facts["running"],
            "alarm_name": alarms.ALARM, "composite_alarm": alarms.COMPOSITE, "database": lake.DATABASE,
            "table": lake.TABLE, "bucket": lake.RAW, "partition": f"dt={night.dt()}"}


def write_logs_of_started_run(region, run, ends):
    """A run that was started through the API: its log lines come as time goes by."""
    logs.good_run(region.logs, run["JobName"], run, run["StartedOn"], ends)
