"""Job runs of EMR Serverless and of EMR on EKS: in both a client token that was used leads to the run it started."""
import datetime as dt
import secrets

from . import paging
from .clock import now
from .keyring import ACCOUNT
from .registry import operation
from .reply import AwsError


def missing(what, known):
    return AwsError("ResourceNotFoundException", f"{what} {known} does not exist", 404)


class JobStore:
    """Places (applications or virtual clusters) by id, and their runs in the order they were started."""

    def __init__(self, place_word, key, done):
        self._word, self._key, self._done = place_word, key, done
        self.places, self.runs, self._plans, self._tokens = {}, {}, {}, {}

    def add_place(self, known, **fields):
        self.places[known], self.runs[known] = {self._key: known, **fields}, []

    def place(self, known):
        if known not in self.places:
            raise missing(self._word, known)
        return self.places[known]

    def newest_first(self, place):
        self.place(place)
        for run in self.runs[place]:
            self._advance(run)
        return list(reversed(self.runs[place]))

    def run(self, place, known, key):
        for run in self.newest_first(place):
            if run[key] == known:
                return run
        raise missing("Job run", known)

    def start(self, place, token, make, pace):
        """The run that the token started, made now if it is new."""
        self.place(place)
        if (place, token) not in self._tokens:
            known = "00" + secrets.token_hex(7)
            run = make(known)
            begins = now() + dt.timedelta(seconds=pace["starting_s"])
            ends = begins + dt.timedelta(seconds=pace["running_s"])
            self._plans[known] = [(begins, "RUNNING"), (ends, self._done if pace["outcome"] == "SUCCEEDED" else "FAILED")]
            self.runs[place].append(run)
            self._tokens[place, token] = run
        return self._tokens[place, token]

    def _advance(self, run):
        plan = self._plans.get(run.get("jobRunId") or run.get("id"), [])
        while plan and plan[0][0] <= now():
            at, run["state"] = plan.pop(0)
            run["updatedAt" if "updatedAt" in run else "createdAt"] = at if "updatedAt" in run else run["createdAt"]
            if run["state"] != "RUNNING":
                run["endedAt" if "jobRunId" in run else "finishedAt"] = at
            elif "jobRunId" in run:
                run["startedAt"] = at


def serverless_store():
    return JobStore("Application", "applicationId", "SUCCESS")


def eks_store():
    return JobStore("Virtual cluster", "id", "COMPLETED")


def _wanted(call, runs):
    states = call.get("states")
    runs = [r for r in runs if not states or r["state"] in states]
    page, token = paging.cut(runs, min(call.get("maxResults", 50), 50), call.get("nextToken"),
                             AwsError("ValidationException", "nextToken is not valid", 400))
    return page, {"nextToken": token} if token else {}


@operation("emr-serverless", "GetApplication")
def get_application(call):
    return {"application": call.store.emr_serverless.place(call.parameters["applicationId"])}


@operation("emr-serverless", "GetJobRun")
def get_job_run(call):
    return {"jobRun": call.store.emr_serverless.run(call.parameters["applicationId"], call.parameters["jobRunId"], "jobRunId")}


@operation("emr-serverless", "ListJobRuns")
def list_serverless(call):
    page, token = _wanted(call, call.store.emr_serverless.newest_first(call.parameters["applicationId"]))
    return {"jobRuns": [{**r, "id": r["jobRunId"]} for r in page], **token}


@operation("emr-serverless", "ListJobRunAttempts")
def list_attempts(call):
    run = get_job_run(call)["jobRun"]
    return {"jobRunAttempts": [{**run, "id": run["jobRunId"], "jobCreatedAt": run["createdAt"], "attempt": 1}]}


@operation("emr-serverless", "StartJobRun")
def start_serverless(call):
    asked, app = dict(call.parameters), call.parameters["applicationId"]

    def make(known):
        return {"applicationId": app, "jobRunId": known, "name": asked.get("name"), "createdBy": call.key.arn,
                "arn": f"arn:aws:emr-serverless:{call.region}:{ACCOUNT}:/applications/{app}/jobruns/{known}",
                "createdAt": now(), "updatedAt": now(), "executionRole": asked["executionRoleArn"], "state": "SUBMITTED",
                "stateDetails": "", "releaseLabel": call.store.emr_serverless.place(app)["releaseLabel"], "attempt": 1,
                **{k: asked[k] for k in ("configurationOverrides", "jobDriver", "tags", "mode", "retryPolicy",
                                         "executionTimeoutMinutes") if k in asked}}
    run = call.store.emr_serverless.start(app, asked["clientToken"], make, call.world.pace)
    return {"applicationId": app, "jobRunId": run["jobRunId"], "arn": run["arn"]}


@operation("emr-containers", "DescribeVirtualCluster")
def describe_virtual_cluster(call):
    return {"virtualCluster": call.store.emr_containers.place(call.parameters["id"])}


@operation("emr-containers", "DescribeJobRun")
def describe_job_run(call):
    return {"jobRun": call.store.emr_containers.run(call.parameters["virtualClusterId"], call.parameters["id"], "id")}


@operation("emr-containers", "ListJobRuns")
def list_eks(call):
    page, token = _wanted(call, call.store.emr_containers.newest_first(call.parameters["virtualClusterId"]))
    return {"jobRuns": page, **token}


@operation("emr-containers", "StartJobRun")
def start_eks(call):
    asked, cluster = dict(call.parameters), call.parameters["virtualClusterId"]

    def make(known):
        return {"id": known, "virtualClusterId": cluster, "createdAt": now(), "createdBy": call.key.arn, "state": "PENDING",
                "arn": f"arn:aws:emr-containers:{call.region}:{ACCOUNT}:/virtualclusters/{cluster}/jobruns/{known}",
                **{k: asked[k] for k in ("name", "clientToken", "executionRoleArn", "releaseLabel", "jobDriver",
                                         "configurationOverrides", "tags", "retryPolicyConfiguration") if k in asked}}
    run = call.store.emr_containers.start(cluster, asked["clientToken"], make, call.world.pace)
    return {"id": run["id"], "name": run.get("name"), "arn": run["arn"], "virtualClusterId": cluster}
