"""Requests to sign: what the C runner makes of them, and what botocore does."""
import datetime
import json
import os
import random
import subprocess
from pathlib import Path
from unittest import mock
from urllib.parse import quote

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

RUNNER = Path(os.environ.get("LAKEWARDEN", "build/lakewarden")).resolve().parent / "tests/golden/sign_runner"

# Letters that have gone wrong in one signer or another.
LETTERS = "abcXYZ019-_.~ !$&'()*+,;=:@/%?#[]|\"<>\\^`{}äß€😀\x7f"
UNSIGNED = ("User-Agent", "Expect", "Connection", "Transfer-Encoding", "X-Amzn-Trace-Id", "TE", "Upgrade",
            "Proxy-Authorization", "traceparent", "Keep-Alive")
SIGNED = ("Content-Type", "Accept", "X-Amz-Target", "x-amz-meta-a", "x-amz-meta-a-b", "X-AMZ-META-A.B", "Range",
          "If-Match", "X-Amz-Expected-Bucket-Owner", "x-amz-request-payer", "amz-sdk-request", "Cache-Control")
SERVICES = ("glue", "logs", "monitoring", "sts", "service", "s3", "s3")
REGIONS = ("us-east-1", "eu-west-1", "us-gov-west-1", "cn-north-1")


def run(cases):
    """What the C signer answers to each case."""
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    done = subprocess.run([RUNNER], input=lines, capture_output=True, text=True, encoding="utf-8", check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(cases)
    return answers


def word(rng, longest=8):
    """A few letters, any of them; never empty."""
    return "".join(rng.choice(LETTERS) for _ in range(rng.randint(1, longest)))


def random_path(rng):
    """A path as a client sends it: encoded, now and then less than it should be, with dots and doubled slashes."""
    parts = []
    for _ in range(rng.randint(0, 5)):
        kind = rng.random()
        if kind < 0.1:
            parts.append(rng.choice((".", "..", "")))
        else:
            parts.append(quote(word(rng), safe=rng.choice(("-_.~", "-_.~:@!$&'()*+,;="))))
    path = "/" + "/".join(parts)
    if path.endswith(("/.", "/..")):
        path += "/"  # where a last dot segment leads, RFC 3986 and botocore disagree: test_canonical_path has it
    return path


def random_query(rng, for_presign):
    """Encoded parameters; unsorted, repeated and without value only where botocore can presign them."""
    pairs, names = [], set()
    for _ in range(rng.choice((0, 0, 1, 2, 3, 6))):
        name = quote(word(rng, 4), safe="-_.~")
        if for_presign and name in names:
            continue
        names.add(name)
        if not for_presign and rng.random() < 0.15:
            pairs.append(name)
        else:
            value = quote(word(rng), safe="-_.~") if rng.random() < 0.9 else ""
            pairs.append(f"{name}={value}")
        if pairs and not for_presign and rng.random() < 0.2:
            pairs.append(rng.choice(pairs))
    return "&".join(pairs)


def random_headers(rng):
    """Names in any case, some twice, values with runs of blanks."""
    headers = []
    for name in rng.sample(SIGNED, rng.randint(0, 5)) + rng.sample(UNSIGNED, rng.randint(0, 2)):
        for _ in range(2 if rng.random() < 0.15 else 1):
            blank = rng.choice((" ", "  ", "\t", " \t "))
            words = [rng.choice(("a", "text/plain;", "x=\"1\"", "é", "b,c", "%2F")) for _ in range(rng.randint(0, 4))]
            headers.append([name, rng.choice(("", blank)) + blank.join(words) + rng.choice(("", blank))])
    return headers


def random_time(rng):
    """Mostly within one day, so that remembered signing keys are used; else within thirty-five years."""
    day_ms = 86_400_000
    if rng.random() < 0.7:
        return 20_000 * day_ms + rng.randrange(day_ms)
    return rng.randrange(16_000 * day_ms, 29_000 * day_ms)


def random_case(rng, for_presign=False):
    """One request with everything its signature depends on."""
    port = rng.choice(("", "", ":8443", ":5000"))
    return {
        "method": rng.choice(("GET", "GET", "PUT", "POST", "HEAD", "DELETE")),
        "host": rng.choice(("example.amazonaws.com", "b-1.s3.eu-west-1.amazonaws.com", "127.0.0.1")) + port,
        "path": random_path(rng),
        "query": random_query(rng, for_presign),
        "headers": random_headers(rng),
        "body": "" if for_presign else rng.choice(("", "{}", "a\x00b", word(rng, 40))),
        "region": rng.choice(REGIONS),
        "service": rng.choice(SERVICES),
        "wall_ms": random_time(rng),
        "key_id": "AKIA" + str(rng.randrange(4)),
        "secret": "secret/+" + str(rng.randrange(8)),
        "token": rng.choice((None, None, "token/+==" + str(rng.randrange(9)))),
        "expires_s": rng.randint(1, 604800) if for_presign else 0,
    }


def botocore_request(case):
    """The case as botocore sees it."""
    url = f"https://{case['host']}{case['path']}"
    if case["query"]:
        url += "?" + case["query"]
    request = AWSRequest(method=case["method"], url=url, data=case["body"].encode())
    for name, value in case["headers"]:
        request.headers.add_header(name, value)
    return request


def botocore_signs(case):
    """What botocore makes of the same request: the same members as the runner's answer."""
    kind = "S3SigV4" if case["service"] == "s3" else "SigV4"
    credentials = Credentials(case["key_id"], case["secret"], case["token"])
    when = datetime.datetime.fromtimestamp(case["wall_ms"] // 1000, datetime.timezone.utc)
    request = botocore_request(case)
    more = {"expires": case["expires_s"]} if case["expires_s"] else {}
    signer = getattr(botocore.auth, kind + ("QueryAuth" if more else "Auth"))(
        credentials, case["service"], case["region"], **more)
    steps = {}
    keep(signer, "canonical_request", "canonical", steps)
    keep(signer, "string_to_sign", "to_sign", steps)
    keep(signer, "signature", "signature", steps)
    sent = len(request.headers.items())
    with mock.patch.object(botocore.auth, "get_current_datetime", lambda: when):
        signer.add_auth(request)
    if more:
        own = request.url.split("?", 1)[1]
        steps["query"] = own[len(case["query"]) + 1:] if case["query"] else own
        steps["whole_query"] = own
    else:
        steps["headers"] = {name.lower(): value for name, value in request.headers.items()[sent:]}
    return steps


def keep(signer, method, name, steps):
    """Notes what a step returned."""
    original = getattr(signer, method)

    def noting(*args):
        steps[name] = original(*args)
        return steps[name]
    setattr(signer, method, noting)


def seeded(number):
    """The same numbers in every run."""
    return random.Random(number)
