"""Each kind of fault as it looks on the wire, and the counting of faults."""
import http.client
import json
import time
import urllib.error
import zlib

import pytest
import wire


def order(sandbox, **fault):
    return sandbox.control("POST", "faults", fault)


def get_job(sandbox):
    return wire.send(wire.json_request(sandbox, "glue", "GetJob", json.dumps({"JobName": sandbox["job_name"]})))


@pytest.mark.parametrize(("service", "fault", "status", "code"), [
    ("glue", {}, 400, "ThrottlingException"),
    ("cloudwatch", {}, 400, "Throttling"),
    ("glue", {"code": "InternalServiceException", "status": 500, "message": "sorry"}, 500, "InternalServiceException"),
    ("logs", {"code": "AccessDeniedException"}, 400, "AccessDeniedException")])
def test_error(service, fault, status, code, sandbox):
    operation = {"glue": "GetJobs", "logs": "DescribeLogGroups", "cloudwatch": "DescribeAlarms"}[service]
    order(sandbox, service=service, operation=operation, kind="error", **fault)
    got, headers, body = wire.send(wire.json_request(sandbox, service, operation))
    assert (got, json.loads(body)["__type"]) == (status, code)
    assert fault.get("message", "") in body.decode()
    assert headers["x-amzn-query-error"] == ("Throttling;Sender" if service == "cloudwatch" else None)
    assert wire.send(wire.json_request(sandbox, service, operation))[0] == 200
    assert [r["fault"] for r in sandbox.journal()] == ["error", None]


def test_error_of_s3_is_slow_down(sandbox):
    order(sandbox, service="s3", kind="error")
    status, _, body = wire.send(wire.s3_request(sandbox, "/acme-lake-raw"))
    assert status == 503 and b"<Code>SlowDown</Code>" in body


def test_error_with_headers(sandbox):
    order(sandbox, service="glue", kind="error", status=503, headers={"x-amz-retry-after": "1500"})
    status, headers, _ = get_job(sandbox)
    assert (status, headers["x-amz-retry-after"]) == (503, "1500")


def test_error_after_the_deed(sandbox):
    """The run is started, the caller hears of a fault: the case a write must reconcile."""
    order(sandbox, service="glue", operation="StartJobRun", kind="error", when="after",
          code="InternalServiceException", status=500)
    body = json.dumps({"JobName": sandbox["job_name"], "JobRunId": sandbox["second_run_id"]})
    assert wire.send(wire.json_request(sandbox, "glue", "StartJobRun", body))[0] == 500
    newest = sandbox.client("glue").get_job_runs(JobName=sandbox["job_name"], MaxResults=1)["JobRuns"][0]
    assert newest["PreviousRunId"] == sandbox["second_run_id"]


@pytest.mark.parametrize(("when", "started"), [("after", True), ("before", False)])
def test_reset(when, started, sandbox):
    order(sandbox, service="glue", operation="StartJobRun", kind="reset", when=when)
    with pytest.raises(ConnectionResetError):
        wire.send(wire.json_request(sandbox, "glue", "StartJobRun", json.dumps({"JobName": sandbox["job_name"]})))
    newest = sandbox.client("glue").get_job_runs(JobName=sandbox["job_name"], MaxResults=1)["JobRuns"][0]
    assert (newest["Id"] != sandbox["second_run_id"]) == started


def test_html(sandbox):
    order(sandbox, service="glue", kind="html")
    status, headers, body = get_job(sandbox)
    assert (status, headers["Content-Type"]) == (502, "text/html") and body.startswith(b"<html>")


def test_delay(sandbox):
    order(sandbox, service="glue", kind="delay", delay=0.4)
    began = time.monotonic()
    assert get_job(sandbox)[0] == 200
    assert time.monotonic() - began >= 0.4


def test_truncate(sandbox):
    order(sandbox, service="glue", kind="truncate")
    with pytest.raises(http.client.IncompleteRead) as cut:
        get_job(sandbox)
    assert 0 < len(cut.value.partial) <= cut.value.expected + 1


def test_drip(sandbox):
    order(sandbox, service="glue", kind="drip", chunk=100, delay=0.02)
    began = time.monotonic()
    status, _, body = get_job(sandbox)
    assert status == 200 and json.loads(body)["Job"]["Name"] == sandbox["job_name"]
    assert time.monotonic() - began >= len(body) // 100 * 0.02


def test_badgzip(sandbox):
    order(sandbox, service="glue", kind="badgzip")
    status, headers, body = get_job(sandbox)
    assert (status, headers["Content-Encoding"]) == (200, "gzip") and body[:2] == b"\x1f\x8b"
    with pytest.raises(zlib.error):
        zlib.decompress(body, 31)


def test_empty_pages(sandbox):
    order(sandbox, service="logs", operation="FilterLogEvents", kind="empty", times=2)
    pages = list(sandbox.client("logs").get_paginator("filter_log_events").paginate(
        logGroupName="/aws-glue/jobs/error", logStreamNames=[sandbox["first_run_id"]],
        PaginationConfig={"PageSize": 50}))
    assert [len(p["events"]) for p in pages[:3]] == [0, 0, 50]
    ids = [e["eventId"] for p in pages for e in p["events"]]
    assert len(set(ids)) == len(ids) > 50


@pytest.mark.parametrize(("operation", "path"), [
    ("jwks", "jwks_url"), ("token", "token_url"), ("discovery", "issuer")])
def test_cognito(operation, path, sandbox):
    suffix = "/.well-known/openid-configuration" if operation == "discovery" else ""
    request = wire.AWSRequest("GET", sandbox[path] + suffix)
    order(sandbox, service="cognito", operation=operation, kind="error", status=503)
    order(sandbox, service="cognito", operation=operation, kind="html", status=500)
    order(sandbox, service="cognito", operation=operation, kind="reset")
    assert wire.send(request)[0] == 503
    assert wire.send(request)[1]["Content-Type"] == "text/html"
    with pytest.raises(ConnectionResetError):
        wire.send(request)
    assert wire.send(request)[0] == (405 if operation == "token" else 200)


def test_counting(sandbox):
    left = order(sandbox, service="monitoring", operation="DescribeAlarms", kind="error", skip=1, times=2)
    assert left == [{"service": "monitoring", "operation": "DescribeAlarms", "kind": "error", "skip": 1, "times": 2,
                     "when": "before"}]
    ask = [wire.send(wire.json_request(sandbox, "cloudwatch", o))[0]
           for o in ("DescribeAlarms", "DescribeAlarmHistory", "DescribeAlarms", "DescribeAlarms", "DescribeAlarms")]
    assert ask == [200, 200, 400, 400, 200]
    assert sandbox.control("GET", "faults") == []


def test_a_list_and_clearing(sandbox):
    assert len(sandbox.control("POST", "faults", [{"kind": "error"}, {"kind": "html"}])) == 2
    assert sandbox.control("DELETE", "faults") == [] == sandbox.control("GET", "faults")
    assert get_job(sandbox)[0] == 200


def test_an_unsigned_request_uses_up_no_fault(sandbox):
    order(sandbox, kind="error", service="glue")
    request = wire.json_request(sandbox, "glue", "GetJobs")
    del request.headers["Authorization"]
    assert wire.send(request)[0] == 400
    assert len(sandbox.control("GET", "faults")) == 1


@pytest.mark.parametrize("fault", [
    {}, {"kind": "explode"}, {"kind": "error", "typo": 1}, {"kind": "error", "times": -1},
    {"kind": "reset", "when": "never"}, {"kind": "drip", "when": "before"},
    {"kind": "delay", "delay": "long"}, "error"])
def test_orders_that_make_no_sense(fault, sandbox):
    with pytest.raises(urllib.error.HTTPError) as refused:
        sandbox.control("POST", "faults", fault)
    assert refused.value.code == 400
    assert sandbox.control("GET", "faults") == []


def test_html_after_the_deed(sandbox):
    order(sandbox, service="glue", operation="StartJobRun", kind="html", when="after", status=504)
    status, headers, _ = wire.send(wire.json_request(sandbox, "glue", "StartJobRun", json.dumps({
        "JobName": sandbox["job_name"]})))
    assert (status, headers["Content-Type"]) == (504, "text/html")
    newest = sandbox.client("glue").get_job_runs(JobName=sandbox["job_name"], MaxResults=1)["JobRuns"][0]
    assert newest["Id"] != sandbox["second_run_id"]
