"""Starts what is measured: lakewarden in its two guises, and the peer."""
import contextlib
import http.server
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jws
from joserfc.jwk import KeySet, RSAKey

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "wire"))
from wire_certificates import pem_of_key, self_signed

AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
ISSUER = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Bench0001"
CLIENT = "benchclient"
START_S = 15


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_for(url, process, well=False):
    """Waits until the URL answers anything at all, or only with a 200."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise SystemExit(f"{process.args[0]} ended with {process.returncode}")
        try:
            with opener.open(url, timeout=1):
                return
        except urllib.error.HTTPError:
            if not well:
                return
        except OSError:
            pass
        time.sleep(0.02)
    raise SystemExit(f"{url} did not answer within {START_S} s")


@contextlib.contextmanager
def running(command, **options):
    process = subprocess.Popen(command, **options)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


def environment():
    """Without settings of the user's own, and without a metadata service to look for."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LAKEWARDEN"))}
    return {**kept, "AWS_EC2_METADATA_DISABLED": "true", "AWS_ACCESS_KEY_ID": "AKIDBENCH",
            "AWS_SECRET_ACCESS_KEY": "bench", "AWS_REGION": "us-east-1"}


@contextlib.contextmanager
def lakewarden_http(program, *flags, **variables):
    """-> (process, its base URL)"""
    base = f"127.0.0.1:{free_port()}"
    command = [program, "http", "--listen", base, "--log-level", "error", *flags]
    with running(command, env={**environment(), **variables}) as process:
        wait_for(f"http://{base}/readyz", process)
        yield process, f"http://{base}"


def key_set_and_token(folder):
    """-> (flags that make lakewarden verify tokens from a key set in a file, a token)"""
    key = RSAKey.generate_key(2048, {"kid": "bench", "use": "sig", "alg": "RS256"})
    path = folder / "jwks.json"
    path.write_text(json.dumps(KeySet([key]).as_dict(private=False)))
    now = int(time.time())
    claims = {"sub": CLIENT, "token_use": "access", "scope": "lakewarden/read", "auth_time": now, "iss": ISSUER,
              "exp": now + 3600, "iat": now, "version": 2, "jti": "bench-1", "client_id": CLIENT}
    flags = ["--auth", "cognito", "--issuer", ISSUER, "--jwks-file", str(path), "--client-id", CLIENT]
    # By hand: jwt.encode would add a `typ`, which Cognito's tokens do not have.
    return flags, jws.serialize_compact({"kid": "bench", "alg": "RS256"}, json.dumps(claims), key)


class KeySetHandler(http.server.BaseHTTPRequestHandler):
    """Answers with the server's key set, and keeps the connection."""
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.server.key_set)))
        self.end_headers()
        self.wfile.write(self.server.key_set)

    def log_message(self, *_):
        """Says nothing: figures are what is printed."""


@contextlib.contextmanager
def key_server(folder):
    """Serves the folder's key set over TLS. -> (its URL, a bundle of its certificate beside the machine's authorities)"""
    key = rsa.generate_private_key(65537, 2048)
    own, certificate, bundle = self_signed(key), folder / "own.pem", folder / "bundle.pem"
    certificate.write_bytes(own + pem_of_key(key))
    bundle.write_bytes(AUTHORITIES.read_bytes() + own)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), KeySetHandler) as server:
        server.key_set = (folder / "jwks.json").read_bytes()
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"https://127.0.0.1:{server.server_address[1]}/jwks.json", str(bundle)
        finally:
            server.shutdown()
            thread.join()


@contextlib.contextmanager
def typescript_peer(node, root, tools_file):
    """-> its base URL"""
    command = [node, str(root / "bench/peers/typescript.mjs"), str(root / "tests/interop/node"), str(tools_file)]
    with running(command, stdout=subprocess.PIPE, text=True) as process:
        base = f"http://127.0.0.1:{process.stdout.readline().strip()}"
        wait_for(base, process)
        yield base
