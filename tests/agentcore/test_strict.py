"""The gateway of the sandbox refuses what the real one refuses: else that lakewarden passes would say nothing."""
import json
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from gateway import Gateway, request, versions
from place import Place, post
from scripted import GOOD, scripted_running
from waiting import wait_for

CASES = json.loads(Path(__file__).with_name("targets.json").read_text())
LEGACY = versions("2025-11-25")
DEBUG = {"exceptionLevel": "DEBUG"}


@pytest.fixture
def place(facts):
    """The sandbox alone."""
    one = Place(facts, "127.0.0.1:1")
    one.control("DELETE", "agentcore")
    return one


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_target(place, case):
    with scripted_running(json.loads(json.dumps(case["answers"]))) as (_, url):
        gateway = Gateway(place, LEGACY, ENDPOINT=url)
    said = " ".join(gateway.target.get("statusReasons", []))
    assert gateway.target["status"] == case["status"] and case.get("says", "") in said, said
    shown = [tool["name"] for tool in gateway.result("tools/list")["tools"]]
    expected = case.get("tools", ["echo"]) if case["status"] == "READY" else []
    assert shown == [f"lakewarden___{name}" for name in expected]


def test_nobody_is_there(place):
    assert "could not be reached" in Gateway(place, LEGACY).target["statusReasons"][0]


@pytest.mark.parametrize("values,says", [({"CLIENT_SECRET": "wrong"}, "no access token: HTTP 400"), ({"SCOPE": ["lakewarden/approve"]}, "invalid_scope")])
def test_no_token_no_lists(place, values, says):
    with scripted_running({}) as (scripted, url):
        assert says in Gateway(place, LEGACY, ENDPOINT=url, **values).target["statusReasons"][0]
        assert scripted.seen == []


def test_every_call_initialises_anew(place):
    with scripted_running({"initialize": {"headers": {"Mcp-Session-Id": "s1"}, "result": GOOD["initialize"]}}) as (scripted, url):
        gateway = Gateway(place, LEGACY, ENDPOINT=url)
        scripted.seen.clear()
        assert [gateway.call("echo")["content"][0]["text"] for _ in range(2)] == ["done", "done"]
        assert scripted.methods() == ["initialize", "notifications/initialized", "tools/call"] * 2
        assert scripted.headers_of("tools/call")["Mcp-Session-Id"] == "s1"
        assert scripted.seen[-1][0]["params"]["name"] == "echo" and scripted.headers_of("tools/call")["MCP-Protocol-Version"] == "2025-11-25"


def test_the_new_era_is_tried_first(place):
    """A target that does not know it is initialised."""
    with scripted_running({}) as (scripted, url):
        assert Gateway(place, versions("2026-07-28", "2025-11-25"), ENDPOINT=url).target["status"] == "READY"
        assert scripted.methods()[:2] == ["server/discover", "initialize"]
    with scripted_running({}) as (_, url):
        said = Gateway(place, {**versions("2026-07-28"), "name": "modern-only"}, ENDPOINT=url, NAME="other").target["statusReasons"][0]
        assert "does not speak 2026-07-28" in said


def test_headers_pass_by_the_lists_only(place):
    lists = {"metadataConfiguration": {"allowedRequestHeaders": ["X-Incident-Id"], "allowedResponseHeaders": ["X-Request-Id"]}}
    answer = {"headers": {"X-Request-Id": "r1", "X-Other": "o1"}, "result": GOOD["tools/call"]}
    with scripted_running({"tools/call": answer}) as (scripted, url):
        gateway = Gateway(place, LEGACY, lists, ENDPOINT=url)
        status, headers, _ = gateway.ask("tools/call", headers={"X-Incident-Id": "i1", "X-Private": "p1"}, name="lakewarden___echo", arguments={})
        sent = scripted.headers_of("tools/call")
    assert status == 200 and headers["X-Request-Id"] == "r1" and headers["X-Other"] is None
    assert sent["X-Incident-Id"] == "i1" and "X-Private" not in sent
    assert sent["Authorization"] != f"Bearer {place.token()}" and sent["Authorization"].startswith("Bearer ey")


@pytest.mark.parametrize("target_changes,says", [
    ({"metadataConfiguration": {"allowedRequestHeaders": ["Authorization"]}}, "may not be propagated"),
    ({"metadataConfiguration": {"allowedRequestHeaders": [f"X-{i}" for i in range(11)]}}, "has 11 items"),
    ({"credentialProviderConfigurations": [{"credentialProviderType": "JWT_PASSTHROUGH"}]}, "JWT_PASSTHROUGH is not supported"),
    ({"name": "lake_warden"}, "name does not match"),
    ({"targetConfiguration": {"mcp": {"mcpServer": {"endpoint": "http://lakewarden.example.com/mcp"}}}}, "endpoint does not match")])
def test_request_for_a_target_is_refused(place, target_changes, says):
    with pytest.raises(ClientError) as refused:
        Gateway(place, LEGACY, target_changes)
    assert refused.value.response["Error"]["Code"] == "ValidationException" and says in str(refused.value)


def test_limits(place):
    """6 MB each way, and a time for each call."""
    assert place.control("POST", "agentcore", {}) == {"invocation_s": 900, "payload_bytes": 6 * 1024 * 1024, "settles_s": 0.1}
    large = {"content": [{"type": "text", "text": "a" * 5000}], "isError": False}
    with scripted_running({"tools/call": [large, {"sleep": 2, "result": GOOD["tools/call"]}]}) as (_, url):
        gateway = Gateway(place, {**LEGACY, **DEBUG}, ENDPOINT=url)
        place.control("POST", "agentcore", {"payload_bytes": 4096})
        call = {"name": "lakewarden___echo", "arguments": {}}
        assert "larger than a gateway takes" in gateway.ask("tools/call", **call)[2]["error"]["message"]
        assert gateway.ask("tools/call", **call, padding="a" * 5000)[0] == 413
        place.control("POST", "agentcore", {"invocation_s": 0.5})
        assert "did not answer in time" in gateway.ask("tools/call", **call)[2]["error"]["message"]


def test_errors_are_told_in_debug_only(place):
    error = {"tools/call": {"error": {"code": -32602, "message": "Unknown tool: echo"}}}
    with scripted_running(error) as (_, url):
        quiet = Gateway(place, LEGACY, ENDPOINT=url).ask("tools/call", name="lakewarden___echo", arguments={})[2]["error"]
        loud = Gateway(place, {**LEGACY, **DEBUG}, ENDPOINT=url, NAME="loud").ask("tools/call", name="loud___echo", arguments={})[2]["error"]
    assert quiet == {"code": -32603, "message": "An internal error occurred. Please retry later."}
    assert loud["code"] == -32602 and "Unknown tool: echo" in loud["message"]


def test_who_may_use_the_gateway(place):
    """allowedClients lets Cognito's tokens in; allowedAudience lets in none, for they have no audience."""
    values = place.values()
    message = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    with scripted_running({}) as (_, url):
        gateway = Gateway(place, LEGACY, ENDPOINT=url)
        status, headers, _ = post(gateway.url, message)
        assert status == 401 and "oauth-protected-resource" in headers["WWW-Authenticate"]
        assert post(gateway.url, message, "eyJhbGciOiJub25lIn0.e30.")[0] == 401
        assert [post(gateway.url, message, place.token(client))[0] for client in ("operator", "reader")] == [200, 403]
        audience = {"authorizerConfiguration": {"customJWTAuthorizer": {"discoveryUrl": values["DISCOVERY_URL"], "allowedAudience": [values["CLIENT_ID"]]}}}
        other = Gateway(place, {**LEGACY, **audience}, ENDPOINT=url, NAME="other")
        assert post(other.url, message, place.token())[0] == 403


def test_versions_of_clients(place):
    """A client of a version that the gateway was not told to support is not served in it."""
    with scripted_running({}) as (_, url):
        gateway = Gateway(place, LEGACY, ENDPOINT=url)
    assert gateway.ask("tools/list", True)[2]["error"]["code"] == -32022
    hello = {"capabilities": {}, "clientInfo": {"name": "a", "version": "1"}}
    assert gateway.result("initialize", protocolVersion="2025-06-18", **hello)["protocolVersion"] == "2025-11-25"


def test_what_is_no_request(place):
    with scripted_running({}) as (_, url):
        gateway = Gateway(place, LEGACY, ENDPOINT=url)
    bodies = {b"{": -32700, b"[]": -32600, b'{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": []}': None,
              b'{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": 3}': -32600}
    for body, code in bodies.items():
        assert post(gateway.url, body, place.token())[2].get("error", {}).get("code") == code
    assert gateway.ask("tools/list", cursor="a")[2]["error"]["code"] == -32602
    assert gateway.ask("nonsense")[2]["error"]["code"] == -32601


def test_one_change_at_a_time(place):
    """What is on its way is not changed, and what was deleted is to be seen for a while."""
    place.control("POST", "agentcore", {"settles_s": 60})
    where = {"gatewayIdentifier": place.agentcore.create_gateway(**request("gateway", place.values()))["gatewayId"]}
    with pytest.raises(ClientError, match="is CREATING"):
        place.agentcore.update_gateway(**where, **request("gateway", place.values()))
    place.control("POST", "agentcore", {"settles_s": 0})
    wait_for(lambda: place.agentcore.get_gateway(**where)["status"] == "READY", 20, "the gateway")
    assert place.agentcore.delete_gateway(**where)["status"] == "DELETING"
    place.control("POST", "agentcore", {"settles_s": 60})
    with pytest.raises(ClientError, match="is DELETING"):
        place.agentcore.delete_gateway(**where)
    place.control("POST", "agentcore", {"settles_s": 0})
    wait_for(lambda: place.agentcore.list_gateways()["items"] == [], 20, "its end")
    with pytest.raises(ClientError, match="not found"):
        place.agentcore.get_gateway(**where)


def test_what_holds_something_is_not_deleted(place):
    with scripted_running({}) as (_, url):
        gateway = Gateway(place, LEGACY, ENDPOINT=url)
    with pytest.raises(ClientError, match="has targets"):
        place.agentcore.delete_gateway(gatewayIdentifier=gateway.made["gatewayId"])
    with pytest.raises(ClientError, match="already exists"):
        place.agentcore.create_gateway(**request("gateway", place.values()))


def test_no_secret_is_in_the_journal(place):
    with scripted_running({}) as (_, url):
        Gateway(place, LEGACY, ENDPOINT=url)
    journal = json.dumps(place.control("GET", "journal"))
    assert "CreateOauth2CredentialProvider" in journal and place.values()["CLIENT_SECRET"] not in journal
