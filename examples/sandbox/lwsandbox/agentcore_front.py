"""A gateway as its clients see it: one MCP server that has the tools of all its targets."""
import json
import re
import secrets
import time

from . import agentcore_search, agentcore_sessions
from .agentcore_mcp import LEGACY, META, MODERN, Connection, TargetError
from .reply import Reply, json_reply

PATH = re.compile(r"/agentcore/([0-9a-z-]+)(/mcp|/\.well-known/oauth-protected-resource)")
PAGE = 100
INFO = {"name": "lwsandbox-gateway", "version": "1.0.0"}
GENERIC = "An internal error occurred. Please retry later."


class Refusal(Exception):
    """A JSON-RPC error, with the HTTP status it travels with."""

    def __init__(self, code, message, status=200, data=None):
        super().__init__(message)
        self.error = {"code": code, "message": message, **({"data": data} if data else {})}
        self.status = status


def is_path(target):
    return target.startswith("/agentcore/")


def answer(world, method, target, headers, body):
    """One HTTP request to a gateway. Nothing is locked here: a target may well be asking the sandbox meanwhile."""
    match = PATH.fullmatch(target.partition("?")[0])
    gateway = world.agentcore.gateways.get(match.group(1)) if match else None
    if gateway is None:
        return json_reply(404, {"message": "no such gateway"})
    if match.group(2) != "/mcp":
        return json_reply(200, _resource(world, gateway))
    if method != "POST":
        return json_reply(405, {"message": "POST only"}, Allow="POST")
    refused = _authorize(world, gateway, headers)
    if refused:
        return refused
    if len(body) > world.agentcore.limits["payload_bytes"]:
        return json_reply(413, {"message": "the payload is larger than a gateway takes"})
    try:
        message = json.loads(body)
    except ValueError:
        return _error(None, Refusal(-32700, "Parse error", 400))
    if not isinstance(message, dict) or not isinstance(message.get("params") or {}, dict):
        return _error(None, Refusal(-32600, "Invalid Request", 400))
    return _message(world, gateway, headers, message)


def _resource(world, gateway):
    jwt = (gateway.settings.get("authorizerConfiguration") or {}).get("customJWTAuthorizer", {})
    issuer = jwt.get("discoveryUrl", "").removesuffix("/.well-known/openid-configuration")
    return {"resource": f"{world.base}/agentcore/{gateway.id}/mcp", "authorization_servers": [issuer] if issuer else [],
            "bearer_methods_supported": ["header"]}


def _authorize(world, gateway, headers):
    """CUSTOM_JWT: a token of the pool, for one of the clients, audiences and scopes that were named. None where it passes."""
    if gateway.settings["authorizerType"] == "NONE":
        return None
    wanted = gateway.settings["authorizerConfiguration"]["customJWTAuthorizer"]
    kind, _, token = headers.get("authorization", "").partition(" ")
    claims = world.cognito.claims(token) if kind.lower() == "bearer" else None
    where = f'Bearer resource_metadata="{world.base}/agentcore/{gateway.id}/.well-known/oauth-protected-resource"'
    if claims is None or wanted["discoveryUrl"] != f"{claims['iss']}/.well-known/openid-configuration":
        return json_reply(401, {"message": "Missing or invalid bearer token"}, **{"WWW-Authenticate": where})
    holds = {"allowedClients": claims.get("client_id") in wanted.get("allowedClients", ()),
             "allowedAudience": claims.get("aud") in wanted.get("allowedAudience", ()),
             "allowedScopes": bool(set(claims.get("scope", "").split()) & set(wanted.get("allowedScopes", ())))}
    failed = [name for name, good in holds.items() if wanted.get(name) and not good]
    if failed:
        return json_reply(403, {"message": f"the token does not have {', '.join(failed)}"})
    return None


def _message(world, gateway, headers, message):
    call_id, method, params = message.get("id"), message.get("method"), message.get("params") or {}
    modern = META + "protocolVersion" in (params.get("_meta") or {})
    try:
        session = _session(gateway, headers, method, modern)
        if method is None:
            return Reply(202 if session and agentcore_sessions.deliver(session, message) else 400, {}, b"")
        if call_id is None:
            return Reply(202, {}, b"")
        if modern and MODERN not in gateway.versions:
            raise Refusal(-32022, "Unsupported protocol version", 400, {"supported": gateway.versions, "requested": MODERN})
        handler = METHODS.get(method)
        if handler is None or (modern and method in ("initialize", "ping")) or (not modern and method == "server/discover"):
            raise Refusal(-32601, f"Method not found: {method}", 404 if modern else 200)
        if method in FORWARDED and agentcore_sessions.streams(gateway, headers) and params.get("name") != agentcore_search.NAME:
            return _stream(world, gateway, session, headers, message, modern)
        result, passed = handler(world, gateway, headers, params, modern)
    except agentcore_sessions.SessionError as problem:
        return json_reply(problem.status, {"message": str(problem)})
    except Refusal as refusal:
        return _error(call_id, refusal)
    except TargetError as problem:
        return _error(call_id, _failure(gateway, problem))
    return json_reply(200, {"jsonrpc": "2.0", "id": call_id, "result": _completed(result, modern)}, **passed)


def _completed(result, modern):
    return {"resultType": "complete", **result, "_meta": {**result.get("_meta", {}), META + "serverInfo": INFO}} if modern else result


def _session(gateway, headers, method, modern):
    """That of a client of an older version, where the gateway has sessions."""
    if modern or method in ("initialize", "ping") or not agentcore_sessions.configured(gateway):
        return None
    return agentcore_sessions.find(gateway, headers)


def _error(call_id, refusal):
    return json_reply(refusal.status, {"jsonrpc": "2.0", "id": call_id, "error": refusal.error})


def _failure(gateway, problem):
    """Without exceptionLevel DEBUG the client learns that it failed, and no more."""
    if gateway.settings.get("exceptionLevel") == "DEBUG":
        return Refusal((problem.error or {}).get("code", -32603), str(problem))
    return Refusal(-32603, GENERIC)


# Methods: (world, gateway, headers, params, modern) -> (result, headers for the answer)

def _initialize(_world, gateway, _headers, params, _modern):
    legacy = [version for version in LEGACY if version in gateway.versions]
    if not legacy:
        raise Refusal(-32602, f"the gateway supports {', '.join(gateway.versions)}")
    asked = params.get("protocolVersion")
    version = asked if asked in legacy else legacy[0]
    told = {"Mcp-Session-Id": agentcore_sessions.begin(gateway, params).id} if agentcore_sessions.configured(gateway) else {}
    return {"protocolVersion": version, "capabilities": _capabilities(gateway), "serverInfo": INFO, **_instructions(gateway)}, told


def _discover(_world, gateway, _headers, _params, _modern):
    return {"supportedVersions": gateway.versions, "capabilities": _capabilities(gateway), **_instructions(gateway)}, {}


def _ping(_world, _gateway, _headers, _params, _modern):
    return {}, {}


def _instructions(gateway):
    return {"instructions": gateway.mcp["instructions"]} if gateway.mcp.get("instructions") else {}


def _capabilities(gateway):
    """Those of the targets that were synchronised."""
    held = {key for target in _ready(gateway) for key in target.found.lists}
    return {"tools": {}, **({"prompts": {}} if "prompts" in held else {}), **({"resources": {}} if "resources" in held else {})}


def _ready(gateway):
    return [target for target in gateway.targets.values() if target.found]


def _list(key):
    """A list from what synchronisation brought. Tools and prompts bear the name of their target, resources do not."""
    def handler(_world, gateway, _headers, params, _modern):
        entries = [{**entry, "name": f"{target.settings['name']}___{entry['name']}"} if key in ("tools", "prompts") else entry
                   for target in _ready(gateway) for entry in target.found.lists.get(key, [])]
        if key == "tools" and gateway.mcp.get("searchType") == "SEMANTIC":
            entries.insert(0, agentcore_search.TOOL)
        start = params.get("cursor", "0")
        if not isinstance(start, str) or not start.isdecimal():
            raise Refusal(-32602, "Invalid cursor")
        start = int(start)
        more = {"nextCursor": str(start + PAGE)} if len(entries) > start + PAGE else {}
        return {key: entries[start:start + PAGE], **more}, {}
    return handler


def _forward(method):
    """tools/call and prompts/get go to the target in the name; resources/read to whoever has the URI."""
    def handler(world, gateway, headers, params, modern):
        if method == "tools/call" and params.get("name") == agentcore_search.NAME and gateway.mcp.get("searchType") == "SEMANTIC":
            tools = _list("tools")(world, gateway, headers, {}, modern)[0]["tools"][1:]
            return agentcore_search.result(tools, params.get("arguments") or {}), {}
        target, sent = _addressed(gateway, method, params)
        return _call(world, gateway, target, headers, method, sent, modern)
    return handler


def _addressed(gateway, method, params):
    """-> (target, the params as the target knows them)"""
    if method == "resources/read":
        for target in _ready(gateway):
            if "resources" in target.found.lists:
                return target, params
        raise Refusal(-32002, "Resource not found")
    prefix, _, name = str(params.get("name", "")).partition("___")
    key = "tools" if method == "tools/call" else "prompts"
    for target in _ready(gateway):
        if target.settings["name"] == prefix and any(entry["name"] == name for entry in target.found.lists.get(key, [])):
            return target, {**params, "name": name}
    raise Refusal(-32602, f"Unknown {key[:-1]}: {params.get('name')}")


def _connection(world, gateway, session, target, headers, params, modern):
    """The session's, or a fresh one for each call, as a gateway without sessions has it. 2026-07-28 needs no handshake."""
    metadata, seconds = target.settings.get("metadataConfiguration") or {}, world.agentcore.limits["invocation_s"]
    extra = {name: headers[name.lower()] for name in metadata.get("allowedRequestHeaders", []) if name.lower() in headers}
    if session and target.found.version != MODERN:
        return agentcore_sessions.connect(world, gateway, session, target, seconds, extra)
    connection = Connection(world.agentcore, target, seconds, extra, (params.pop("_meta", None) or {}) if modern else {})
    began = time.monotonic()
    if target.found.version == MODERN:
        connection.version = MODERN
    else:
        connection.open([version for version in gateway.versions if version != MODERN])
    connection.timeout_s = max(0.001, seconds - (time.monotonic() - began))
    return connection


def _call(world, gateway, target, headers, method, params, modern):
    """One call, answered as a whole."""
    session = _session(gateway, headers, method, modern)

    def reconnect():
        return _connection(world, gateway, session, target, headers, params, modern)

    def ask(connection):
        return connection.request(method, params), connection.answer_headers

    result, said = agentcore_sessions.again_if_lost(session, target, reconnect, ask) if session else ask(reconnect())
    if len(json.dumps(result)) > world.agentcore.limits["payload_bytes"]:
        raise TargetError("the result is larger than a gateway takes")
    allowed = (target.settings.get("metadataConfiguration") or {}).get("allowedResponseHeaders", [])
    return result, {**{name: said[name] for name in allowed if said[name]}, "x-amzn-RequestId": secrets.token_hex(16)}


def _stream(world, gateway, session, headers, message, modern):
    """One call, whose events reach the client as they come. The status is 200 from the first of them on."""
    target, sent = _addressed(gateway, message["method"], dict(message["params"]))
    connection = _connection(world, gateway, session, target, headers, sent, modern)

    def finish(answer):
        return {**answer, "result": _completed(answer["result"], modern)} if "result" in answer else answer

    def events():
        try:
            yield from agentcore_sessions.relay(session, connection, connection.events(message["method"], sent), message["id"], finish)
        except TargetError as problem:
            error = {"jsonrpc": "2.0", "id": message["id"], "error": _failure(gateway, problem).error}
            yield f"event: message\ndata: {json.dumps(error)}\n\n".encode()
    return Reply(200, {"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}, events())


FORWARDED = ("tools/call", "prompts/get", "resources/read")
METHODS = {"initialize": _initialize, "server/discover": _discover, "ping": _ping, "tools/list": _list("tools"),
           "prompts/list": _list("prompts"), "resources/list": _list("resources"),
           "resources/templates/list": _list("resourceTemplates"), "tools/call": _forward("tools/call"),
           "prompts/get": _forward("prompts/get"), "resources/read": _forward("resources/read")}
