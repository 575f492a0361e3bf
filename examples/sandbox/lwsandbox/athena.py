"""Athena: work groups and query executions. A started query goes its way in a few seconds; one token is one execution."""
import datetime as dt
import json
import uuid

from . import cloudtrail, paging
from .clock import now
from .registry import operation
from .reply import AwsError

ENGINE = {"SelectedEngineVersion": "AUTO", "EffectiveEngineVersion": "Athena engine version 3"}
KEPT = ("QueryExecutionContext", "ResultReuseConfiguration", "ExecutionParameters")


def invalid(message):
    return AwsError("InvalidRequestException", message, 400, AthenaErrorCode="INVALID_INPUT")


def kind_of(sql):
    """-> (StatementType, SubstatementType), near enough for what the night holds."""
    word = sql.split(None, 1)[0].upper() if sql.strip() else ""
    if word in ("SELECT", "WITH", "INSERT", "UNLOAD", "MERGE"):
        return "DML", "SELECT" if word == "WITH" else word
    return ("UTILITY", word) if word in ("SHOW", "DESCRIBE", "EXPLAIN") else ("DDL", word)


class AthenaStore:
    """Work groups by name, executions by id in the order they were submitted, what becomes of them, and results."""

    def __init__(self):
        self.workgroups, self.executions, self.tokens, self._plans, self.results, self.stages = {}, {}, {}, {}, {}, {}

    def add_workgroup(self, name, state="ENABLED", **configuration):
        self.workgroups[name] = {"Name": name, "State": state, "Configuration": {
            "EnforceWorkGroupConfiguration": False, "PublishCloudWatchMetricsEnabled": True, "RequesterPaysEnabled": False,
            "EngineVersion": ENGINE, "ResultConfiguration": {"OutputLocation": f"s3://acme-athena-results/{name}/"},
            **configuration}}

    def workgroup(self, name):
        if name not in self.workgroups:
            raise invalid(f"WorkGroup {name} is not found.")
        return self.workgroups[name]

    def add(self, query_id, sql, submitted, state, seconds=None, workgroup="primary", reason=None, error=None, **members):
        """An execution; `seconds` is how long it took, `error` (category, type, retryable)."""
        kind, sub = kind_of(sql)
        status = {"State": state, "SubmissionDateTime": submitted}
        if seconds is not None:
            status["CompletionDateTime"] = submitted + dt.timedelta(seconds=seconds)
        if reason:
            status["StateChangeReason"] = reason
        if error:
            status["AthenaError"] = {"ErrorCategory": error[0], "ErrorType": error[1], "Retryable": error[2],
                                     "ErrorMessage": reason}
        ms = int((seconds or 0) * 1000)
        ending = "csv" if kind == "DML" else "txt"
        self.executions[query_id] = {
            "QueryExecutionId": query_id, "Query": sql, "StatementType": kind, "SubstatementType": sub,
            "WorkGroup": workgroup, "Status": status, "EngineVersion": ENGINE,
            "ResultConfiguration": {"OutputLocation": f"s3://acme-athena-results/{workgroup}/{query_id}.{ending}"},
            "QueryExecutionContext": {"Database": "sales", "Catalog": "awsdatacatalog"},
            "Statistics": {"TotalExecutionTimeInMillis": ms, "EngineExecutionTimeInMillis": ms * 9 // 10,
                           "QueryQueueTimeInMillis": ms // 20, "QueryPlanningTimeInMillis": ms // 25,
                           "ServiceProcessingTimeInMillis": ms // 100, "DataScannedInBytes": 0}, **members}
        return self.executions[query_id]

    def plan(self, query_id, steps):
        """What becomes of an execution: [(datetime, state), ...]."""
        self._plans[query_id] = list(steps)

    def get(self, query_id):
        if query_id not in self.executions:
            raise invalid(f"QueryExecution {query_id} was not found")
        execution, steps = self.executions[query_id], self._plans.get(query_id, [])
        while steps and steps[0][0] <= now():
            at, state = steps.pop(0)
            execution["Status"]["State"] = state
            if state in ("SUCCEEDED", "FAILED", "CANCELLED"):
                self._finish(execution, at)
        return execution

    def _finish(self, execution, at):
        ms = int((at - execution["Status"]["SubmissionDateTime"]).total_seconds() * 1000)
        execution["Status"]["CompletionDateTime"] = at
        execution["Statistics"].update(TotalExecutionTimeInMillis=ms, EngineExecutionTimeInMillis=ms // 2,
                                       QueryQueueTimeInMillis=ms // 4, DataScannedInBytes=1 << 20)

    def newest_first(self, workgroup):
        ids = [i for i, e in self.executions.items() if e["WorkGroup"] == workgroup]
        return sorted(ids, key=lambda i: self.executions[i]["Status"]["SubmissionDateTime"], reverse=True)


@operation("athena", "GetWorkGroup")
def get_work_group(call):
    return {"WorkGroup": call.store.athena.workgroup(call.parameters["WorkGroup"])}


@operation("athena", "ListWorkGroups")
def list_work_groups(call):
    return {"WorkGroups": [{"Name": w["Name"], "State": w["State"]} for w in call.store.athena.workgroups.values()]}


@operation("athena", "GetQueryExecution")
def get_query_execution(call):
    return {"QueryExecution": call.store.athena.get(call.parameters["QueryExecutionId"])}


@operation("athena", "BatchGetQueryExecution")
def batch_get_query_execution(call):
    athena, ids = call.store.athena, call.parameters["QueryExecutionIds"]
    return {"QueryExecutions": [athena.get(i) for i in ids if i in athena.executions],
            "UnprocessedQueryExecutionIds": [
                {"QueryExecutionId": i, "ErrorCode": "INVALID_INPUT", "ErrorMessage": "was not found"}
                for i in ids if i not in athena.executions]}


@operation("athena", "ListQueryExecutions")
def list_query_executions(call):
    athena, name = call.store.athena, call.get("WorkGroup", "primary")
    athena.workgroup(name)
    page, token = paging.cut(athena.newest_first(name), min(call.get("MaxResults", 50), 50), call.get("NextToken"),
                             invalid("Invalid NextToken"))
    return {"QueryExecutionIds": page, **({"NextToken": token} if token else {})}


@operation("athena", "GetQueryRuntimeStatistics")
def get_query_runtime_statistics(call):
    execution = call.store.athena.get(call.parameters["QueryExecutionId"])
    names = ("QueryQueueTimeInMillis", "QueryPlanningTimeInMillis", "EngineExecutionTimeInMillis",
             "ServiceProcessingTimeInMillis", "TotalExecutionTimeInMillis")
    timeline = {n: execution["Statistics"][n] for n in names if n in execution["Statistics"]}
    return {"QueryRuntimeStatistics": {"Timeline": timeline,
                                       **call.store.athena.stages.get(execution["QueryExecutionId"], {})}}


@operation("athena", "GetQueryResults")
def get_query_results(call):
    execution = call.store.athena.get(call.parameters["QueryExecutionId"])
    state = execution["Status"]["State"]
    if state != "SUCCEEDED":
        raise invalid(f"Query did not finish successfully. Final query state: {state}")
    columns, rows = call.store.athena.results.get(execution["QueryExecutionId"], (["_col0"], [["1"]]))
    rows = ([columns] if execution["StatementType"] == "DML" else []) + rows
    page, token = paging.cut(rows, min(call.get("MaxResults", 1000), 1000), call.get("NextToken"),
                             invalid("Invalid NextToken"))
    info = [{"CatalogName": "hive", "SchemaName": "", "TableName": "", "Name": c, "Label": c, "Type": "varchar",
             "Precision": 0, "Scale": 0, "Nullable": "UNKNOWN", "CaseSensitive": True} for c in columns]
    data = [{"Data": [{} if v is None else {"VarCharValue": v} for v in row]} for row in page]
    return {"UpdateCount": 0, "ResultSet": {"Rows": data, "ResultSetMetadata": {"ColumnInfo": info}},
            **({"NextToken": token} if token else {})}


def _check_location(call, workgroup):
    configuration = call.store.athena.workgroup(workgroup)["Configuration"]
    asked = call.get("ResultConfiguration", {}).get("OutputLocation")
    if configuration["EnforceWorkGroupConfiguration"] or not asked:
        return configuration["ResultConfiguration"]["OutputLocation"]
    if not asked.startswith("s3://"):
        raise invalid("The S3 location provided to save your query results is invalid.")
    return asked


@operation("athena", "StartQueryExecution")
def start_query_execution(call):
    athena, workgroup, token = call.store.athena, call.get("WorkGroup", "primary"), call.get("ClientRequestToken")
    folder, asked = _check_location(call, workgroup), json.dumps(call.parameters, sort_keys=True, default=str)
    if athena.workgroup(workgroup)["State"] != "ENABLED":
        raise invalid(f"WorkGroup {workgroup} is disabled.")
    if token in athena.tokens:
        query_id, before = athena.tokens[token]
        if before != asked:
            raise invalid("Idempotent parameters do not match")
        return {"QueryExecutionId": query_id}
    query_id, started = str(uuid.uuid4()), now()
    execution = athena.add(query_id, call.parameters["QueryString"], started, "QUEUED", workgroup=workgroup,
                           **{k: call.parameters[k] for k in KEPT if k in call.parameters})
    ending = "csv" if execution["StatementType"] == "DML" else "txt"
    execution["ResultConfiguration"] = {**call.get("ResultConfiguration", {}),
                                        "OutputLocation": f"{folder.rstrip('/')}/{query_id}.{ending}"}
    pace = call.world.pace
    running = started + dt.timedelta(seconds=pace["starting_s"])
    athena.plan(query_id, [(running, "RUNNING"), (running + dt.timedelta(seconds=pace["running_s"]), pace["outcome"])])
    if token:
        athena.tokens[token] = query_id, asked
    cloudtrail.record(call, "StartQueryExecution", "athena.amazonaws.com", {"workGroup": workgroup})
    return {"QueryExecutionId": query_id}


@operation("athena", "StopQueryExecution")
def stop_query_execution(call):
    execution = call.store.athena.get(call.parameters["QueryExecutionId"])
    if execution["Status"]["State"] in ("QUEUED", "RUNNING"):
        call.store.athena.plan(execution["QueryExecutionId"], [])
        execution["Status"].update(State="CANCELLED", StateChangeReason="Query cancelled by user", CompletionDateTime=now())
    cloudtrail.record(call, "StopQueryExecution", "athena.amazonaws.com", {"queryExecutionId": execution["QueryExecutionId"]})
    return {}
