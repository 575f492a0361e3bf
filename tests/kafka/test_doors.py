"""Getting in: MSK IAM, SCRAM, TLS and client certificates; and being told why not."""
import json
import subprocess
import time

import doors
import pytest
import topics
from broker import missing_parts
from conftest import VERSIONS, beside
from worker import run


@pytest.fixture(scope="module", params=VERSIONS)
def guarded(request, cache, tmp_path_factory):
    """A broker with every kind of listener, and its keys."""
    lacking = missing_parts()
    assert not lacking, f"a Kafka broker {lacking}"
    one = doors.start_guarded(cache, request.param, tmp_path_factory.mktemp("guarded"), doors.IDENTITY)
    try:
        topics.create(one.address, "orders", 2)
        topics.create(one.address, "orders-dlq")
        yield one
    finally:
        one.stop()


@pytest.fixture(scope="module")
def make_token(lakewarden):
    """Tokens as the server makes them."""
    runner = beside(lakewarden, "tests/golden/msk_runner")

    def make(**changes):
        case = {**doors.IDENTITY, "token": doors.IDENTITY["session_token"], "user_agent": "lakewarden/test",
                "wall_ms": int(time.time() * 1000), **changes}
        token = subprocess.run([runner], input=json.dumps(case) + "\n", capture_output=True, text=True, check=True).stdout
        return {"value": token.strip(), "expires_ms": int(time.time() * 1000) + 900_000}

    return make


def job(broker, door, protocol, token=None, seconds=30, **security):
    ca = {"ca_file": str(broker.keys / "ca.crt")}
    return {"action": "inspect", "bootstrap": broker.doors[door], "topics": ["orders"], "timeout_ms": seconds * 1000,
            "security": {"protocol": protocol, **ca, **security}, **({"token": token} if token else {})}


def iam(broker, token, **more):
    return job(broker, "IAM", "SASL_SSL", token, mechanism="AWS_MSK_IAM", **more)


def scram(broker, **more):
    return job(broker, "SCRAM", "SASL_SSL", mechanism="SCRAM-SHA-512", **{"user": doors.USER, "password": doors.PASSWORD, **more})


def client(broker, name):
    return {"certificate_file": str(broker.keys / f"{name}.crt"), "key_file": str(broker.keys / f"{name}.key")}


def assert_in(result):
    assert "error" not in result and result["topics"][0]["partitions"] == 2, result


def test_iam_token_opens(guarded, make_token, worker_program):
    assert_in(run(worker_program, iam(guarded, make_token())))


WRONG = {"secret": {"secret": "another"}, "region": {"region": "us-east-1"}, "key": {"key_id": "AKIDOTHER"},
         "session token": {"token": None}, "age": {"wall_ms": int(time.time() * 1000) - 1_000_000}}


@pytest.mark.parametrize("what", WRONG)
def test_wrong_iam_token_is_refused_at_once(guarded, make_token, worker_program, what):
    begun = time.monotonic()
    error = run(worker_program, iam(guarded, make_token(**WRONG[what])))["error"]
    assert error["kind"] == "authentication" and error["phase"] == "connect" and "invalid_token" in error["message"], error
    assert time.monotonic() - begun < 9, "it tried until its time was up"  # which would be 10 s


def test_replay_through_iam(guarded, make_token, worker_program):
    topics.produce(guarded.address, "orders-dlq", topics.awkward_records(50, 3, "orders", 2))
    plan = {"source": "orders-dlq", "target": "orders", "group": "lakewarden-replay-orders-dlq"}
    asked = {**iam(guarded, make_token()), "action": "replay", "replay": plan}
    result = run(worker_program, asked)
    assert result["replay"]["produced"] == 50 and result["replay"]["complete"], result
    assert len(topics.read_all(guarded.address, "orders")) == 50


def test_scram(guarded, worker_program):
    """Kafka 4 refuses SCRAM from librdkafka before 2.6.1, which repeats its nonce; then the reason is told."""
    result = run(worker_program, scram(guarded))
    if guarded.version.startswith("3."):
        assert_in(result)
    elif "error" in result:
        assert result["error"]["kind"] == "authentication" and "use IAM or mTLS" in result["error"]["message"], result


def test_wrong_password(guarded, worker_program):
    error = run(worker_program, scram(guarded, password="wrong"))["error"]
    assert error["kind"] == "authentication", error
    assert "wrong" not in json.dumps(error).replace("wrong password", "")


def test_tls(guarded, worker_program):
    assert_in(run(worker_program, job(guarded, "TLS", "SSL")))


def test_authority_that_is_not_trusted(guarded, worker_program):
    error = run(worker_program, job(guarded, "TLS", "SSL", ca_file=str(guarded.keys / "other.crt")))["error"]
    assert error["kind"] == "tls" and "certificate verify failed" in error["message"], error


def test_name_that_is_not_in_the_certificate(guarded, worker_program):
    error = run(worker_program, job(guarded, "ELSEWHERE", "SSL"))["error"]
    assert error["kind"] == "tls" and error["phase"] == "connect", error


def test_client_certificate(guarded, worker_program):
    assert_in(run(worker_program, job(guarded, "MTLS", "SSL", **client(guarded, "client"))))


@pytest.mark.parametrize("who", ["stranger", None])
def test_client_without_a_good_certificate(guarded, worker_program, who):
    error = run(worker_program, job(guarded, "MTLS", "SSL", **(client(guarded, who) if who else {})))["error"]
    assert error["kind"] == "tls" and error["phase"] == "connect", error


def test_plaintext_must_be_allowed(guarded, worker_program):
    asked = {"action": "inspect", "bootstrap": guarded.address, "security": {"protocol": "PLAINTEXT"}}
    error = run(worker_program, asked)["error"]
    assert error["kind"] == "refused" and "not allowed" in error["message"]


def test_plaintext_to_a_tls_door(guarded, worker_program):
    asked = {"action": "inspect", "bootstrap": guarded.doors["TLS"], "topics": ["orders"], "timeout_ms": 30000,
             "security": {"protocol": "PLAINTEXT", "plaintext_allowed": True}}
    error = run(worker_program, asked)["error"]
    assert error["kind"] == "network" and error["phase"] == "connect", error
