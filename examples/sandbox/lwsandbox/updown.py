"""`up` and `down`: the sandbox and a lakewarden on it, both detached, described by one JSON line."""
import base64
import fcntl
import json
import os
import shlex
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from .processes import StartError, alive, held_port, mark, read_line, start, stop, tail, wait_until

PACKAGE = Path(__file__).resolve().parent
FOREIGN = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE",
           "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI")
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # loopback never goes through a proxy
START_S, STOP_S = 30, 10
TOKEN_RESERVE_S = 900


class State:
    """The state folder: logs, what is running, and a lock so that two `up` at once start one pair only."""

    def __init__(self, folder):
        self.folder = Path(folder).resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / ".gitignore").write_text("*\n")
        self._file = self.folder / "running.json"
        self._lock = open(self.folder / "lock", "w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def log(self, name):
        return self.folder / f"{name}.log"

    def load(self):
        try:
            return json.loads(self._file.read_text())
        except (OSError, ValueError):
            return None

    def save(self, line, processes, tokens_until):
        new = self.folder / "running.json.new"
        new.touch(mode=0o600)
        new.write_text(json.dumps({"line": line, "processes": processes, "tokens_until": tokens_until}))
        new.replace(self._file)

    def forget(self):
        self._file.unlink(missing_ok=True)


def up(program, folder):
    """-> exit status. A pair that is still alive is described again, with fresh tokens if the old ones are stale."""
    program = Path(program).resolve()
    if not os.access(program, os.X_OK) or not program.is_file():
        print(f"lwsandbox: {program} is not a program", file=sys.stderr)
        return 1
    state = State(folder)
    running = state.load()
    if running and all(alive(p) for p in running["processes"].values()):
        line, until = running["line"], running["tokens_until"]
        if until - time.time() < TOKEN_RESERVE_S:
            line.update(_tokens(line["token_url"], line["clients"]))
            state.save(line, running["processes"], time.time() + 3600)
        print(json.dumps(line))
        return 0
    _stop_all(state, running)
    started = []
    try:
        line, processes = _start_both(program, state, started)
    except BaseException as problem:  # whatever it is, also Ctrl-C: nothing may be left running
        for process in started:
            stop(mark(process.pid), STOP_S)
        if not isinstance(problem, (StartError, OSError)):
            raise
        log = getattr(problem, "log", state.log("sandbox"))
        print(f"lwsandbox: {problem}\n{log} ends with:\n{tail(log)}", file=sys.stderr)
        return 1
    state.save(line, processes, time.time() + 3600)
    print(json.dumps(line))
    return 0


def down(folder):
    """Stops both and says so."""
    state = State(folder)
    for text in _stop_all(state, state.load()) or ["nothing was running"]:
        print(text)
    return 0


def _stop_all(state, running):
    """The server first: it would otherwise miss the sandbox."""
    said = []
    for name in ("lakewarden", "sandbox"):
        marked = (running or {}).get("processes", {}).get(name)
        if marked and stop(marked, STOP_S):
            said.append(f"stopped {name} (pid {marked['pid']})")
    state.forget()
    return said


def _start_both(program, state, started):
    for name in ("sandbox", "lakewarden"):
        state.log(name).unlink(missing_ok=True)
    sandbox, facts = _start_sandbox(state, started)
    aws = _aws_environment(facts)
    with held_port() as port:
        server = _start_server(program, port, facts, aws, state.log("lakewarden"), started)
    line = {"mcp_url": f"http://127.0.0.1:{port}/mcp", **_tokens(facts["token_url"], facts["clients"]),
            "aws_endpoint": facts.pop("endpoint"), "stdio_command": _stdio_command(program, aws, facts),
            "pids": {"sandbox": sandbox.pid, "lakewarden": server.pid}, **facts}
    return line, {"sandbox": mark(sandbox.pid), "lakewarden": mark(server.pid)}


def _start_server(program, port, facts, aws, log, started):
    """-> the process, once it has keys and serves"""
    command = [str(program), "http", "--listen", f"127.0.0.1:{port}", "--auth", "cognito", "--issuer", facts["issuer"],
               "--jwks-url", facts["jwks_url"], "--public-url", f"http://127.0.0.1:{port}/mcp"]
    for client in facts["clients"].values():
        command += ["--client-id", client["id"]]
    command += _settings(facts)
    env = {k: v for k, v in os.environ.items() if k not in FOREIGN}
    server = start(command, log, {**env, **aws})
    started.append(server)
    wait_until(lambda: _answers(f"http://127.0.0.1:{port}/readyz"), server, log, START_S)
    return server


def _start_sandbox(state, started):
    """-> (process, what it says about itself)"""
    end, write_end = os.pipe()
    try:
        process = start([sys.executable, "-m", "lwsandbox", "serve", "--port", "0"], state.log("sandbox"),
                        {**os.environ, "PYTHONPATH": str(PACKAGE.parent), "PYTHONDONTWRITEBYTECODE": "1"}, write_end)
        started.append(process)
    finally:
        os.close(write_end)
    try:
        return process, json.loads(read_line(process, end, state.log("sandbox"), START_S))
    finally:
        os.close(end)


def _aws_environment(facts):
    key = facts["keys"]["writer"]
    return {"AWS_ENDPOINT_URL": facts["endpoint"], "AWS_ACCESS_KEY_ID": key["akid"],
            "AWS_SECRET_ACCESS_KEY": key["secret"], "AWS_REGION": facts["region"],
            "AWS_EC2_METADATA_DISABLED": "true", "NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}


def _servicenow(facts):
    return ["--servicenow-url", facts["servicenow_url"], "--servicenow-secret", facts["servicenow_secret"],
            "--servicenow-escalation-group", "Lake On-call"]


def _settings(facts):
    """What both servers may do: change things, and look into every region of the account."""
    return ["--writes", "allow", "--region", facts["region"], "--allowed-region", "*", *_servicenow(facts)]


def _stdio_command(program, aws, facts):
    """One shell line that starts the server over stdio whatever AWS settings the user has of their own."""
    unset = [word for name in FOREIGN for word in ("-u", name)]
    settings = [f"{name}={value}" for name, value in aws.items()]
    return shlex.join(["env", *unset, *settings, str(program), "stdio", *_settings(facts)])


def _tokens(url, clients):
    """Access tokens of both clients. The operator's holds every scope it may have."""
    return {"token_read": _token(url, clients["reader"]), "token_write": _token(url, clients["operator"])}


def _token(url, client):
    basic = base64.b64encode(f"{client['id']}:{client['secret']}".encode()).decode()
    form = urllib.parse.urlencode({"grant_type": "client_credentials", "scope": " ".join(client["scopes"])})
    request = urllib.request.Request(url, form.encode(), {"Authorization": f"Basic {basic}"})
    with DIRECT.open(request, timeout=10) as answer:
        return json.load(answer)["access_token"]


def _answers(url):
    try:
        with DIRECT.open(url, timeout=5) as answer:
            return answer.status == 200
    except (OSError, urllib.error.URLError):
        return False
