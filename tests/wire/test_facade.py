"""The program in front of a user pool whose endpoints it has to find out, and settings that cannot be meant."""
import json
import os
import subprocess

import pytest

from wire_http import post
from wire_pool import GatedServer
from wire_server import Program, eventually
from wire_tokens import CLIENT

PLACE = "/.well-known/oauth-authorization-server"
PUBLIC = ("--public-url", "https://lake.example.com/mcp")
LIST = {"jsonrpc": "2.0", "id": "l", "method": "tools/list"}


class Pool(GatedServer):
    """Answers for its configuration once the gate is open, and for its keys at once."""

    def __init__(self, keys):
        self.keys, self.status = keys, 200
        super().__init__()
        self.issuer = f"{self.base}/pool"

    def configuration(self):
        return {"issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize", "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/.well-known/jwks.json"}

    def answer(self, path):
        if path == "/pool/.well-known/jwks.json":
            return 200, json.dumps(self.keys)
        if path != "/pool/.well-known/openid-configuration":
            return 404, ""
        self.wait()
        return self.status, json.dumps(self.configuration())


@pytest.fixture
def pool(mint):
    pool = Pool(mint.jwks())
    yield pool
    pool.stop()


@pytest.fixture
def program(lakewarden, pool):
    program = Program(lakewarden, "--issuer", pool.issuer, "--public-url", "https://lake.example.com/mcp", "--oauth-facade",
                      "--allowed-host", "127.0.0.1")
    yield program
    assert program.stop() == 0


def page(program, path=PLACE):
    return post(program.address, "", method="GET", path=path)


def test_it_is_503_until_the_pool_has_answered(program, pool):
    assert eventually(lambda: pool.asked)
    early = page(program)
    assert early.status == 503 and early.header("retry-after") and early.header("access-control-allow-origin") == "*"
    assert page(program, "/.well-known/oauth-protected-resource").json()["authorization_servers"] == ["https://lake.example.com"]
    assert eventually(lambda: page(program, "/readyz").status == 200), "tokens can be judged"
    pool.gate.set()
    assert eventually(lambda: page(program).status == 200)
    document, known = page(program).json(), pool.configuration()
    assert document["issuer"] == "https://lake.example.com"
    assert {name: document[name] for name in known if name != "issuer"} == {name: known[name] for name in known if name != "issuer"}
    assert "revocation_endpoint" not in document


def test_a_pool_that_fails_holds_up_nobody(program, pool, mint):
    pool.status = 500
    pool.gate.set()
    assert eventually(lambda: any("oauth_metadata_unavailable" in line for line in program.log))
    assert page(program).status == 503
    token = mint.token(scope="lakewarden/read", iss=pool.issuer)
    assert post(program.address, LIST, {"Authorization": "Bearer " + token}).json()["result"]["tools"]


@pytest.fixture
def doctor(lakewarden):
    """Runs doctor, which asks nothing of AWS; returns what it found, by check."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull}

    def run(*flags):
        done = subprocess.run([lakewarden, "doctor", "--json", *flags], env=environment, capture_output=True, text=True, timeout=60,
                              check=False)
        return {one["check"]: one for one in json.loads(done.stdout)["checks"]}

    return run


@pytest.mark.parametrize(("status", "result", "says"), [(200, "ok", "the pool's endpoints"), (500, "bad", "answered with status 500")])
def test_doctor_says_whether_clients_could_be_told(status, result, says, doctor, pool):
    pool.status = status
    pool.gate.set()
    finding = doctor("--issuer", pool.issuer, "--client-id", CLIENT, *PUBLIC, "--oauth-facade")["sign-in"]
    assert finding["finding"] == result and says in finding["seen"], finding


def test_doctor_does_not_vouch_for_a_domain_that_it_did_not_ask(doctor, pool):
    finding = doctor("--issuer", pool.issuer, "--client-id", CLIENT, *PUBLIC, "--oauth-facade", "--oauth-domain", "https://nosuch.invalid")
    assert finding["sign-in"]["seen"] == "clients are told the endpoints below --oauth-domain; nobody was asked for them"


def test_doctor_refuses_a_domain_that_nobody_is_told(doctor, pool):
    finding = doctor("--issuer", pool.issuer, "--client-id", CLIENT, *PUBLIC, "--oauth-domain", "https://nosuch.invalid")["callers"]
    assert finding["finding"] == "bad" and "--oauth-domain needs --oauth-facade" in finding["seen"]


COGNITO = ("--cognito-user-pool", "eu-west-1_wire", "--client-id", CLIENT)


@pytest.mark.parametrize(("flags", "says"), [
    ((*COGNITO, "--oauth-facade"), "--oauth-facade needs --public-url"),
    (("--auth", "none", *PUBLIC, "--oauth-facade"), "--oauth-facade needs --auth cognito"),
    (("--auth", "upstream", *PUBLIC, "--oauth-facade"), "--oauth-facade needs --auth cognito"),
    ((*COGNITO, *PUBLIC, "--oauth-facade", "--no-oauth-metadata"), "--oauth-facade and --no-oauth-metadata exclude each other"),
    ((*COGNITO, *PUBLIC, "--oauth-facade", "--jwks-file", "keys.json"), "--oauth-facade with --jwks-file needs --oauth-domain"),
    ((*COGNITO, *PUBLIC, "--oauth-facade", "--oauth-domain", "acme.auth.example"), "the sign-in domain must be https://host"),
    (("--issuer", "http://issuer.example", "--jwks-url", "https://issuer.example/keys", "--client-id", CLIENT, *PUBLIC, "--oauth-facade"),
     "for clients to sign in through us the issuer must be an https URL"),
    ((*COGNITO, "--public-url", "http://h.example/mcp", "--oauth-facade"),
     "for clients to sign in through us the public URL must be an https URL"),
    ((*COGNITO, *PUBLIC, "--oauth-domain", "https://acme.auth.example"), "--oauth-domain needs --oauth-facade")])
def test_settings_that_cannot_be_meant(flags, says, lakewarden):
    done = subprocess.run([lakewarden, "http", "--listen", "127.0.0.1:0", *flags], capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 2 and says in done.stderr, done.stderr


def test_no_metadata_in_spite_of_a_public_url(lakewarden, pool):
    program = Program(lakewarden, "--issuer", pool.issuer, *PUBLIC, "--no-oauth-metadata", "--allowed-host", "127.0.0.1")
    try:
        assert page(program, "/.well-known/oauth-protected-resource").status == 404
        assert page(program, "/.well-known/oauth-protected-resource/mcp").status == 404
        assert page(program).status == 404
        assert "resource_metadata" not in post(program.address, LIST).header("www-authenticate")
    finally:
        assert program.stop() == 0
