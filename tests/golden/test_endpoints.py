"""Where requests go and what is signed for there: the same as botocore, in every partition and variant."""
import itertools
import json
import os
import re
import subprocess
from pathlib import Path
from unittest import mock

import botocore.loaders
import botocore.session
import pytest
from botocore.exceptions import BotoCoreError

RUNNER = Path(os.environ.get("LAKEWARDEN", "build/lakewarden")).resolve().parent / "tests/golden/endpoint_runner"

# The operation that is asked of a service, its arguments, and its path unless that is "/".
OPERATIONS = {
    "glue": ("get_job", {"JobName": "x"}),
    "logs": ("describe_log_groups", {}),
    "cloudwatch": ("describe_alarms", {}),
    "s3": ("head_bucket", {}),
    "sts": ("get_caller_identity", {}),
    "athena": ("get_work_group", {"WorkGroup": "x"}),
    "cloudtrail": ("lookup_events", {}),
    "emr": ("describe_cluster", {"ClusterId": "x"}),
    "emr_containers": ("describe_virtual_cluster", {"id": "x"}, "/virtualclusters/x"),
    "emr_serverless": ("get_application", {"applicationId": "x"}, "/applications/x"),
    "kafka": ("list_clusters_v2", {}, "/api/v2/clusters"),
    "lambda": ("list_event_source_mappings", {}, "/2015-03-31/event-source-mappings"),
    "mwaa": ("get_environment", {"Name": "x"}, "/environments/x"),
    "secretsmanager": ("get_secret_value", {"SecretId": "x"}),
}
REGIONS = ("us-east-1", "us-west-2", "eu-west-1", "ap-southeast-5", "mx-central-1", "cn-north-1", "cn-northwest-1",
           "us-gov-west-1", "us-gov-east-1", "us-iso-east-1", "us-isob-east-1", "eu-isoe-west-1", "us-isof-south-1",
           "eusc-de-east-1")
BUCKETS = ("night-data", "night.data", "a" * 63, "123", "xn--night")
SWITCHES = (["AWS_USE_FIPS_ENDPOINT=true"], []), (["AWS_USE_DUALSTACK_ENDPOINT=true"], [])
URLS = ("http://127.0.0.1:5000", "http://localhost:5000", "https://proxy.example/aws", "https://proxy.example:443/a/b",
        "http://[::1]:8080", "http://proxy.example:80")
FILES = """[default]
services = local
endpoint_url = https://profile.example
[services local]
cloudwatch_logs =
  endpoint_url = https://section.example/logs
s3 =
  endpoint_url = https://section.example
"""


LOADER = botocore.loaders.create_loader()  # shared: it remembers the models it has read


class Sent(Exception):
    """Ends a request of botocore where it would leave the machine."""


def stop_here(request, **_):
    raise Sent(request.url, request.headers["Authorization"])


def without_path(url, service):
    """The URL without the operation's own path, which an endpoint does not have."""
    path = (*OPERATIONS[service], "/")[2]
    assert path == "/" or url.endswith(path)
    base = url if path == "/" else url[:-len(path)]
    return base if base.count("/") > 2 else base + "/"


def botocore_goes(case):
    """(URL without query, region and name in the scope), or None where botocore knows no endpoint.

    A port that is the scheme's own stays in its URL and is left out of its Host header: we have no use for it.
    """
    environment = dict(entry.split("=", 1) for entry in case["env"])
    environment["AWS_DISABLE_HOST_PREFIX_INJECTION"] = "true"  # an operation's affair: test_operations has it
    with mock.patch.dict(os.environ, environment, clear=True):
        session = botocore.session.Session()
        session.register_component("data_loader", LOADER)
        session.set_credentials("AKID", "secret")
        try:
            client = session.create_client(case["service"].replace("_", "-"), region_name=case["region"])
            client.meta.events.register("before-send", stop_here)
            name, arguments = OPERATIONS[case["service"]][:2]
            bucket = {"Bucket": case["bucket"]} if case.get("bucket") else {}
            getattr(client, name)(**arguments, **bucket)
        except Sent as sent:
            url, authorization = sent.args
            text = authorization if isinstance(authorization, str) else authorization.decode()
            plain = re.sub(r"^(http://[^/]*):80/|^(https://[^/]*):443/", r"\1\2/", url.split("?")[0])
            return without_path(plain, case["service"]), *re.search(r"Credential=AKID/\d+/([^/]+)/([^/]+)/", text).groups()
        except BotoCoreError:
            return None
    raise AssertionError("a request that was never sent")


def we_go(answer, case):
    """The same of our own answer."""
    if "error" in answer:
        return None
    assert answer["origin"].split("//")[1] == answer["host"]
    path = answer["path_prefix"] + (f"/{case['bucket']}" if answer["path_style"] else "")
    return answer["origin"] + (path or "/"), answer["region"], answer["name"]


def compare(cases):
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    done = subprocess.run([RUNNER], input=lines, capture_output=True, text=True, check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(cases)
    wrong, found = [], 0
    for case, answer in zip(cases, answers):
        ours, theirs = we_go(answer, case), botocore_goes(case)
        found += theirs is not None
        if ours != theirs:
            wrong.append(f"{case}: {ours}, botocore {theirs}")
    assert not wrong, "\n".join(wrong)
    assert found >= len(cases) * 3 // 4


def case_of(service, region, env, bucket="night-data"):
    case = {"service": service, "region": region, "env": ["HOME=/nonexistent", *env]}
    return {**case, "bucket": bucket} if service == "s3" else case


@pytest.mark.parametrize("service", OPERATIONS)
def test_rules(service):
    """Every partition, with FIPS and dual stack or without."""
    switches = [fips + dual for fips, dual in itertools.product(*SWITCHES)]
    compare([case_of(service, region, env) for region in REGIONS for env in switches])


def test_buckets():
    """In the host where a certificate covers it, in the path where not."""
    more = ([], ["AWS_ENDPOINT_URL=http://127.0.0.1:5000"], ["AWS_S3_US_EAST_1_REGIONAL_ENDPOINT=regional"])
    compare([case_of("s3", region, env, bucket)
             for region in ("us-east-1", "eu-west-1") for env in more for bucket in BUCKETS])


@pytest.mark.parametrize("url", URLS)
def test_configured_urls(url):
    """For all services, with path, port and address as they come."""
    compare([case_of(service, "eu-west-1", [f"AWS_ENDPOINT_URL={url}"]) for service in OPERATIONS])


def test_order_of_precedence(tmp_path):
    """Variable of the service, variable for all, services section, profile; and all of them switched off."""
    config = tmp_path / "config"
    config.write_text(FILES, encoding="ascii")
    base = [f"AWS_CONFIG_FILE={config}"]
    own = {service: service.upper() for service in OPERATIONS} | {"logs": "CLOUDWATCH_LOGS",
                                                                  "secretsmanager": "SECRETS_MANAGER"}
    cases = []
    for service, name in own.items():
        variables = [f"AWS_ENDPOINT_URL_{name}=https://own.example", "AWS_ENDPOINT_URL=https://all.example",
                     "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true"]
        for chosen in itertools.chain.from_iterable(itertools.combinations(variables, n) for n in range(4)):
            cases.append(case_of(service, "eu-west-1", [*base, *chosen]))
    compare(cases)
