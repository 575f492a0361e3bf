"""The demo ends well, shows what it promises, keeps its secrets, and fails when something is amiss."""
import os
import re
import subprocess
import sys

import pytest
from sockets import listening

DEMO_LIMIT_S = 60


def run_demo(root, program, **environment):
    return subprocess.run(
        [sys.executable, str(root / "examples" / "demo" / "demo.py"), "--lakewarden", program], capture_output=True,
        text=True, timeout=DEMO_LIMIT_S, check=False,
        env={**os.environ, "PYTHONPATH": str(root / "examples" / "sandbox"), **environment})


@pytest.fixture(scope="module")
def shown(root, lakewarden):
    done = run_demo(root, lakewarden)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    return done.stdout


def test_demo_ends_well(shown):
    assert "The demo ended well." in shown and "\033" not in shown


def test_demo_shows_the_causes(shown):
    """The last failure before the first, as somebody finds them who starts from the alarm."""
    assert [match.split(",")[0] for match in re.findall(r"^   cause +(.*)$", shown, re.MULTILINE)] == \
        ["throttling", "data_missing"]
    assert "SlowDown" in shown and "Path does not exist" in shown


def test_demo_shows_one_retry(shown):
    assert re.findall(r"^   effect +(\w+)$", shown, re.MULTILINE) == ["created", "already_in_flight", "refused"]
    assert "load_orders, check_orders, publish_orders" in shown
    assert re.findall(r"^   state +(\w+)$", shown, re.MULTILINE)[-1] == "success"


def test_demo_walks_across_the_tools(shown):
    """From the alarm to the DAG, to the job, to the data, back to the DAG, to the ticket."""
    called = [name for name in re.findall(r"^   \$ (\w+) \{", shown, re.MULTILINE)]
    order = list(dict.fromkeys(called))
    assert order == ["get_cloudwatch_alarm", "get_mwaa_logs", "get_glue_logs", "verify_source_data", "retry_airflow_dag",
                     "update_servicenow_ticket"]
    assert re.search(r"^   ticket +INC0010042: In Progress, now Resolved$", shown, re.MULTILINE)
    assert re.search(r"^   once more +already_done$", shown, re.MULTILINE)


def test_demo_keeps_secrets(shown):
    """A token is shown by its first three characters only; keys and client secrets not at all."""
    assert re.findall(r"eyJ[^ ]*", shown) and set(re.findall(r"eyJ[^ ']*", shown)) == {"eyJ..."}
    assert "AKID" not in shown and "EXAMPLE0000000" not in shown


def test_demo_leaves_nothing(shown):
    port = int(re.search(r"http://127\.0\.0\.1:(\d+)/mcp", shown).group(1))
    assert port not in listening()


def test_demo_says_what_it_missed(root, tmp_path):
    """A program that is no server at all."""
    program = tmp_path / "lakewarden"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)
    done = run_demo(root, str(program))
    assert done.returncode == 1
    assert "expected a sandbox and a server" in done.stderr and "ended well" not in done.stdout
