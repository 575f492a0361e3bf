"""Where the demo happens: a sandbox and a server of its own, and what curl gets from them."""
import base64
import contextlib
import json
import subprocess
import sys
import tempfile

UP_LIMIT_S = 60


class Surprise(Exception):
    """Something was not as it should be. Says what was expected and what came instead."""


def expect(truth, expected, got):
    """Raises Surprise unless it is true."""
    if not truth:
        raise Surprise(f"expected {expected}\ngot      {got}")


@contextlib.contextmanager
def sandbox(lakewarden):
    """What `lwsandbox up` says of itself. Its state folder is the demo's own, so one that runs already is not touched."""
    module = [sys.executable, "-m", "lwsandbox"]
    with tempfile.TemporaryDirectory(prefix="lakewarden-demo-") as state:
        try:
            done = subprocess.run([*module, "up", "--lakewarden", lakewarden, "--state", state],
                                  stdout=subprocess.PIPE, text=True, timeout=UP_LIMIT_S, check=False)
            expect(done.returncode == 0, "a sandbox and a server", f"exit status {done.returncode}")
            yield json.loads(done.stdout)
        finally:
            subprocess.run([*module, "down", "--state", state], stdout=subprocess.DEVNULL, check=False)


def curl(*arguments):
    """Runs curl; the HTTP status and the parsed body."""
    done = subprocess.run(["curl", "-sS", "--noproxy", "*", "--max-time", "20", "-w", "\n%{http_code}", *arguments],
                          stdout=subprocess.PIPE, text=True, check=False)
    expect(done.returncode == 0, "an answer to curl", f"exit status {done.returncode}")
    body, _, status = done.stdout.rpartition("\n")
    try:
        return int(status), json.loads(body)
    except ValueError:
        return int(status), body


def claims_of(token):
    """What the token says, unverified: for showing only."""
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def fetch_token(place, client_name):
    """A Cognito access token by client credentials, as any client would get one."""
    client = place["clients"][client_name]
    status, body = curl("-u", f"{client['id']}:{client['secret']}", "-d", "grant_type=client_credentials",
                        "-d", "scope=" + " ".join(client["scopes"]), place["token_url"])
    expect(status == 200, "a token", f"{status} {body}")
    return body["access_token"]


def ask_with_curl(place, method, token=None):
    """One request of MCP 2026-07-28, which takes no session: (status, body)."""
    request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {"_meta": {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "demo", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {}}}}
    headers = ["Content-Type: application/json", "Accept: application/json, text/event-stream",
               "MCP-Protocol-Version: 2026-07-28", f"Mcp-Method: {method}"]
    if token:
        headers.append(f"Authorization: Bearer {token}")
    return curl(*[word for header in headers for word in ("-H", header)], "-d", json.dumps(request), place["mcp_url"])
