"""The agents in examples/clients, as printed, with a token of the sandbox."""
import json
import os
import subprocess
from pathlib import Path

import pytest
from pool import token_of

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "examples" / "clients"
READING = {path.stem for path in (ROOT / "schema" / "tools").glob("*.json")
           if json.loads(path.read_text())["annotations"]["readOnlyHint"]}
ASK = """
from double import Double
from strands_lakewarden import main
model = Double(("get_glue_logs", {"job_name": JOB}))
main(URL, "Why did the job fail?", model)
print(len(model.specs), model.result["status"], model.result["content"][0]["text"])
"""


@pytest.fixture(scope="module")
def run(place):
    """Runs an interpreter with a reader's token; what it printed."""
    token = token_of(place, place["clients"]["reader"])
    hosts = {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    path = os.pathsep.join([str(FOLDER), str(Path(__file__).with_name("clients"))])

    def run(environment, *arguments):
        done = subprocess.run([ROOT / environment / "bin" / "python", *arguments], text=True, capture_output=True, timeout=60,
                              check=False, env={**os.environ, **hosts, "TOKEN": token, "PYTHONPATH": path})
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_langchain(run, place):
    printed = run(".venv-mcp1", FOLDER / "langchain_lakewarden.py", place["mcp_url"])
    assert {line.partition(": ")[0] for line in printed.splitlines()} == READING


def test_strands(run, place):
    """The example's agent, with a model that asks for a tool and prints what it was given."""
    printed = run(".venv-strands", "-c", ASK.replace("JOB", repr(place["job_name"])).replace("URL", repr(place["mcp_url"])))
    answer, _, given = printed.partition(f"{len(READING)} success ")
    assert "Tool #1: get_glue_logs" in answer and "done" in answer and "throttling" in given, printed


def test_each_is_explained():
    text = (FOLDER / "README.md").read_text()
    files = sorted(FOLDER.glob("*.py"))
    assert len(files) == 2 and all(f"]({path.name})" in text for path in files)
