"""Starts what is measured: lakewarden in its two guises, and the peer."""
import contextlib
import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request

from joserfc import jws
from joserfc.jwk import KeySet, RSAKey

ISSUER = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Bench0001"
CLIENT = "benchclient"
START_S = 15


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_for(url, process):
    """Waits until the URL answers anything at all."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise SystemExit(f"{process.args[0]} ended with {process.returncode}")
        try:
            with opener.open(url, timeout=1):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
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
def lakewarden_http(program, *flags):
    """-> (process, its base URL)"""
    base = f"127.0.0.1:{free_port()}"
    command = [program, "http", "--listen", base, "--log-level", "error", *flags]
    with running(command, env=environment()) as process:
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


@contextlib.contextmanager
def typescript_peer(node, root, tools_file):
    """-> its base URL"""
    command = [node, str(root / "bench/peers/typescript.mjs"), str(root / "tests/interop/node"), str(tools_file)]
    with running(command, stdout=subprocess.PIPE, text=True) as process:
        base = f"http://127.0.0.1:{process.stdout.readline().strip()}"
        wait_for(base, process)
        yield base
