"""--tools, --exclude-tools and --read-only from the outside: the command line, and what a client sees over stdio and HTTP."""
import base64
import json
import os
import subprocess
import urllib.error
import urllib.request

import pytest

from ask import KEPT, META, MODERN, messages_until, send

LOOKING = ["get_athena_query", "get_cloudwatch_alarm", "get_emr_logs", "get_glue_logs", "get_mwaa_logs", "get_s3_logs",
           "verify_source_data"]
CHANGING = ["retry_airflow_dag", "retry_athena_query", "retry_emr", "retry_glue_job", "retry_kafka", "update_servicenow_ticket"]


def bare(home):
    """An environment without a region and without keys: nothing is asked of anybody."""
    kept = {name: os.environ[name] for name in ("PATH", *KEPT) if name in os.environ}
    return {**kept, "HOME": str(home), "AWS_EC2_METADATA_DISABLED": "true"}


@pytest.fixture
def run(lakewarden, tmp_path):
    def run(*words, **variables):
        env = {**bare(tmp_path), **variables}
        return subprocess.run([lakewarden, *words], env=env, capture_output=True, text=True, timeout=60, check=False)

    return run


def printed(done):
    """The names of `lakewarden tools`: what stands at the beginning of a line."""
    assert done.returncode == 0, done.stderr
    return [line.split()[0] for line in done.stdout.splitlines() if not line.startswith(" ")]


# Flags, variables, and the tools that are left.
CHOICES = [
    (["--read-only"], {}, LOOKING),
    ([], {"LAKEWARDEN_READ_ONLY": "true"}, LOOKING),
    (["--tools", "retry_emr,get_emr_logs"], {}, ["get_emr_logs", "retry_emr"]),
    (["--tools", "retry_emr", "--tools=get_emr_logs"], {}, ["get_emr_logs", "retry_emr"]),
    ([], {"LAKEWARDEN_TOOLS": "retry_emr, get_emr_logs"}, ["get_emr_logs", "retry_emr"]),
    (["--tools", "get_emr_logs"], {"LAKEWARDEN_TOOLS": "retry_emr"}, ["get_emr_logs"]),
    (["--tools", "retry_emr,get_emr_logs", "--exclude-tools", "retry_emr"], {}, ["get_emr_logs"]),
    (["--exclude-tools", ",".join(CHANGING)], {}, LOOKING),
    (["--read-only", "--writes", "allow"], {}, LOOKING),
    (["--read-only=false"], {}, sorted(LOOKING + CHANGING)),
]


@pytest.mark.parametrize("flags, variables, left", CHOICES, ids=str)
def test_what_is_listed(run, flags, variables, left):
    assert printed(run("tools", *flags, **variables)) == left
    listed = json.loads(run("tools", "--json", *flags, **variables).stdout)["tools"]
    assert [tool["name"] for tool in listed] == left


def test_a_file_names_them_too(run, tmp_path):
    (tmp_path / "settings.json").write_text(json.dumps({"tools": ["get_emr_logs", "retry_emr"], "read-only": True}))
    assert printed(run("tools", "--config", str(tmp_path / "settings.json"))) == ["get_emr_logs"]


@pytest.mark.parametrize("command", ["tools", "stdio", "http", "doctor", "call", "iam"])
@pytest.mark.parametrize("flags, said", [
    (["--tools", "get_glue_log"], "--tools: there is no tool \"get_glue_log\" (did you mean get_glue_logs?)"),
    (["--exclude-tools", "retry_glue"], "--exclude-tools: there is no tool \"retry_glue\" (did you mean retry_glue_job?)"),
    (["--read-only", "--tools", "retry_emr"], "no tool is left to offer"),
])
def test_what_cannot_be_ends_the_start(run, command, flags, said):
    words = {"call": ["get_glue_logs", "job_name=x"], "iam": ["read"]}.get(command, [])
    done = run(command, *words, *flags)
    assert done.returncode == 2 and said in done.stderr, done


def test_a_tool_that_is_not_offered_is_not_called(run):
    done = run("call", "retry_emr", "cluster_id=x", "--read-only", "--writes", "allow")
    assert done.returncode == 1 and "the tool \"retry_emr\" is not offered" in done.stderr
    assert "unknown tool \"retry_em\"" in run("call", "retry_em", "--read-only").stderr


@pytest.mark.parametrize("flags, said", [
    (["--read-only"], "with --read-only no tool is offered that changes something"),
    (["--exclude-tools", ",".join(CHANGING)], "with these --tools and --exclude-tools no tool is offered that changes something"),
    (["--tools", "get_glue_logs"], "with these --tools and --exclude-tools no tool is offered that changes something"),
])
def test_a_server_that_only_looks_needs_no_policy_for_changing(run, flags, said):
    done = run("iam", "write", *flags)
    assert done.returncode == 2 and said in done.stderr and not done.stdout
    assert run("iam", "read", *flags).stdout == run("iam", "read").stdout


def test_a_server_that_may_change_one_thing_is_given_the_whole_policy(run):
    done = run("iam", "write", "--tools", "retry_emr")
    assert done.returncode == 0 and done.stdout == run("iam", "write").stdout


@pytest.mark.parametrize("words, said", [
    (["account=12"], 'account: "12" is no account'), (["account="], 'account: "" is no account'),
    (["partition=aws-mars"], 'partition: "aws-mars" is none of')])
def test_a_policy_is_for_an_account_and_a_partition_that_can_be(run, words, said):
    done = run("iam", "read", *words)
    assert done.returncode == 2 and said in done.stderr and not done.stdout


# Flags, and what doctor says of tools, of --writes, and of roles that write.
@pytest.mark.parametrize("flags, tools, writes, roles", [
    ([], "13 offered", None, False),
    (["--writes", "allow"], "13 offered", None, False),
    (["--read-only"], "7 offered; not offered: " + ", ".join(CHANGING), None, False),
    (["--read-only", "--writes", "deny"], "7 offered; not offered: " + ", ".join(CHANGING), None, False),
    (["--read-only", "--writes", "confirm"], "7 offered; not offered: " + ", ".join(CHANGING), "--read-only counts", False),
    (["--tools", ",".join(LOOKING), "--writes", "allow"], "7 offered; not offered: " + ", ".join(CHANGING), "--writes has no effect", False),
    (["--read-only", "--write-role-arn", "arn:aws:iam::111122223333:role/w", "--read-role-arn", "arn:aws:iam::111122223333:role/r"],
     "7 offered; not offered: " + ", ".join(CHANGING), None, True),
])
def test_doctor_says_which_setting_counts(run, flags, tools, writes, roles):
    checks = {check["check"]: check for check in json.loads(run("doctor", "--json", *flags).stdout)["checks"]}
    assert (checks["tools"]["finding"], checks["tools"]["seen"]) == ("ok", tools)
    if writes is None:
        assert "writes" not in checks
    else:
        assert checks["writes"]["finding"] == "note" and writes in checks["writes"]["seen"]
    assert ("write roles" in checks) == roles


# ---- what a client sees ----

class OverStdio:
    """A client of 2026-07-28; `ask` gives the answer's result or error."""

    def __init__(self, lakewarden, flags, env):
        self.process = subprocess.Popen([lakewarden, "stdio", "--log-level", "error", *flags], env=env, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def answer(self, message):
        send(self.process, message)
        *_, answer = messages_until(self.process, message["id"])
        return answer

    def end(self):
        self.process.stdin.close()
        assert self.process.wait(20) == 0
        self.process.stdout.close()


class OverHttp:
    def __init__(self, lakewarden, flags, env, auth=("--auth", "none")):
        self.process = subprocess.Popen([lakewarden, "http", *auth, "--listen", "127.0.0.1:0", *flags], env=env,
                                        stderr=subprocess.PIPE, text=True)
        self.started = json.loads(self.process.stderr.readline())
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def page(self, path):
        with self.opener.open(f"http://{self.started['address']}{path}", timeout=20) as reply:
            return json.load(reply)

    def answer(self, message):
        headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream", "MCP-Protocol-Version": MODERN,
                   "Mcp-Method": message["method"]}
        name = message["params"].get("name")
        request = urllib.request.Request(f"http://{self.started['address']}/mcp", headers={**headers, **({"Mcp-Name": name} if name else {})},
                                         data=json.dumps({"jsonrpc": "2.0", **message}).encode())
        try:
            with self.opener.open(request, timeout=20) as reply:
                return json.load(reply)
        except urllib.error.HTTPError as refusal:  # an unknown method is 404
            with refusal:
                return json.load(refusal)

    def end(self):
        self.process.terminate()
        assert self.process.wait(20) == 0
        self.process.stderr.close()


@pytest.fixture(params=[OverStdio, OverHttp])
def client(request, lakewarden, tmp_path):
    """Starts the program with flags; returns what asks it: a method and params to a result or an error."""
    begun = []

    def start(*flags):
        peer = request.param(lakewarden, flags, bare(tmp_path))
        begun.append(peer)

        def ask(method, **params):
            meta = {META + "protocolVersion": MODERN, META + "clientCapabilities": {}, META + "clientInfo": {"name": "t", "version": "1"}}
            answer = peer.answer({"id": 1, "method": method, "params": {**params, "_meta": meta}})
            return answer.get("result") or answer["error"]

        return ask

    yield start
    for peer in begun:
        peer.end()


def test_a_read_only_server(client):
    ask = client("--read-only", "--writes", "allow")
    assert [tool["name"] for tool in ask("tools/list")["tools"]] == LOOKING
    for name in CHANGING:
        refused = ask("tools/call", name=name, arguments={"dry_run": True})
        assert (refused["code"], refused["message"]) == (-32602, f"Unknown tool: {name} (not offered by this server)")
    assert "This server changes nothing" in ask("server/discover")["instructions"]
    assert not {"ticket", "kafka_consumer_lagging"} & {prompt["name"] for prompt in ask("prompts/list")["prompts"]}


def test_a_server_of_one_tool(client):
    ask = client("--tools", "get_glue_logs")
    assert [tool["name"] for tool in ask("tools/list")["tools"]] == ["get_glue_logs"]
    assert [prompt["name"] for prompt in ask("prompts/list")["prompts"]] == ["glue_job_failed"]
    assert ask("tools/call", name="get_emr_logs", arguments={})["message"].endswith("(not offered by this server)")
    assert ask("tools/call", name="get_emr_log", arguments={})["message"] == "Unknown tool: get_emr_log"


def test_a_server_whose_tools_have_no_plan(client):
    ask = client("--tools", "retry_emr")
    assert [tool["name"] for tool in ask("tools/list")["tools"]] == ["retry_emr"]
    assert "prompts" not in ask("server/discover")["capabilities"]
    assert ask("prompts/list")["code"] == -32601


def test_the_log_says_what_holds(lakewarden, tmp_path):
    for flags, writes in ((["--read-only", "--writes", "allow"], "deny"), (["--writes", "allow"], "allow")):
        peer = OverHttp(lakewarden, flags, bare(tmp_path))
        assert peer.started["event"] == "listening" and peer.started["writes"] == writes
        peer.end()


@pytest.mark.parametrize("flags, scopes", [
    ([], ["lakewarden/read", "lakewarden/write"]),
    (["--tools", "get_emr_logs,retry_emr"], ["lakewarden/read", "lakewarden/write"]),
    (["--read-only"], ["lakewarden/read"]),
    (["--tools", "get_emr_logs", "--scope-read", "look"], ["look"]),
])
def test_clients_are_told_of_the_scopes_that_are_of_use(lakewarden, tmp_path, flags, scopes):
    modulus = base64.urlsafe_b64encode(b"\xff" * 256).rstrip(b"=").decode()  # of a key that signs nothing
    (tmp_path / "keys.json").write_text(json.dumps({"keys": [{"kty": "RSA", "kid": "k", "use": "sig", "alg": "RS256", "e": "AQAB", "n": modulus}]}))
    peer = OverHttp(lakewarden, [*flags, "--issuer", "https://issuer.example/pool", "--client-id", "app", "--jwks-file", str(tmp_path / "keys.json"),
                                 "--public-url", "https://lake.example/mcp", "--oauth-facade", "--oauth-domain", "https://sign-in.example"],
                    bare(tmp_path), auth=("--auth", "cognito"))
    for path in ("/.well-known/oauth-protected-resource/mcp", "/.well-known/oauth-authorization-server"):
        assert peer.page(path)["scopes_supported"] == scopes, path
    peer.end()
