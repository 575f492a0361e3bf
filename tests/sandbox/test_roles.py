"""The program takes on roles of the sandbox's account, by keys and by a web identity, and each for its own purpose."""
import json
import os
import subprocess
import urllib.parse
import urllib.request

import pytest

ACCOUNT = "123456789012"
READER, WRITER = f"arn:aws:iam::{ACCOUNT}:role/lake-reader", f"arn:aws:iam::{ACCOUNT}:role/lake-writer"


@pytest.fixture
def call(lakewarden, sandbox, tmp_path):
    def run(tool, *words, **variables):
        keys = sandbox["keys"]["reader"]
        env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "AWS_ENDPOINT_URL": sandbox["endpoint"],
               "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true", "NO_PROXY": "127.0.0.1",
               "AWS_ACCESS_KEY_ID": keys["akid"], "AWS_SECRET_ACCESS_KEY": keys["secret"], **variables}
        env = {k: v for k, v in env.items() if v is not None}
        command = [lakewarden, "call", "--json", "--writes", "allow", tool, *words]
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, json.loads(done.stdout)

    return run


def asked(sandbox):
    """Who asked for what, in order: (operation, name of the role session or None)."""
    keys = {k["akid"]: name for name, k in sandbox["keys"].items()}
    names = {}
    for record in sandbox.journal():
        if record["operation"] in ("AssumeRole", "AssumeRoleWithWebIdentity"):
            names.setdefault(record["operation"], []).append(record["request"]["RoleSessionName"])
    return names, [(r["operation"], keys.get(r.get("akid"), "a role")) for r in sandbox.journal() if r.get("service") == "glue"]


def test_one_role_looks_and_another_changes(call, sandbox):
    code, answer = call("retry_glue_job", f"job_name={sandbox['job_name']}", f"account={ACCOUNT}", "--read-role-arn", READER,
                        "--write-role-arn", WRITER)
    names, glue = asked(sandbox)
    assert code == 0 and answer["effect"] == "created", answer
    assert names == {"AssumeRole": ["lakewarden-r-local", "lakewarden-w-local"]}
    assert ("StartJobRun", "a role") in glue and {who for _, who in glue} == {"a role"}


def test_a_role_that_may_not_write_is_not_helped_by_keys_that_may(call, sandbox):
    keys = sandbox["keys"]["writer"]
    code, answer = call("retry_glue_job", f"job_name={sandbox['job_name']}", "--read-role-arn", READER, "--write-role-arn",
                        f"arn:aws:iam::{ACCOUNT}:role/another-reader", AWS_ACCESS_KEY_ID=keys["akid"],
                        AWS_SECRET_ACCESS_KEY=keys["secret"])
    assert "StartJobRun" in json.dumps(answer) and "not authorized" in json.dumps(answer)
    assert code == 1 or answer["effect"] == "failed"


def test_a_pod_s_identity(call, sandbox, tmp_path):
    client = sandbox["clients"]["reader"]
    form = urllib.parse.urlencode({"grant_type": "client_credentials", "client_id": client["id"],
                                   "client_secret": client["secret"]}).encode()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(sandbox["token_url"], form, timeout=60) as reply:
        (tmp_path / "token").write_text(json.load(reply)["access_token"])
    pod = {"AWS_WEB_IDENTITY_TOKEN_FILE": str(tmp_path / "token"), "AWS_ROLE_ARN": READER, "AWS_ACCESS_KEY_ID": None,
           "AWS_SECRET_ACCESS_KEY": None}
    code, answer = call("get_glue_logs", f"job_name={sandbox['job_name']}", **pod)
    names, glue = asked(sandbox)
    assert code == 0 and answer["ok"], answer
    assert list(names) == ["AssumeRoleWithWebIdentity"] and glue
    (tmp_path / "token").write_text("ey.no.token")
    code, answer = call("get_glue_logs", f"job_name={sandbox['job_name']}", **pod)
    assert code == 1 and "InvalidIdentityToken" in json.dumps(answer)
