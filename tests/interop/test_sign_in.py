"""Every client of table.json with an account instead of a token (plans/sign_in.json): discovery and scopes."""
import json
import os
import subprocess
import urllib.error
import urllib.request
from contextlib import contextmanager

import abilities_sign_in
import pytest
from bench import HERE, Bench, abilities_of, cells, filled_in, judge, unknown_limits
from pool import DIRECT, short_lived
from ports import HeldPort
from servers import START_S, Server, wait_for

ONLY = dict.fromkeys(abilities_of(abilities_sign_in), "http")
PLAN_OF = {"outlives_its_token": "brief", "survives_a_401": "skewed"}
TOLD_S = {"brief": 4, "skewed": 3600}  # what the issuer says of a token that lasts four seconds


def answers(url):
    try:
        with DIRECT.open(url, timeout=5) as answer:
            return answer.status == 200
    except (OSError, urllib.error.URLError):
        return False


@contextmanager
def public_server(lakewarden, place, folder, client):
    """lakewarden that knows its own address, and so tells where tokens come from."""
    port = HeldPort()
    origin = f"http://127.0.0.1:{port.number}"
    log, key = folder / "server.log", place["keys"]["writer"]
    command = [lakewarden, "http", "--listen", origin.removeprefix("http://"), "--public-url", f"{origin}/mcp",
               "--issuer", place["issuer"], "--jwks-url", place["jwks_url"], "--client-id", client["id"],
               "--writes", "allow", "--region", place["region"]]
    environment = {**os.environ, "AWS_ENDPOINT_URL": place["aws_endpoint"], "AWS_ACCESS_KEY_ID": key["akid"],
                   "AWS_SECRET_ACCESS_KEY": key["secret"], "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    with log.open("wb") as stderr:
        process = subprocess.Popen(command, stderr=stderr, env=environment)
    try:
        assert wait_for(lambda: answers(f"{origin}/readyz"), START_S), log.read_text()
        account = {"id": client["id"], "secret": client["secret"], "scope": "lakewarden/read", "issuer": place["issuer"],
                   **client.get("more", {})}
        yield Server({"url": f"{origin}/mcp", "account": account}, log)
    finally:
        process.terminate()
        status = process.wait(START_S)
        port.close()
    assert status == 0, log.read_text()


@pytest.fixture(scope="module")
def bench(request, drivers, lakewarden, place, tmp_path_factory):
    plans = filled_in(json.loads((HERE / "plans" / "sign_in.json").read_text()), {"JOB_NAME": place["job_name"]})

    clients = {"main": place["clients"]["operator"], **{name: short_lived(place, TOLD_S["brief"], told_s) for name, told_s in TOLD_S.items()}}

    def serve(_transport, folder, name):
        return public_server(lakewarden, place, folder, clients[name])

    bench = Bench(drivers, tmp_path_factory, serve, plans, PLAN_OF)
    bench.begin(item for item in request.session.items if item.path == request.path)
    yield bench
    bench.end()


@pytest.mark.parametrize("row, transport, ability, limit", cells("sign_in", abilities_sign_in, ONLY))
def test_cell(bench, row, transport, ability, limit):
    judge(getattr(abilities_sign_in, ability), bench.look(row, transport, ability), limit)


def test_limits_are_of_abilities():
    assert unknown_limits("sign_in", abilities_sign_in) == []
