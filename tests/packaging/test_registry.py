"""server.json: what the MCP registry demands of it (schema 2025-12-11 and the official registry's own rules)."""
import hashlib
import json
import re

import pytest

SCHEMA = "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"


@pytest.fixture()
def published(packed):
    import registry
    return registry.published(packed)


def inputs_of(server):
    """Every value that a user is asked for."""
    for package in server["packages"]:
        yield from package["environmentVariables"]
    for remote in server["remotes"]:
        yield from remote["headers"]
        yield from remote["variables"].values()


def test_the_registry_knows_the_schema_and_the_name(published):
    assert published["$schema"] == SCHEMA
    assert re.fullmatch(r"[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+", published["name"]) and 3 <= len(published["name"]) <= 200
    assert 1 <= len(published["description"]) <= 100 and 1 <= len(published["title"]) <= 100


def test_the_version_is_exact_and_the_bundles(published, laid_out):
    assert published["version"] == json.loads((laid_out / "manifest.json").read_text())["version"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", published["version"])


def test_a_github_name_is_its_repositorys(published):
    """The registry lets a GitHub account publish below io.github.ACCOUNT only."""
    account = published["repository"]["url"].split("/")[3]
    assert published["repository"]["source"] == "github"
    assert published["name"].startswith(f"io.github.{account}/")


def test_the_bundle_can_be_had_and_checked(published, packed):
    package, = published["packages"]
    assert package["registryType"] == "mcpb" and package["transport"] == {"type": "stdio"}
    assert package["identifier"].startswith(published["repository"]["url"] + "/releases/download/")
    assert "mcp" in package["identifier"] and published["version"] in package["identifier"]
    assert package["fileSha256"] == hashlib.sha256(packed.read_bytes()).hexdigest()


def test_the_remote_is_streamable_http(published):
    remote, = published["remotes"]
    assert remote["type"] == "streamable-http" and remote["url"].startswith("https://")
    assert set(re.findall(r"{(\w+)}", remote["url"])) == set(remote["variables"])
    assert [header["isSecret"] for header in remote["headers"] if header["name"] == "Authorization"] == [True]


def test_every_input_is_described(published):
    for one in inputs_of(published):
        assert one["description"], one
        assert "default" not in one or "choices" not in one or one["default"] in one["choices"], one


def test_variables_are_those_of_the_bundle(published, laid_out):
    package, = published["packages"]
    manifest = json.loads((laid_out / "manifest.json").read_text())
    assert [one["name"] for one in package["environmentVariables"]] == list(manifest["server"]["mcp_config"]["env"])


def test_server_json_lacks_the_hash_alone(published, root):
    """The file in the repository says all but what only a packed bundle can tell."""
    kept = json.loads((root / "server.json").read_text())
    for package in published["packages"]:
        del package["fileSha256"]
    assert kept == published
