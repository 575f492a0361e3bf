"""`lakewarden doctor` over AWS as a script: what it says about each service, and its exit code."""
import json
import os
import subprocess

import pytest

IDENTITY = """<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/night</Arn>
<UserId>AIDAEXAMPLE</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"""
WELL = {"json": {}}
EXPECTED = {"glue": {"status": 400, "json": {"__type": "EntityNotFoundException"}}, "s3": {"status": 404}}
DENIED = {"status": 403, "json": {"__type": "AccessDeniedException", "message": "not you"}}
BROKEN = {"fault": "reset"}
SERVICES = ("glue", "logs", "cloudwatch", "s3")


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
    def run(account):
        aws.script = account
        env = {**os.environ, "HOME": str(tmp_path), "AWS_ENDPOINT_URL": aws.url, "AWS_REGION": "us-east-1",
               "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"}
        done = subprocess.run([lakewarden, "doctor", "--json"], env=env, capture_output=True, text=True, timeout=60, check=False)
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
    assert code == 1 and not ok
    assert {s: findings[s] for s in SERVICES} == {s: "bad" if s == service else "ok" for s in SERVICES}


def test_missing_names_only_what_was_asked_by_name(doctor):
    """A 404 from a service that was asked for a list is no sign of health."""
    _, _, findings = doctor(Account(("logs",), {"status": 404, "text": ""}))
    assert findings["logs"] == "bad"


def test_without_credentials_each_provider_is_named_once(lakewarden, tmp_path):
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    done = subprocess.run([lakewarden, "doctor", "--json", "--region", "us-east-1"], env=env, capture_output=True, text=True,
                          timeout=60, check=False)
    report = json.loads(done.stdout)
    [credentials] = [c for c in report["checks"] if c["check"] == "credentials"]
    assert done.returncode == 1 and credentials["finding"] == "bad"
    for provider in ("environment", "assume-role", "credentials-file", "config-file"):
        assert json.dumps(credentials).count(f"{provider}: ") == 1, credentials
