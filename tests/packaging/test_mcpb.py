"""The bundle for desktop clients (MCPB manifest 0.3): it is valid, it holds what it names, and it starts."""
import json
import os
import platform
import zipfile

import pytest

SETTINGS = {"region": "eu-central-1"}
HELLO = [
    {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "desktop", "version": "1"}}},
    {"jsonrpc": "2.0", "method": "notifications/initialized"},
    {"jsonrpc": "2.0", "id": 1, "method": "tools/list"},
]


def test_the_bundler_takes_the_manifest(bundler, laid_out):
    done = bundler("validate", str(laid_out / "manifest.json"))
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_the_manifest_names_is_in_the_bundle(packed):
    """The bundler itself does not notice a missing entry point."""
    with zipfile.ZipFile(packed) as bundle:
        manifest = json.loads(bundle.read("manifest.json"))
        names = set(bundle.namelist())
    assert manifest["manifest_version"] == "0.3"
    assert manifest["server"]["entry_point"] in names
    assert f"server/{platform.machine()}/lakewarden" in names
    assert "LICENSE" in names


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    import bundle
    (tmp_path / "letter").write_text("keep me")
    with pytest.raises(SystemExit, match="something else"):
        bundle.lay_out(tmp_path, {})
    assert (tmp_path / "letter").read_text() == "keep me"


def test_every_setting_has_a_place(laid_out):
    """Each user setting is handed on, by the name of a setting that the program knows; none is handed on that nobody asks for."""
    manifest = json.loads((laid_out / "manifest.json").read_text())
    env = manifest["server"]["mcp_config"]["env"]
    assert sorted(env.values()) == sorted("${user_config.%s}" % name for name in manifest["user_config"])
    launcher = (laid_out / "server" / "launch.sh").read_text()
    for name in env:
        assert f" {name.removeprefix('LAKEWARDEN_')} " in launcher.replace(";", " "), f"launch.sh does not know {name}"


def test_it_starts_as_a_client_starts_it(unpacked, start):
    answers, done = start(unpacked, SETTINGS, HELLO)
    assert done.returncode == 0, done.stderr
    manifest = json.loads((unpacked / "manifest.json").read_text())
    server = answers[0]["result"]["serverInfo"]
    assert (server["name"], server["version"]) == ("lakewarden", manifest["version"])
    assert [tool["name"] for tool in answers[1]["result"]["tools"]] == [tool["name"] for tool in manifest["tools"]]
    assert len(manifest["tools"]) == 13


def test_what_the_user_sets_arrives(unpacked, start):
    answers, done = start(unpacked, {**SETTINGS, "writes": "perhaps"}, HELLO)
    assert done.returncode != 0 and answers == []
    assert "perhaps" in done.stderr and "LAKEWARDEN_WRITES" in done.stderr


def test_it_starts_read_only(unpacked, start):
    answers, done = start(unpacked, {**SETTINGS, "read_only": True}, HELLO)
    assert done.returncode == 0, done.stderr
    assert len(answers[1]["result"]["tools"]) == 7


def test_settings_left_empty_count_as_unset(unpacked, start):
    left = {**SETTINGS, "profile": "", "writes": "", "servicenow_url": ""}
    answers, done = start(unpacked, left, HELLO)
    assert done.returncode == 0 and len(answers) == 2, done.stderr


def test_without_a_region_a_client_does_not_start_it(bundler, unpacked):
    manifest = json.loads((unpacked / "manifest.json").read_text())
    assert bundler.client_config(manifest, unpacked, {}) is None


def test_a_lost_permission_is_given_back(unpacked, start):
    """Some clients unpack without it."""
    program = unpacked / "server" / platform.machine() / "lakewarden"
    program.chmod(0o644)
    answers, done = start(unpacked, SETTINGS, HELLO)
    assert done.returncode == 0 and len(answers) == 2, done.stderr
    assert os.access(program, os.X_OK)


def test_another_machine_is_told(unpacked, start):
    server = unpacked / "server"
    (server / platform.machine()).rename(server / "pdp11")
    answers, done = start(unpacked, SETTINGS, HELLO)
    assert done.returncode != 0 and answers == []
    assert f"no program for {platform.machine()}, only for: pdp11/" in done.stderr
