"""`lakewarden doctor` over AWS as a script: what it says about each service, and its exit code."""
import json
import os
import subprocess

import pytest

IDENTITY = """<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/night</Arn>
<UserId>AIDAEXAMPLE</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"""
WELL = {"json": {}}
ABSENT = {"status": 404, "json": {"__type": "ResourceNotFoundException"}, "headers": {"x-amzn-errortype": "ResourceNotFoundException"}}
EXPECTED = {"glue": {"status": 400, "json": {"__type": "EntityNotFoundException"}}, "s3": {"status": 404},
            "emr": {"status": 400, "json": {"__type": "InvalidRequestException", "message": "Cluster id is not valid."}},
            "emr_serverless": ABSENT, "emr_containers": ABSENT, "mwaa": ABSENT}
DENIED = {"status": 403, "json": {"__type": "AccessDeniedException", "message": "not you"}}
BROKEN = {"fault": "reset"}
OPTIONAL = ("athena", "cloudtrail", "emr", "emr_serverless", "emr_containers", "kafka", "lambda", "mwaa")  # not every lake has them
SERVICES = ("glue", "logs", "cloudwatch", "s3", *OPTIONAL)


class Account:
    """Knows who asks; answers `reply` for the services named, and as a healthy account does for the others."""

    def __init__(self, services, reply):
        self.replies = {s: reply for s in services}

    def answer(self, request):
        if request.service == "sts":
            return {"xml": IDENTITY}
        return self.replies.get(request.service, EXPECTED.get(request.service, WELL))


@pytest.fixture
def doctor(lakewarden, aws, tmp_path):
    def run(account, *settings):
        aws.script = account
        env = {**os.environ, "HOME": str(tmp_path), "AWS_ENDPOINT_URL": aws.url, "AWS_REGION": "us-east-1",
               "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_EC2_METADATA_DISABLED": "true"}
        done = subprocess.run([lakewarden, "doctor", "--json", *settings], env=env, capture_output=True, text=True, timeout=60, check=False)
        report = json.loads(done.stdout)
        return done.returncode, report["ok"], {c["check"]: c["finding"] for c in report["checks"]}

    return run


def test_a_healthy_account_is_well(doctor):
    code, ok, findings = doctor(Account((), None))
    assert code == 0 and ok
    assert {s: findings[s] for s in SERVICES} == dict.fromkeys(SERVICES, "ok")


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("reply", [DENIED, BROKEN], ids=["denied", "broken"])
def test_what_is_not_well_is_bad_and_only_that(doctor, service, reply):
    code, ok, findings = doctor(Account((service,), reply))
    finding = "note" if reply is DENIED and service in OPTIONAL else "bad"
    assert (code, ok) == ((0, True) if finding == "note" else (1, False))
    assert {s: findings[s] for s in SERVICES} == {s: finding if s == service else "ok" for s in SERVICES}


def test_a_missing_kafka_worker_is_noted(doctor):
    assert doctor(Account((), None))[2]["kafka worker"] == "ok"
    code, ok, findings = doctor(Account((), None), "--kafka-worker", "/nonexistent/lakewarden-kafka")
    assert (code, ok, findings["kafka worker"]) == (0, True, "note")


@pytest.mark.parametrize("status, finding", [(200, "ok"), (403, "bad"), (401, "bad")])
def test_servicenow_is_asked_where_it_is_set(doctor, aws, tmp_path, status, finding):
    (tmp_path / "now.json").write_text('{"username": "lw", "password": "secret"}')
    reply = {"status": status, "json": {"result": []} if status == 200 else {"error": {"message": "no", "detail": ""}}}
    _, _, findings = doctor(Account(("servicenow",), reply), "--servicenow-url", aws.url, "--servicenow-credentials-file",
                            str(tmp_path / "now.json"))
    assert findings["servicenow"] == finding
    assert "servicenow" not in doctor(Account((), None))[2]


def test_missing_names_only_what_was_asked_by_name(doctor):
    """A 404 from a service that was asked for a list is no sign of health."""
    _, _, findings = doctor(Account(("logs",), {"status": 404, "text": ""}))
    assert findings["logs"] == "bad"


PROVIDERS = ("environment", "profile", "assume-role", "web-identity", "sso", "credentials-file", "login", "credential-process",
             "config-file", "container", "instance")


def diagnose(lakewarden, home, *settings, **variables):
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "AWS_EC2_METADATA_DISABLED": "true", **variables}
    done = subprocess.run([lakewarden, "doctor", "--json", "--region", "us-east-1", *settings], env=env, capture_output=True,
                          text=True, timeout=60, check=False)
    assert done.returncode == 1, done
    return {c["check"]: c for c in json.loads(done.stdout)["checks"]}


def test_without_credentials_each_provider_says_what_it_looked_for(lakewarden, tmp_path):
    checks = diagnose(lakewarden, tmp_path)
    assert checks["credentials"]["finding"] == "bad"
    assert [c for c in checks if c in PROVIDERS] == list(PROVIDERS)
    assert "AWS_ACCESS_KEY_ID is not set" in checks["environment"]["seen"] and "`env`" in checks["environment"]["todo"]
    assert "AWS_EC2_METADATA_DISABLED" in checks["instance"]["seen"]


def test_a_provider_that_fails_is_named_with_what_to_do(lakewarden, tmp_path):
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").write_text("[default]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\n"
                                              "[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://x\n")
    checks = diagnose(lakewarden, tmp_path)
    assert checks["credentials"]["seen"].startswith("sso: failed, profile default: the token of IAM Identity Center is not there")
    assert "aws sso login" in checks["credentials"]["todo"]
    assert not set(checks) & set(PROVIDERS)


ROLE = """<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA{0}</AccessKeyId><SecretAccessKey>x</SecretAccessKey>
<SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"""


class Roles(Account):
    """Lets every role be taken on but that for writing."""

    def answer(self, request):
        if request.service == "sts" and request.operation == "AssumeRole":
            if request.input["RoleArn"].endswith("/writer"):
                return {"status": 403, "xml": "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"}
            return {"xml": ROLE.format("READER")}
        return super().answer(request)


def test_each_role_is_tried(doctor):
    code, _, findings = doctor(Roles((), None), "--read-role-arn", "arn:aws:iam::111122223333:role/reader",
                               "--write-role-arn", "arn:aws:iam::111122223333:role/writer")
    assert code == 1
    assert (findings["credentials"], findings["read 111122223333"], findings["write 111122223333"]) == ("ok", "ok", "bad")
    assert {findings[s] for s in SERVICES} == {"ok"}
