"""HTTP over TLS, as `--tls-cert` and `--tls-key` make it: the same engine behind an encrypted socket."""
import os
import socket
import ssl
import subprocess

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from test_http import count_call, name, send_modern, wait_call  # noqa: F401 (a fixture)
from wire_certificates import pem_of_key, self_signed
from wire_http import Connection, events, request
from wire_server import eventually

PING = {"jsonrpc": "2.0", "id": "ping", "method": "ping"}
UNABLE = "speaks no TLS to its callers"


class Secure(Connection):
    """One TLS connection."""

    def __init__(self, address, authority, version=ssl.TLSVersion.TLSv1_3):
        super().__init__(address)
        context = ssl.create_default_context(cafile=authority)
        context.minimum_version = context.maximum_version = version
        self.socket = context.wrap_socket(self.socket, server_hostname="127.0.0.1")


@pytest.fixture(scope="module")
def pems(tmp_path_factory):
    """Files by name: two certificates with their keys, and what is neither."""
    folder = tmp_path_factory.mktemp("tls")
    one, other = rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP256R1())
    files = {"cert": self_signed(one), "key": pem_of_key(one), "ec_cert": self_signed(other), "ec_key": pem_of_key(other),
             "locked_key": pem_of_key(one, b"secret"), "empty": b"", "text": b"no PEM\n"}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return lambda name: str(folder / name)


def refusal(lakewarden, *flags):
    """What the program says when it does not serve."""
    done = subprocess.run([lakewarden, "http", "--auth", "none", "--listen", "127.0.0.1:0", *flags], capture_output=True,
                          text=True, timeout=60, check=False, env={**os.environ, "AWS_REGION": "us-east-1"})
    assert done.returncode == 2, done
    return done.stderr


@pytest.fixture(scope="module")
def speaks_tls(lakewarden, pems):
    return UNABLE not in refusal(lakewarden, "--tls-cert", pems("cert"), "--tls-key", pems("empty"))


@pytest.fixture(scope="module")
def secure_server(start_server, pems, speaks_tls):
    """Starts servers with a certificate; without arguments one that is shared."""
    if not speaks_tls:
        pytest.skip("the libmicrohttpd of this build was made without TLS")
    started = []

    def start(kind="", **env):
        started.append(start_server(FIXTURE_TLS_CERT=pems(f"{kind}cert"), FIXTURE_TLS_KEY=pems(f"{kind}key"), **env))
        return started[-1]
    yield start
    for server in started:
        assert server.stop() == 0, server.log[-5:]


def test_a_build_without_tls_says_what_to_do(lakewarden, pems, speaks_tls):
    said = refusal(lakewarden, "--tls-cert", pems("cert"), "--tls-key", pems("empty"))
    assert speaks_tls or ("libmicrohttpd-dev" in said and "proxy" in said)
    assert not speaks_tls or "--tls-key" in said


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=lambda v: v.name)
@pytest.mark.parametrize("kind", ["", "ec_"], ids=["rsa", "ec"])
def test_requests_are_answered(secure_server, pems, kind, version):
    with Secure(secure_server(kind).address, pems(f"{kind}cert"), version) as connection:
        assert connection.socket.version() == version.name.replace("_", ".")
        for _ in range(3):
            connection.send(request(connection.address, PING))
            assert connection.reply().json()["id"] == "ping", "one connection serves several requests"


def test_older_versions_are_refused(secure_server, pems):
    address = secure_server().address
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(pems("cert"))
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    host, _, port = address.rpartition(":")
    with socket.create_connection((host, int(port)), 10) as plain, pytest.raises(ssl.SSLError, match="VERSION|EOF"):
        context.wrap_socket(plain, server_hostname="127.0.0.1")


def test_a_stream_comes_as_it_is_made(secure_server, pems):
    with Secure(secure_server().address, pems("cert")) as connection:
        send_modern(connection, wait_call(5, 600, 3, "t"))
        assert connection.head().media_type == "text/event-stream"
        *notes, answer = events(connection)
        assert [note["params"]["progress"] for note in notes] == [1, 2, 3] and answer["id"] == 5
        connection.send(request(connection.address, PING))
        assert connection.reply().json()["id"] == "ping"


def waits_there(server, pems, name):  # noqa: F811 (what the fixture gave)
    """(waiting, stopped)"""
    with Secure(server.address, pems("cert")) as connection:
        connection.send(request(connection.address, count_call(name), {"MCP-Protocol-Version": "2025-11-25"}))
        seen = connection.reply().json()["result"]["structuredContent"]
    return seen["waiting"], seen["stopped"]


@pytest.mark.parametrize("polite", [True, False], ids=["with a farewell", "without"])
def test_a_hang_up_cancels(secure_server, pems, name, polite):  # noqa: F811 (the fixture)
    server = secure_server()
    with Secure(server.address, pems("cert")) as connection:
        send_modern(connection, wait_call(6, 60000, name=name))
        assert eventually(lambda: waits_there(server, pems, name) == (1, 0)), "the call has begun"
        if polite:
            connection.socket.settimeout(0.5)
            with pytest.raises((TimeoutError, OSError)):
                connection.socket.unwrap()
        connection.close()
        assert eventually(lambda: waits_there(server, pems, name) == (0, 1))


def test_who_speaks_plain_http_is_not_served(secure_server):
    with Connection(secure_server().address) as connection:
        connection.send(request(connection.address, PING))
        assert b"ping" not in connection.rest()


def test_who_never_shakes_hands_is_closed(secure_server):
    with Connection(secure_server(FIXTURE_REQUEST_TIMEOUT_MS="700").address) as connection:
        assert connection.ends() > 0.3


def test_who_drips_a_request_is_closed(secure_server, pems):
    with Secure(secure_server(FIXTURE_REQUEST_TIMEOUT_MS="700").address, pems("cert")) as connection:
        connection.send(b"POST /mcp HTTP/1.1\r\nHost: ")
        assert connection.ends() > 0.3


def test_the_end_waits_for_calls(secure_server, pems):
    server = secure_server(FIXTURE_DRAIN_MS="5000")
    with Secure(server.address, pems("cert")) as connection:
        send_modern(connection, wait_call(7, 700, 2, "t"))
        assert connection.head().media_type == "text/event-stream"
        server.terminate()
        assert [*events(connection)][-1]["id"] == 7
        assert server.ended() == 0


@pytest.mark.parametrize("cert, key, words", [
    ("cert", None, "go together"),
    (None, "key", "go together"),
    ("nowhere", "key", "--tls-cert"),
    ("cert", "nowhere", "--tls-key"),
    ("empty", "key", "no certificate"),
    ("key", "key", "no certificate"),
    ("text", "key", "no certificate"),
    ("cert", "cert", "no private key"),
    ("cert", "locked_key", "passphrase"),
    ("cert", "ec_key", "is not the key"),
])
def test_what_cannot_serve_is_refused_at_the_start(lakewarden, pems, speaks_tls, cert, key, words):
    flags = [part for flag, name in (("--tls-cert", cert), ("--tls-key", key)) if name for part in (flag, pems(name))]
    said = refusal(lakewarden, *flags)
    assert words in said or (not speaks_tls and UNABLE in said)
    assert "secret" not in said
