"""EMR on EC2: clusters and their steps, newest first and paged; a step that is added goes its way in a few seconds."""
import datetime as dt
import secrets

from . import paging
from .clock import now
from .keyring import ACCOUNT
from .registry import operation
from .reply import AwsError

ACCEPTING = ("STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING")
PAGE = 50


def invalid(message):
    return AwsError("InvalidRequestException", message, 400)


class EmrStore:
    """Clusters by id; steps by cluster in the order they were added, each with what is to become of it."""

    def __init__(self, region):
        self._region, self.clusters, self.steps, self.instances, self._plans = region, {}, {}, {}, {}

    def add_cluster(self, known, **fields):
        made = fields.pop("created", now())
        self.steps[known], self.instances[known] = [], []
        self.clusters[known] = {
            "Id": known, "Status": {"State": "WAITING", "StateChangeReason": {"Message": "Cluster ready to run steps."},
                                    "Timeline": {"CreationDateTime": made, "ReadyDateTime": made + dt.timedelta(minutes=7)}},
            "ClusterArn": f"arn:aws:elasticmapreduce:{self._region}:{ACCOUNT}:cluster/{known}", "AutoTerminate": False,
            "TerminationProtected": True, "ReleaseLabel": "emr-7.5.0", "StepConcurrencyLevel": 1,
            "Applications": [{"Name": "Hadoop", "Version": "3.4.0"}, {"Name": "Spark", "Version": "3.5.2"}],
            "InstanceCollectionType": "INSTANCE_GROUP", **fields}

    def cluster(self, known):
        if known not in self.clusters:
            raise invalid(f"Cluster id '{known}' is not valid.")
        return self.clusters[known]

    def add_step(self, cluster, known, state, created, seconds=None, **fields):
        status = fields.pop("Status", {})
        step = {"Id": known, "ActionOnFailure": "CONTINUE", **fields,
                "Status": {"State": state, "StateChangeReason": {}, "Timeline": {"CreationDateTime": created}, **status}}
        if seconds is not None:
            begun = created + dt.timedelta(seconds=9)
            step["Status"]["Timeline"].update(StartDateTime=begun, EndDateTime=begun + dt.timedelta(seconds=seconds))
        self.steps[cluster].append(step)
        return step

    def plan(self, step, moments):
        self._plans[step["Id"]] = moments

    def newest_first(self, cluster):
        self.cluster(cluster)
        for step in self.steps[cluster]:
            self._advance(step)
        return list(reversed(self.steps[cluster]))

    def step(self, cluster, known):
        for step in self.newest_first(cluster):
            if step["Id"] == known:
                return step
        raise invalid(f"Step id '{known}' is not valid.")

    def _advance(self, step):
        plan = self._plans.get(step["Id"], [])
        while plan and plan[0][0] <= now():
            at, state = plan.pop(0)
            step["Status"]["State"] = state
            step["Status"]["Timeline"]["StartDateTime" if state == "RUNNING" else "EndDateTime"] = at


def _page(call, items):
    page, marker = paging.cut(items, PAGE, call.get("Marker"), invalid("Marker is not valid."))
    return page, {"Marker": marker} if marker else {}


@operation("emr", "DescribeCluster")
def describe_cluster(call):
    return {"Cluster": call.store.emr.cluster(call.parameters["ClusterId"])}


@operation("emr", "DescribeStep")
def describe_step(call):
    return {"Step": call.store.emr.step(call.parameters["ClusterId"], call.parameters["StepId"])}


@operation("emr", "ListSteps")
def list_steps(call):
    steps, states, ids = call.store.emr.newest_first(call.parameters["ClusterId"]), call.get("StepStates"), call.get("StepIds")
    steps = [s for s in steps if (not states or s["Status"]["State"] in states) and (not ids or s["Id"] in ids)]
    page, marker = _page(call, steps)
    return {"Steps": page, **marker}


@operation("emr", "ListInstances")
def list_instances(call):
    known, states = call.parameters["ClusterId"], call.get("InstanceStates")
    call.store.emr.cluster(known)
    page, marker = _page(call, [i for i in call.store.emr.instances[known]
                                if not states or i["Status"]["State"] in states])
    return {"Instances": page, **marker}


@operation("emr", "AddJobFlowSteps")
def add_job_flow_steps(call):
    emr, known = call.store.emr, call.parameters["JobFlowId"]
    cluster = emr.cluster(known)
    if cluster["Status"]["State"] not in ACCEPTING:
        raise AwsError("ValidationException", "A job flow that is shutting down, terminated, or finished may not be "
                       "modified.", 400)
    if cluster["StepConcurrencyLevel"] > 1 and any(
            s.get("ActionOnFailure", "CONTINUE") != "CONTINUE" for s in call.parameters["Steps"]):
        raise AwsError("ValidationException", "The ActionOnFailure setting is not valid for a cluster that runs several "
                       "steps at once.", 400)
    return {"StepIds": [_add(call, known, asked) for asked in call.parameters["Steps"]]}


def _add(call, cluster, asked):
    emr, jar = call.store.emr, asked["HadoopJarStep"]
    config = {"Jar": jar["Jar"], "Args": jar.get("Args", []),
              "Properties": {p["Key"]: p["Value"] for p in jar.get("Properties", [])}}
    if "MainClass" in jar:
        config["MainClass"] = jar["MainClass"]
    fields = {"Name": asked["Name"], "Config": config, "ActionOnFailure": asked.get("ActionOnFailure", "CONTINUE")}
    if "ExecutionRoleArn" in call.parameters:
        fields["ExecutionRoleArn"] = call.parameters["ExecutionRoleArn"]
    place = asked.get("StepMonitoringConfiguration", {}).get("S3MonitoringConfiguration", {})
    step = emr.add_step(cluster, "s-" + secrets.token_hex(7).upper(), "PENDING", now(), **fields, **place)
    begins = now() + dt.timedelta(seconds=call.world.pace["starting_s"])
    ends = begins + dt.timedelta(seconds=call.world.pace["running_s"])
    good = call.world.pace["outcome"] == "SUCCEEDED"
    emr.plan(step, [(begins, "RUNNING"), (ends, "COMPLETED" if good else "FAILED")])
    return step["Id"]
