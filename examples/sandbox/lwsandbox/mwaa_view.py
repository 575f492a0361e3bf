"""What Airflow's REST API shows of the things of mwaa_model, in the form of v1 (2.x) or v2 (3.x)."""


def stamp(when, three):
    """v1 says +00:00, v2 says Z."""
    if when is None:
        return None
    return when.strftime("%Y-%m-%dT%H:%M:%S.%f") + ("Z" if three else "+00:00")


def seconds(start, end):
    return (end - start).total_seconds() if start and end else None


def dag(item, three):
    folder = "/usr/local/airflow/dags/"
    common = {"dag_id": item.dag_id, "dag_display_name": item.dag_id, "is_paused": item.paused, "description": None,
              "has_import_errors": item.import_error is not None, "fileloc": folder + item.file, "owners": ["data"],
              "tags": [], "max_active_runs": 16, "max_active_tasks": 16, "timetable_description": None,
              "last_parsed_time": stamp(item.created, three)}
    if three:
        return {**common, "is_stale": item.import_error is not None, "timetable_summary": item.schedule,
                "bundle_name": "dags-folder", "bundle_version": None, "relative_fileloc": item.file}
    schedule = {"__type": "CronExpression", "value": item.schedule} if item.schedule else None
    return {**common, "is_active": True, "is_subdag": False, "root_dag_id": None, "schedule_interval": schedule,
            "file_token": "sandbox", "pickle_id": None, "default_view": "grid",
            "next_dagrun_create_after": None}


def task(item, owner, three):
    behind = [t.task_id for t in owner.tasks if item.task_id in t.upstream]
    common = {"task_id": item.task_id, "task_display_name": item.task_id, "owner": "data", "retries": item.retries,
              "trigger_rule": "all_success", "downstream_task_ids": behind, "is_mapped": False, "pool": "default_pool",
              "class_ref": {"class_name": item.operator, "module_path": "sandbox"}}
    return {**common, "operator_name": item.operator} if three else common


def run(item, three):
    when = stamp(item.logical_date, three)
    common = {"dag_id": item.dag.dag_id, "dag_run_id": item.run_id, "state": item.state, "run_type": item.run_type,
              "logical_date": when, "data_interval_start": when, "data_interval_end": when, "conf": item.conf,
              "start_date": stamp(item.start, three), "end_date": stamp(item.end, three), "note": item.note,
              "last_scheduling_decision": stamp(item.end or item.start, three)}
    if three:
        return {**common, "run_after": stamp(item.run_after, three), "queued_at": stamp(item.queued, three),
                "triggered_by": "rest_api" if item.run_type == "manual" else "timetable", "bundle_version": None,
                "dag_versions": []}
    return {**common, "execution_date": when, "external_trigger": item.run_type == "manual"}


def instance(item, owner, three, attempt=None):
    """A task instance, or one of its tries when `attempt` is (try_number, state, start, end)."""
    number, state, start, end = attempt or (item.try_number, item.state, item.start, item.end)
    ran = number > 0
    host = "ip-10-0-11-24.ec2.internal" if ran else ""
    common = {"dag_id": owner.dag.dag_id, "dag_run_id": owner.run_id, "task_id": item.task.task_id, "state": state,
              "task_display_name": item.task.task_id, "map_index": item.map_index, "try_number": number,
              "max_tries": item.max_tries, "start_date": stamp(start, three), "end_date": stamp(end, three),
              "duration": seconds(start, end), "operator": item.task.operator, "hostname": host, "pool_slots": 1,
              "unixname": "airflow", "pool": "default_pool", "queue": "default", "priority_weight": 1,
              "queued_when": stamp(start, three), "pid": 4711 if ran else None, "executor": None,
              "executor_config": "{}", "note": None, "rendered_map_index": None, "rendered_fields": {},
              "trigger": None, "triggerer_job": None}
    when = stamp(owner.logical_date, three)
    if three:
        return {**common, "id": item.uid, "logical_date": when, "run_after": stamp(owner.run_after, three),
                "scheduled_when": stamp(start, three), "dag_version": None}
    return {**common, "execution_date": when, "sla_miss": None}


def tried(item, owner, three, attempt=None):
    """One try as `tries` lists it: less than an instance."""
    unknown = ("id", "note", "rendered_map_index", "rendered_fields", "trigger", "triggerer_job", "logical_date",
               "run_after", "execution_date", "sla_miss")
    return {k: v for k, v in instance(item, owner, three, attempt).items() if k not in unknown}


def cleared(item, owner, three):
    """v1 names what it cleared and no more, not even the map index."""
    if three:
        return instance(item, owner, three)
    when = stamp(owner.logical_date, three)
    return {"dag_id": owner.dag.dag_id, "dag_run_id": owner.run_id, "execution_date": when,
            "task_id": item.task.task_id}


def import_error(item, number, three):
    common = {"import_error_id": number, "timestamp": stamp(item.created, three), "stack_trace": item.import_error,
              "filename": "/usr/local/airflow/dags/" + item.file}
    return {**common, "bundle_name": "dags-folder"} if three else common


def health(when, three):
    beat = stamp(when, three)
    out = {"metadatabase": {"status": "healthy"},
           "scheduler": {"status": "healthy", "latest_scheduler_heartbeat": beat},
           "triggerer": {"status": "healthy", "latest_triggerer_heartbeat": beat},
           "dag_processor": {"status": None, "latest_dag_processor_heartbeat": None}}
    if three:
        out["dag_processor"] = {"status": "healthy", "latest_dag_processor_heartbeat": beat}
    return out
