"""One sandbox for the whole run, put back to the seeded night before every test."""
import json
import urllib.request

import boto3
import pytest
from botocore.config import Config
from starting import sandbox_running

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
CONFIG = Config(retries={"total_max_attempts": 1}, read_timeout=60, proxies={}, signature_version="v4",
                s3={"addressing_style": "path"}, inject_host_prefix=False)


class Sandbox:
    """What `serve` printed, and short ways to call it."""

    def __init__(self, facts, journal):
        self.facts, self.journal_file = facts, journal

    def __getitem__(self, name):
        return self.facts[name]

    def client(self, service, key="writer", region="us-east-1", token=None, **settings):
        pair = self["keys"][key] if isinstance(key, str) else key
        config = CONFIG.merge(Config(signature_version="s3v4")) if service == "s3" else CONFIG
        return boto3.client(service, region_name=region, endpoint_url=self["endpoint"],
                            aws_access_key_id=pair["akid"], aws_secret_access_key=pair["secret"],
                            aws_session_token=token, config=config.merge(Config(**settings)))

    def control(self, method, name, document=None):
        body = None if document is None else json.dumps(document).encode()
        request = urllib.request.Request(f"{self['control_url']}/{name}", body, method=method)
        with DIRECT.open(request, timeout=60) as answer:
            return json.load(answer)

    def journal(self):
        return self.control("GET", "journal")

    def wait(self, seconds):
        """Puts the clock forward by which runs, queries and mappings go."""
        self.control("POST", "clock", {"pass_s": seconds})


@pytest.fixture(scope="session")
def running(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sandbox")
    journal = folder / "journal.jsonl"
    with sandbox_running(folder, "--journal", str(journal)) as facts:
        yield Sandbox(facts, journal)


@pytest.fixture
def sandbox(running):
    """As seeded, and nothing goes on by itself: `wait` makes it."""
    running.facts.update(running.control("POST", "reset"))
    running.control("POST", "clock", {"stands": True})
    running.control("DELETE", "journal")
    return running
