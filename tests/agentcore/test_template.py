"""examples/agentcore/lakewarden.yaml: made from the program, clean to the linters, and it gives what it says."""
import json
import re
import subprocess
import sys
from pathlib import Path

import botocore.session
import pytest
from cfn import Stack, load
from place import EXAMPLES, ROOT

TEMPLATE = EXAMPLES / "lakewarden.yaml"
LINTERS = ROOT / ".venv-agentcore" / "bin"
GIVEN = {"DomainPrefix": "acme-lakewarden", "ServerRoleArn": "arn:aws:iam::111122223333:role/ecs-lakewarden"}
ROLES = {"read": "ReadRole", "write": "WriteRole"}
# The program's names of services where botocore has others.
SERVICES = {"airflow": "mwaa", "elasticmapreduce": "emr"}


def stack(**given):
    return Stack(load(TEMPLATE), **GIVEN, **given)


def printed(lakewarden, role, *more):
    done = subprocess.run([lakewarden, "iam", role, "account=111122223333", *more], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def aws_has(action):
    """Whether botocore knows the operation that an action is called after."""
    service, operation = action.split(":")
    try:
        return operation in botocore.session.get_session().get_service_model(SERVICES.get(service, service)).operation_names
    except botocore.exceptions.UnknownServiceError:
        return False


def test_it_is_fresh(lakewarden):
    """policies.py rewrites it from the program's table."""
    done = subprocess.run([sys.executable, EXAMPLES / "policies.py", lakewarden, "--check"], check=False)
    assert done.returncode == 0, "run examples/agentcore/policies.py"


@pytest.mark.parametrize("role", ROLES)
def test_roles_hold_the_programs_policies(lakewarden, role):
    """Everything of the account by default; what is named, and only that, where it is named."""
    assert stack(Writes="yes").policies(ROLES[role]) == [printed(lakewarden, role)]
    sid, arns = {"read": "Objects", "write": "RetryJobs"}[role], "arn:aws:s3:::a/*,arn:aws:s3:::b/*"
    assert stack(Writes="yes", **{sid: arns}).policies(ROLES[role]) == [printed(lakewarden, role, f"{sid}={arns}")]


def test_roles_are_handed_on_only_where_they_are_named(lakewarden):
    named = "arn:aws:iam::111122223333:role/emr"
    assert "iam:PassRole" not in json.dumps(stack(Writes="yes").policies("WriteRole"))
    assert stack(Writes="yes", RuntimeRoles=named).policies("WriteRole") == [printed(lakewarden, "write", f"RuntimeRoles={named}")]


def test_trust():
    """The server's role alone, and with the external id."""
    for role in ROLES.values():
        trusted = stack(Writes="yes", ExternalId="lake/7").resources[role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert trusted == [{"Effect": "Allow", "Principal": {"AWS": GIVEN["ServerRoleArn"]}, "Action": "sts:AssumeRole",
                            "Condition": {"StringEquals": {"sts:ExternalId": "lake/7"}}}]


def test_nothing_is_written_unless_asked_for():
    without, with_writes = stack(), stack(Writes="yes")
    assert "WriteRole" not in without.resources and "lakewarden/write" not in json.dumps(without.resources)
    assert with_writes.resources["GatewayClient"]["Properties"]["AllowedOAuthScopes"] == ["lakewarden/read", "lakewarden/write"]
    assert with_writes.resources["ServerPolicy"]["Properties"]["PolicyDocument"]["Statement"][0]["Resource"] == [
        "arn:aws:iam::111122223333:role/ReadRole", "arn:aws:iam::111122223333:role/WriteRole"]


def test_scopes_are_the_programs(lakewarden):
    """Those it asks for by default, and that for approving; each short enough for a target of a gateway."""
    text = subprocess.run([lakewarden, "http", "--help"], capture_output=True, text=True, check=True).stdout
    asked = re.findall(r"--scope-(?:read|write) .*?\(default\s+(\S+)\)", text, re.DOTALL)
    server = stack().resources["Scopes"]["Properties"]
    made = [f"{server['Identifier']}/{scope['ScopeName']}" for scope in server["Scopes"]]
    assert asked == ["lakewarden/read", "lakewarden/write"] and made == [*asked, "lakewarden/approve"]
    assert all(len(scope) <= 64 for scope in made)


def test_clients_sign_in_by_one_way_each():
    """Client credentials and the code grant cannot share an app client, and neither takes a password over the API."""
    resources = stack(Writes="yes").resources
    clients = {name: resources[name]["Properties"] for name in ("GatewayClient", "PeopleClient")}
    assert [one["AllowedOAuthFlows"] for one in clients.values()] == [["client_credentials"], ["code"]]
    assert all(one["ExplicitAuthFlows"] == ["ALLOW_REFRESH_TOKEN_AUTH"] for one in clients.values())


@pytest.fixture(scope="module")
def lint(tmp_path_factory):
    """What cfn-lint says of the template, of the same without the exception it makes, and of one with faults: {name: [(rule,
    sentence)]}. One run for all, for it starts slowly."""
    text = TEMPLATE.read_text()
    bare, n = re.subn(r"    Metadata:\n      cfn-lint:\n        config:\n.*\n", "", text)
    faulty = bare.replace("UserPoolName:", "UserPoolNames:").replace("athena:StartQueryExecution", "athena:StartQueries")
    assert n == 1
    folder, found = tmp_path_factory.mktemp("lint"), {"as it is": [], "bare": [], "faulty": []}
    for name, variant in zip(found, (text, bare, faulty)):
        (folder / name).write_text(variant)
    done = subprocess.run([LINTERS / "cfn-lint", "--format", "json", "--regions", "eu-central-1", "--", *(folder / name for name in found)],
                          capture_output=True, text=True, check=False)
    for one in json.loads(done.stdout):
        found[Path(one["Filename"]).name].append((one["Rule"]["Id"], one["Message"]))
    return found


def test_cfn_lint_is_content(lint):
    """Also without the exception, but for actions that are newer than its list: AWS itself has them."""
    assert lint["as it is"] == [] and {rule for rule, _ in lint["bare"]} <= {"W3037"}
    unknown = {re.match(r"'(\w+)' is not one of", sentence).group(1) for _, sentence in lint["bare"]}
    actions = [action for action in re.findall(r"^ *- ([\w-]+:\w+)$", TEMPLATE.read_text(), re.MULTILINE)
               if action.partition(":")[2].lower() in unknown]
    assert len(actions) == len(unknown) and all(map(aws_has, actions))


def test_cfn_lint_finds_faults(lint):
    """Else its silence would say nothing."""
    assert "E3002" in {rule for rule, _ in lint["faulty"]}
    assert ["W3037"] == [rule for rule, sentence in lint["faulty"] if sentence.startswith("'startqueries'")]


def judged(*documents):
    done = subprocess.run([LINTERS / "python", ROOT / "tests" / "agentcore" / "lint_policies.py"],
                          input=json.dumps(documents), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_parliament_is_content(lakewarden):
    """But for actions that are newer than its data."""
    documents = [printed(lakewarden, "read"), printed(lakewarden, "write", "RuntimeRoles=arn:aws:iam::111122223333:role/emr")]
    for found in judged(*documents):
        assert not [one for one in found if one[0] != "UNKNOWN_ACTION" or not aws_has(one[1].rpartition(" ")[2])], found


def test_parliament_finds_faults(lakewarden):
    """An action of objects on a bucket, and one that nobody has."""
    policy = printed(lakewarden, "read", "Objects=arn:aws:s3:::a")
    assert ["RESOURCE_MISMATCH"] == [issue for issue, _ in judged(policy)[0] if issue != "UNKNOWN_ACTION"]
    assert not aws_has("glue:GetJobbs") and aws_has("kafka:ListTopics")


def test_policies_fit_into_roles():
    """IAM counts all but blanks: 10,240 characters inline."""
    for role in ROLES.values():
        assert len(re.sub(r"\s", "", json.dumps(stack(Writes="yes").policies(role)[0]))) < 10240
