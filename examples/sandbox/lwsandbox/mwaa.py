"""MWAA: environments, and the REST API of their Airflow through InvokeRestApi."""
import datetime as dt

from . import mwaa_rest, mwaa_tries  # noqa: F401  (mwaa_tries registers its routes)
from . import paging
from .keyring import ACCOUNT
from .mwaa_forward import Forward
from .registry import operation
from .reply import AwsError

PATH_LIMIT = 64  # what the model of the API says; whether the service keeps to it is a switch
KINDS = {"DagProcessingLogs": "DAGProcessing", "SchedulerLogs": "Scheduler", "TaskLogs": "Task",
         "WebserverLogs": "WebServer", "WorkerLogs": "Worker"}  # member of LoggingConfiguration -> end of the group


class Environment:
    """`airflow` is a small Airflow (mwaa_model) or the way to a real one (mwaa_forward)."""

    def __init__(self, name, airflow, region, created=None):
        self.name, self.airflow, self.region = name, airflow, region
        self.created, self.status, self.limits_paths = created or dt.datetime.now(dt.timezone.utc), "AVAILABLE", False

    def groups(self):
        return [f"airflow-{self.name}-{end}" for end in KINDS.values()]

    def describe(self):
        arn = f"arn:aws:logs:{self.region}:{ACCOUNT}:log-group:airflow-{self.name}-"
        logging = {member: {"Enabled": True, "LogLevel": "INFO" if end == "Task" else "WARNING",
                            "CloudWatchLogGroupArn": arn + end} for member, end in KINDS.items()}
        host = f"c1a2b3c4-5d6e-{self.name}.c2.{self.region}.airflow.amazonaws.com"
        return {"Name": self.name, "Status": self.status, "AirflowVersion": self.airflow.version,
                "Arn": f"arn:aws:airflow:{self.region}:{ACCOUNT}:environment/{self.name}", "WebserverUrl": host,
                "CreatedAt": self.created, "EnvironmentClass": "mw1.small", "MinWorkers": 1, "MaxWorkers": 5,
                "Schedulers": 2, "WebserverAccessMode": "PRIVATE_ONLY", "LoggingConfiguration": logging,
                "SourceBucketArn": "arn:aws:s3:::acme-lake-curated", "DagS3Path": "airflow/dags",
                "ExecutionRoleArn": f"arn:aws:iam::{ACCOUNT}:role/acme-airflow", "EndpointManagement": "SERVICE",
                "LastUpdate": {"Status": "SUCCESS", "CreatedAt": self.created, "Source": "UpdateEnvironment"},
                "WeeklyMaintenanceWindowStart": "SUN:05:00", "AirflowConfigurationOptions": {}, "Tags": {"env": "prod"}}


class MwaaStore:
    """The environments of one region by name."""

    def __init__(self):
        self.environments = {}

    def find(self, name):
        if name not in self.environments:
            raise AwsError("ResourceNotFoundException", f"Environment {name} not found", 404)
        return self.environments[name]


@operation("mwaa", "GetEnvironment")
def get_environment(call):
    return {"Environment": call.store.mwaa.find(call.parameters["Name"]).describe()}


@operation("mwaa", "ListEnvironments")
def list_environments(call):
    names, token = paging.cut(sorted(call.store.mwaa.environments), int(call.get("MaxResults", 25)),
                              call.get("NextToken"), AwsError("ValidationException", "Invalid NextToken", 400))
    return {"Environments": names, **({"NextToken": token} if token else {})}


@operation("mwaa", "InvokeRestApi")
def invoke_rest_api(call):
    """What Airflow refuses comes back as one of two exceptions, both HTTP 400, with its own status inside."""
    environment, path, method = call.store.mwaa.find(call.parameters["Name"]), call.get("Path"), call.get("Method")
    _check(environment, path, method)
    query, body, may_write = call.get("QueryParameters", {}), call.get("Body"), call.key.may == "write"
    if isinstance(environment.airflow, Forward):
        try:
            with call.world.unlocked():
                status, document = environment.airflow.ask(method, path, query, body, may_write)
        except OSError as problem:
            raise AwsError("InternalServerException", f"the web server does not answer: {problem}", 500) from None
    else:
        status, document = mwaa_rest.ask(environment.airflow, method, path, query, body, may_write)
    if status >= 400:
        name = "RestApiServerException" if status >= 500 else "RestApiClientException"
        raise AwsError(name, None, 400, RestApiStatusCode=status, RestApiResponse=document)
    return {"RestApiStatusCode": status, "RestApiResponse": document}


def _check(environment, path, method):
    if method not in ("GET", "PUT", "POST", "PATCH", "DELETE"):
        raise _invalid(method, "method", "enum value set: [GET, PUT, POST, PATCH, DELETE]")
    if not path or (environment.limits_paths and len(path) > PATH_LIMIT):
        raise _invalid(path, "path", f"length less than or equal to {PATH_LIMIT}" if path else
                       "length greater than or equal to 1")


def _invalid(value, member, rule):
    verb = "satisfy" if "enum" in rule else "have"
    return AwsError("ValidationException", f"1 validation error detected: Value '{value}' at '{member}' failed to "
                    f"satisfy constraint: Member must {verb} {rule}", 400)


def configure(world, document):
    """Control call `POST mwaa`: an environment that stands before a real Airflow, or a change to one.

    {name, version?, url?, user?, password?, status?, limits_paths?}. With a url calls go there; a version without one
    gives the environment of the night anew in that version."""
    known = {"name", "version", "url", "user", "password", "status", "limits_paths"}
    if not set(document) <= known or not isinstance(document.get("name"), str):
        raise ValueError(f"an environment has a name, and may have {', '.join(sorted(known - {'name'}))}")
    region, name = world.regions[world.home], document["name"]
    if "url" in document:
        forward = Forward(document["version"], document["url"], document.get("user"), document.get("password"))
        region.mwaa.environments[name] = Environment(name, forward, world.home)
        for group in region.mwaa.environments[name].groups():
            region.logs.add_group(group)
    elif "version" in document:
        from .night import airflow, clock
        airflow.seed(clock.Night(), region, name, document["version"], world.pace)
    environment = region.mwaa.find(name)
    environment.status = document.get("status", environment.status)
    environment.limits_paths = bool(document.get("limits_paths", environment.limits_paths))
    return {"name": name, "version": environment.airflow.version, "status": environment.status,
            "limits_paths": environment.limits_paths}
