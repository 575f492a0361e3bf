"""Glue jobs and their runs: newest first, paged, and a started run goes its way in a few seconds."""
import datetime as dt
import secrets

from . import paging
from .clock import now
from .registry import operation
from .reply import AwsError

IN_FLIGHT = ("STARTING", "RUNNING", "STOPPING", "WAITING")
SIZING = ("WorkerType", "NumberOfWorkers", "Timeout", "MaxCapacity", "ExecutionClass", "SecurityConfiguration",
          "GlueVersion", "NotificationProperty", "JobRunQueuingEnabled")


def missing(message):
    return AwsError("EntityNotFoundException", message, 400)


class GlueStore:
    """Jobs by name, runs by job in the order they started, bookmarks by job. A run keeps its plan beside it."""

    def __init__(self):
        self.jobs, self.runs, self.bookmarks, self._plans = {}, {}, {}, {}

    def add_job(self, name, **fields):
        made = fields.pop("CreatedOn", now())
        self.jobs[name] = {"Name": name, "CreatedOn": made, "LastModifiedOn": made, "MaxRetries": 0, "Timeout": 480,
                           "ExecutionProperty": {"MaxConcurrentRuns": 1}, "ExecutionClass": "STANDARD", **fields}
        self.runs.setdefault(name, [])

    def job(self, name):
        if name not in self.jobs:
            raise missing(f"Job {name} not found.")
        return self.jobs[name]

    def add_run(self, job, run_id, state, started, seconds=None, **fields):
        """A run with the sizes of its job. `seconds` is how long it took; without it the run is still going."""
        sizes = {k: v for k, v in self.job(job).items() if k in SIZING and k != "NotificationProperty"}
        sizes.update({k: v for k, v in fields.items() if v is not None})
        run = {"Id": run_id, "Attempt": 0, "JobName": job, "JobMode": "SCRIPT", "StartedOn": started,
               "LastModifiedOn": started, "JobRunState": state, "Arguments": {}, "PredecessorRuns": [],
               "ExecutionTime": 0, "LogGroupName": "/aws-glue/jobs", "JobRunQueuingEnabled": False, **sizes}
        workers = run.get("NumberOfWorkers")
        run.update({"AllocatedCapacity": workers, "MaxCapacity": float(workers)} if workers else {})
        if seconds is not None:
            _finish(run, state, started + dt.timedelta(seconds=seconds))
        self.runs[job].append(run)
        self.runs[job].sort(key=lambda r: r["StartedOn"])
        return run

    def plan(self, run_id, steps):
        """What becomes of a run: [(datetime, state), ...]."""
        self._plans[run_id] = list(steps)

    def newest_first(self, job):
        """The runs of a job, but for those that somebody will have started (Airflow plans its own)."""
        self.job(job)
        for run in self.runs[job]:
            self._advance(run)
        return [run for run in reversed(self.runs[job]) if run["StartedOn"] <= now()]

    def run(self, job, run_id):
        for run in self.newest_first(job):
            if run["Id"] == run_id:
                return run
        raise missing("Entity Not Found")

    def _advance(self, run):
        steps = self._plans.get(run["Id"], [])
        while steps and steps[0][0] <= now():
            at, state = steps.pop(0)
            if state in IN_FLIGHT:
                run.update(JobRunState=state, LastModifiedOn=at)
            else:
                _finish(run, state, at)
        if run["JobRunState"] == "RUNNING":
            run["ExecutionTime"] = int((now() - run["StartedOn"]).total_seconds())


def _finish(run, state, at):
    seconds = int((at - run["StartedOn"]).total_seconds())
    run.update(JobRunState=state, CompletedOn=at, LastModifiedOn=at, ExecutionTime=seconds)
    if run.get("MaxCapacity"):
        run["DPUSeconds"] = float(seconds * run["MaxCapacity"])


@operation("glue", "CreateJob")
def create_job(call):
    fields = dict(call.parameters)
    name = fields.pop("Name")
    if name in call.store.glue.jobs:
        raise AwsError("AlreadyExistsException", f"Job {name} already exists", 400)
    call.store.glue.add_job(name, **fields)
    return {"Name": name}


@operation("glue", "GetJob")
def get_job(call):
    return {"Job": call.store.glue.job(call.parameters["JobName"])}


@operation("glue", "GetJobs")
def get_jobs(call):
    jobs, token = _page(call, list(call.store.glue.jobs.values()))
    return {"Jobs": jobs, **token}


@operation("glue", "ListJobs")
def list_jobs(call):
    names, token = _page(call, list(call.store.glue.jobs))
    return {"JobNames": names, **token}


@operation("glue", "BatchGetJobs")
def batch_get_jobs(call):
    jobs, names = call.store.glue.jobs, call.parameters["JobNames"]
    return {"Jobs": [jobs[n] for n in names if n in jobs], "JobsNotFound": [n for n in names if n not in jobs]}


@operation("glue", "GetJobRun")
def get_job_run(call):
    return {"JobRun": call.store.glue.run(call.parameters["JobName"], call.parameters["RunId"])}


@operation("glue", "GetJobRuns")
def get_job_runs(call):
    runs, token = _page(call, call.store.glue.newest_first(call.parameters["JobName"]))
    return {"JobRuns": runs, **token}


def _page(call, items):
    limit = call.get("MaxResults", 200)
    if not 1 <= limit <= 1000:
        raise AwsError("InvalidInputException", "MaxResults must be between 1 and 1000", 400)
    page, token = paging.cut(items, min(limit, 200), call.get("NextToken"),
                             AwsError("InvalidInputException", "Invalid NextToken", 400))
    return page, {"NextToken": token} if token else {}


@operation("glue", "StartJobRun")
def start_job_run(call):
    asked, glue, name = call.parameters, call.store.glue, call.parameters["JobName"]
    previous = asked.get("JobRunId")
    if name not in glue.jobs or previous and previous not in [r["Id"] for r in glue.runs[name]]:
        raise missing("Failed to start job run due to missing metadata")
    if "WorkerType" in asked and ("MaxCapacity" in asked or "AllocatedCapacity" in asked):
        raise AwsError("InvalidInputException", "Please do not set Max Capacity if using Worker Type and Number of "
                       "Workers.", 400)
    running = [r for r in glue.newest_first(name) if r["JobRunState"] in IN_FLIGHT]
    if len(running) >= glue.jobs[name]["ExecutionProperty"].get("MaxConcurrentRuns", 1):
        raise AwsError("ConcurrentRunsExceededException", f"Concurrent runs exceeded for {name}", 400)
    sizes = {k: asked[k] for k in SIZING if k in asked}
    run = glue.add_run(name, f"jr_{secrets.token_hex(32)}", "STARTING", now(), Arguments=asked.get("Arguments", {}),
                       PreviousRunId=previous, **sizes)
    starting, running = call.world.pace["starting_s"], call.world.pace["running_s"]
    begins = run["StartedOn"] + dt.timedelta(seconds=starting)
    ends = begins + dt.timedelta(seconds=running)
    glue.plan(run["Id"], [(begins, "RUNNING"), (ends, call.world.pace["outcome"])])
    if call.world.pace["outcome"] == "SUCCEEDED":
        call.world.on_start(call.store, run, ends)
    return {"JobRunId": run["Id"]}


@operation("glue", "BatchStopJobRun")
def batch_stop_job_run(call):
    glue, name = call.store.glue, call.parameters["JobName"]
    stopped, errors = [], []
    runs = {r["Id"]: r for r in glue.newest_first(name)}
    for run_id in call.parameters["JobRunIds"]:
        state = runs[run_id]["JobRunState"] if run_id in runs else None
        if state in ("STARTING", "RUNNING", "WAITING"):
            runs[run_id].update(JobRunState="STOPPING", LastModifiedOn=now())
            glue.plan(run_id, [(now() + dt.timedelta(seconds=1), "STOPPED")])
            stopped.append({"JobName": name, "JobRunId": run_id})
        else:
            code = "EntityNotFoundException" if state is None else "IllegalSessionStateException"
            text = "Entity Not Found" if state is None else f"JobRun is in state {state} and cannot be stopped"
            errors.append({"JobName": name, "JobRunId": run_id, "ErrorDetail": {"ErrorCode": code,
                                                                                "ErrorMessage": text}})
    return {"SuccessfulSubmissions": stopped, "Errors": errors}


@operation("glue", "GetJobBookmark")
def get_job_bookmark(call):
    name = call.parameters["JobName"]
    entry = call.store.glue.bookmarks.get(name)
    if entry is None:
        raise missing(f"Requested resource not found: {name}")
    return {"JobBookmarkEntry": entry}
