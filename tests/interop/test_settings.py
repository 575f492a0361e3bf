"""The settings in examples/clients start a server that an official client can talk to."""
import json
import os
import shlex
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "clients"
FILES = sorted(FOLDER.glob("*.json"))
PROFILE = "[profile data-lake]\naws_access_key_id = {akid}\naws_secret_access_key = {secret}\n"


def entries(path):
    settings = json.loads(path.read_text())
    return settings.get("mcpServers") or settings["servers"]


def stdio_entries():
    return [pytest.param(entry, id=f"{path.stem}-{name}") for path in FILES for name, entry in entries(path).items()
            if "command" in entry]


def test_each_file_is_explained():
    text = (FOLDER / "README.md").read_text()
    assert FILES and all(f"]({path.name})" in text for path in FILES)


@pytest.mark.parametrize("entry", stdio_entries())
def test_stdio_entry_starts_a_server(entry, drivers, lakewarden, place, tool_names, tmp_path):
    """As printed, but for where the program lies; the profile it names is one of the sandbox."""
    key = place["keys"]["reader"]
    (tmp_path / "config").write_text(PROFILE.format(akid=key["akid"], secret=key["secret"]))
    assert Path(entry["command"]).is_absolute()
    settings = {"AWS_CONFIG_FILE": tmp_path / "config", "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
                "AWS_ENDPOINT_URL": place["aws_endpoint"]}
    command = ["env", "-i", *[f"{name}={value}" for name, value in settings.items()], lakewarden, *entry["args"]]
    report = drivers.run("typescript-v1", {"command": command, "mode": "legacy", "steps": [
        {"list": True}, {"call": "get_glue_logs", "arguments": {"job_name": place["job_name"]}}]})
    assert [tool["name"] for tool in report["steps"][0]["tools"]] == tool_names, shlex.join(command)
    # The sandbox's night is in another region: that the job is not there was found out with these keys.
    assert "answer" in report["steps"][1] and "credentials" not in report["steps"][1]["answer"]["text"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_http_entry_names_the_endpoint(path):
    for entry in entries(path).values():
        if "url" in entry:
            assert entry["type"] == "http" and entry["url"].endswith("/mcp")
            assert entry["headers"]["Authorization"].startswith("Bearer ${")
