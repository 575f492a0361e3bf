"""lakewarden as a target of a gateway: synchronisation, names, and a call of every tool, in both eras."""
import json
import subprocess

import pytest
from calls import calls_of
from gateway import Gateway, versions
from place import ROLES, Place, lakewarden_running

ERAS = {"modern": True, "legacy": False}
WRITING = ("retry_airflow_dag", "retry_athena_query", "retry_emr", "retry_glue_job", "retry_kafka", "update_servicenow_ticket")


@pytest.fixture
def documents(lakewarden):
    """The tools as the program prints them, by name."""
    printed = subprocess.run([lakewarden, "tools", "--json"], capture_output=True, text=True, check=True).stdout
    return {tool["name"]: tool for tool in json.loads(printed)["tools"]}


def gateway_of(clean, era):
    """Of 2026-07-28 alone, or of what came before."""
    return Gateway(clean, versions("2026-07-28") if era == "modern" else versions("2025-11-25", "2025-06-18"))


@pytest.mark.parametrize("era", ERAS)
def test_it_synchronises(clean, documents, era):
    """Everything that lakewarden advertises is listed, and the gateway shows its tools as it describes them."""
    gateway = gateway_of(clean, era)
    assert gateway.target["status"] == "READY" and "statusReasons" not in gateway.target, gateway.target
    shown = gateway.result("tools/list", ERAS[era])["tools"]
    assert [tool["name"] for tool in shown] == [f"lakewarden___{name}" for name in documents]
    assert all(len(tool["name"]) <= 64 for tool in shown)  # more is too long for some clients of gateways
    assert all({**documents[tool["name"].partition("___")[2]], "name": tool["name"]} == tool for tool in shown)


def writes_first(name):
    """A ticket's note may be written at any time; what looks at a job after its retry finds a run under way."""
    return name in WRITING, name


@pytest.mark.parametrize("era", ERAS)
def test_every_tool_answers(clean, era):
    """Those that look first; then those that change something, which do."""
    gateway, calls = gateway_of(clean, era), calls_of(clean.facts)
    for name in sorted(calls, key=writes_first):
        arguments, word = calls[name]
        result = gateway.call(name, ERAS[era], **arguments)
        text = result["content"][0]["text"]
        assert not result["isError"] and word in text, (name, text)
        assert name not in WRITING or result["structuredContent"]["effect"] == "created", (name, text)
    assert sorted(calls) == [tool["name"].partition("___")[2] for tool in gateway.result("tools/list", ERAS[era])["tools"]]


@pytest.mark.parametrize("era", ERAS)
def test_prompts_and_resources_pass(clean, era):
    """Each that lakewarden has can be had through the gateway: prompts by the target's name, resources by their own."""
    gateway, modern = gateway_of(clean, era), ERAS[era]
    hello = {} if modern else {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "a", "version": "1"}}
    capabilities = gateway.result("server/discover" if modern else "initialize", modern, **hello)["capabilities"]
    assert {"tools", "prompts", "resources"} <= set(capabilities)
    prompts, resources = gateway.result("prompts/list", modern)["prompts"], gateway.result("resources/list", modern)["resources"]
    assert len(prompts) >= 5 and len(resources) >= 5
    for prompt in prompts:
        assert prompt["name"].startswith("lakewarden___")
        given = {one["name"]: "a" for one in prompt.get("arguments", []) if one.get("required")}
        assert gateway.result("prompts/get", modern, name=prompt["name"], arguments=given)["messages"]
    for resource in resources:
        assert gateway.result("resources/read", modern, uri=resource["uri"])["contents"][0]["uri"] == resource["uri"]
    assert isinstance(gateway.result("resources/templates/list", modern)["resourceTemplates"], list)


def test_a_bad_argument_is_a_tool_error(clean):
    """Said in the text: all that is sure to reach a client through a gateway."""
    result = gateway_of(clean, "legacy").call("get_glue_logs", job_name=3)
    assert result["isError"] and "/job_name" in result["content"][0]["text"]


def test_two_gateways_may_differ_in_scope(clean):
    """A gateway whose tokens may only read finds the tools that read."""
    gateway = Gateway(clean, SCOPE=["lakewarden/read"])
    names = [tool["name"].partition("___")[2] for tool in gateway.result("tools/list")["tools"] if "___" in tool["name"]]
    assert names and not set(names) & set(WRITING)
    status, _, message = gateway.ask("tools/call", name="lakewarden___retry_glue_job", arguments={"job_name": "a"})
    assert status == 200 and message["error"]["code"] == -32602


def test_search_finds_by_description(clean):
    """The tool is the gateway's own, and an argument of it, not a header, is the query."""
    gateway = Gateway(clean)
    tools = gateway.result("tools/list")["tools"]
    assert tools[0]["name"] == "x_amz_bedrock_agentcore_search"
    found = gateway.result("tools/call", name=tools[0]["name"], arguments={"query": "why did my Glue job fail"})
    assert found["structuredContent"]["tools"][0]["name"] == "lakewarden___get_glue_logs"


def test_lists_are_read_again_when_told(clean):
    """SynchronizeGatewayTargets, after an upgrade."""
    gateway = Gateway(clean)
    answer = clean.agentcore.synchronize_gateway_targets(gatewayIdentifier=gateway.made["gatewayId"], targetIdList=[gateway.target_id])
    assert answer["targets"][0]["status"] == "SYNCHRONIZING"
    after = gateway.settled()
    assert after["status"] == "READY" and after["lastSynchronizedAt"] > gateway.target["lastSynchronizedAt"]


def test_a_person_confirms_through_the_gateway(lakewarden, facts, tmp_path):
    """In 2026-07-28 a question is a result, and its answer a second call: nothing has to be kept in between. A client of the
    gateway that cannot be asked, as none can without the gateway's sessions, is told that nothing was changed."""
    with lakewarden_running(lakewarden, facts, tmp_path / "log", ["--writes", "confirm", *ROLES]) as (_, address):
        place = Place(facts, address)
        place.control("POST", "reset")
        gateway = Gateway(place)
        asks = {"io.modelcontextprotocol/clientCapabilities": {"elicitation": {"form": {}}}}
        call = {"name": "lakewarden___retry_glue_job", "arguments": {"job_name": facts["job_name"]}}
        refused = gateway.result("tools/call", **call)
        question = gateway.result("tools/call", True, **call, _meta=asks)
        key, asked = next(iter(question["inputRequests"].items()))
        assert question["resultType"] == "input_required" and asked["method"] == "elicitation/create"
        answer = {key: {"action": "accept", "content": {"confirm": True}}}
        done = gateway.result("tools/call", True, **call, _meta=asks, inputResponses=answer, requestState=question["requestState"])
        assert done["structuredContent"]["effect"] == "created", done
        assert refused["structuredContent"]["effect"] == "refused" and "Nothing started" in refused["content"][0]["text"]
