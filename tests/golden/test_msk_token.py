"""Brokers' tokens against those of the signer that AWS publishes, byte for byte, at the same moment."""
import datetime
import json
import os
import subprocess
from importlib.metadata import version
from pathlib import Path
from unittest import mock

import botocore.auth
from aws_msk_iam_sasl_signer.MSKAuthTokenProvider import generate_auth_token_from_credentials_provider
from botocore.credentials import CredentialProvider, Credentials

import signing

RUNNER = Path(os.environ.get("LAKEWARDEN", "build/lakewarden")).resolve().parent / "tests/golden/msk_runner"
SIGNER = "aws-msk-iam-sasl-signer-python"
CASES = 400


class Fixed(CredentialProvider):
    """Hands out the keys of a case."""

    METHOD = "fixed"

    def __init__(self, case):
        super().__init__()
        self.keys = Credentials(case["key_id"], case["secret"], case["token"])

    def load(self):
        return self.keys


def cases():
    rng = signing.seeded(19)
    for _ in range(CASES):
        case = signing.random_case(rng)
        yield {"key_id": case["key_id"], "secret": case["secret"], "token": case["token"], "region": case["region"],
               "wall_ms": case["wall_ms"], "user_agent": f"{SIGNER}/{version(SIGNER)}"}


def published(case):
    """What the published signer makes of it, and until when it says that holds."""
    when = datetime.datetime.fromtimestamp(case["wall_ms"] // 1000, datetime.timezone.utc)
    with mock.patch.object(botocore.auth, "get_current_datetime", lambda: when):
        return generate_auth_token_from_credentials_provider(case["region"], Fixed(case))


def test_tokens_are_those_of_the_published_signer():
    todo = list(cases())
    done = subprocess.run([RUNNER], input="".join(json.dumps(case) + "\n" for case in todo), capture_output=True,
                          text=True, encoding="utf-8", check=True)
    tokens = done.stdout.splitlines()
    assert len(tokens) == len(todo)
    for case, ours in zip(todo, tokens):
        theirs, expires_ms = published(case)
        assert ours == theirs, case
        assert expires_ms == (case["wall_ms"] // 1000 + 900) * 1000
