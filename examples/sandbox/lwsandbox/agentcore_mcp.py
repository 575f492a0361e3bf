"""What a gateway says to an MCP server: a token first, `server/discover` or `initialize`, lists to their last page, calls."""
import base64
import http.client
import json
import time
import urllib.parse
from dataclasses import dataclass, field
from itertools import count

MODERN = "2026-07-28"
META = "io.modelcontextprotocol/"
CLIENT = {"name": "bedrock-agentcore-gateway", "version": "1"}
LEGACY = ("2025-11-25", "2025-06-18", "2025-03-26")
REFUSED_KEYWORDS = {"$ref", "$defs", "$anchor", "$dynamicRef", "$dynamicAnchor"}
TOOLS_MAX, NAME_MAX, PAGES_MAX, LIST_S = 1000, 256, 100, 30
LISTS = {"tools": [("tools/list", "tools")], "prompts": [("prompts/list", "prompts")],
         "resources": [("resources/list", "resources"), ("resources/templates/list", "resourceTemplates")]}


class TargetError(Exception):
    """The target did not do what a gateway needs; the sentence says what. `error` is the JSON-RPC error it answered with, if any."""

    def __init__(self, sentence, error=None):
        super().__init__(sentence)
        self.error = error


@dataclass
class Found:
    """What a synchronisation brought."""
    version: str
    lists: dict = field(default_factory=dict)  # "tools", "prompts", "resources", "resourceTemplates" -> entries


class Tokens:
    """Client-credentials tokens by provider and scopes, kept until a minute before they end."""

    def __init__(self):
        self._kept = {}

    def get(self, providers, oauth):
        name = oauth["providerArn"].rpartition("/")[2]
        scopes = " ".join(oauth["scopes"])
        token, until = self._kept.get((name, scopes), (None, 0))
        if until - 60 < time.time():
            token, lasts = fetch_token(providers[name]["oauth2ProviderConfigInput"], scopes)
            self._kept[name, scopes] = token, time.time() + lasts
        return token

    def forget(self):
        self._kept.clear()


def ask(url, method, body, headers, timeout_s):
    """-> (status, headers, bytes). One connection for one request."""
    at = urllib.parse.urlsplit(url)
    kind = http.client.HTTPSConnection if at.scheme == "https" else http.client.HTTPConnection
    connection = kind(at.hostname, at.port, timeout=timeout_s)
    try:
        connection.request(method, at.path + (f"?{at.query}" if at.query else ""), body, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    except TimeoutError:
        raise TargetError("the target did not answer in time") from None
    except OSError as problem:
        raise TargetError(f"the target could not be reached: {problem}") from None
    finally:
        connection.close()


def fetch_token(config, scopes):
    """-> (token, seconds). By discovery, or from the endpoint that the provider names."""
    kind, one = next(iter(config.items()))
    if kind == "customOauth2ProviderConfig":
        discovery = one["oauthDiscovery"]
        metadata = discovery.get("authorizationServerMetadata") or {}
        endpoint = metadata.get("tokenEndpoint")
        if not endpoint:
            status, _, body = ask(discovery["discoveryUrl"], "GET", None, {}, LIST_S)
            if status != 200:
                raise TargetError(f"discovery at {discovery['discoveryUrl']} answered HTTP {status}")
            endpoint = json.loads(body)["token_endpoint"]
    else:
        endpoint = one["tokenEndpoint"]
    form = {"grant_type": "client_credentials", "scope": scopes}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if one.get("clientAuthenticationMethod") == "CLIENT_SECRET_POST":
        form.update(client_id=one["clientId"], client_secret=one["clientSecret"])
    else:
        pair = f"{one['clientId']}:{one['clientSecret']}".encode()
        headers["Authorization"] = "Basic " + base64.b64encode(pair).decode()
    status, _, body = ask(endpoint, "POST", urllib.parse.urlencode(form), headers, LIST_S)
    if status != 200:
        raise TargetError(f"no access token: HTTP {status} {body[:200].decode('utf-8', 'replace')}")
    answer = json.loads(body)
    return answer["access_token"], answer["expires_in"]


class Connection:
    """One target for as long as one synchronisation or one call takes. `extra` are headers passed on from the gateway's client;
    `meta` is what that client said of itself in 2026-07-28."""

    def __init__(self, agentcore, target, timeout_s=LIST_S, extra=None, meta=None):
        server = target.settings["targetConfiguration"]["mcp"]["mcpServer"]
        oauth = target.settings["credentialProviderConfigurations"][0]["credentialProvider"]["oauthCredentialProvider"]
        self.url, self.timeout_s, self.extra, self.meta = server["endpoint"], timeout_s, extra or {}, meta or {}
        self.token = agentcore.tokens.get(agentcore.providers, oauth)
        self.version, self.session, self.capabilities = None, None, {}
        self.answer_headers, self._ids = {}, count(1)

    def open(self, versions):
        """2026-07-28 where both sides have it, else the handshake of the newest version that the gateway has."""
        if MODERN in versions and self._discovers():
            return
        legacy = [version for version in LEGACY if version in versions]
        if not legacy:
            raise TargetError(f"the target does not speak {MODERN}, and the gateway nothing else")
        result = self.request("initialize", {"protocolVersion": legacy[0], "capabilities": {}, "clientInfo": CLIENT})
        self.version, self.capabilities = result["protocolVersion"], result["capabilities"]
        if self.version not in versions:
            raise TargetError(f"the target answered with version {self.version}, which the gateway does not support")
        self.session = self.answer_headers.get("Mcp-Session-Id")
        status, _, _ = self._post({"jsonrpc": "2.0", "method": "notifications/initialized"})
        if status != 202:
            raise TargetError(f"notifications/initialized was answered with HTTP {status}")

    def _discovers(self):
        self.version = MODERN
        try:
            result = self.request("server/discover", {})
        except TargetError:
            self.version = None
            return False
        self.capabilities = result["capabilities"]
        return MODERN in result["supportedVersions"]

    def request(self, method, params):
        """The result of one request."""
        message = {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": params}
        if self.version == MODERN:
            own = {META + "protocolVersion": MODERN, META + "clientInfo": CLIENT, META + "clientCapabilities": {}}
            message["params"] = {**params, "_meta": {**own, **self.meta}}
        status, headers, body = self._post(message)
        answer = answer_in(headers, body, message["id"])
        if answer is None:
            raise TargetError(f"{method}: HTTP {status} {body[:200].decode('utf-8', 'replace')}")
        if "error" in answer:
            raise TargetError(f"{method}: {answer['error'].get('message')} ({answer['error'].get('code')})", answer["error"])
        self.answer_headers = headers
        return answer["result"]

    def _post(self, message):
        headers = {**self.extra, "Authorization": f"Bearer {self.token}", "Content-Type": "application/json",
                   "Accept": "application/json, text/event-stream"}
        if self.version:
            headers["MCP-Protocol-Version"] = self.version
        if self.session:
            headers["Mcp-Session-Id"] = self.session
        if self.version == MODERN:
            headers["Mcp-Method"] = message["method"]
            name = message["params"].get("name") or message["params"].get("uri")
            headers |= {"Mcp-Name": name} if name and message["method"] in ("tools/call", "prompts/get", "resources/read") else {}
        return ask(self.url, "POST", json.dumps(message), headers, self.timeout_s)


def answer_in(headers, body, wanted):
    """The answer to that id, as JSON or as an event of a stream; None where there is none."""
    if headers.get_content_type() == "text/event-stream":
        texts = ["\n".join(line[5:].lstrip(" ") for line in event.split("\n") if line.startswith("data:"))
                 for event in body.decode().replace("\r\n", "\n").split("\n\n")]
    else:
        texts = [body.decode("utf-8", "replace")]
    for text in texts:
        try:
            message = json.loads(text)
        except ValueError:
            continue
        if isinstance(message, dict) and message.get("id") == wanted and ("result" in message or "error" in message):
            return message
    return None


def list_all(connection, method, key):
    """Every page of a list."""
    entries, params, seen = [], {}, set()
    for _ in range(PAGES_MAX):
        try:
            result = connection.request(method, params)
        except TargetError as problem:
            raise TargetError(f"Failed to list {method.removesuffix('/list')}: {problem}") from None
        if not isinstance(result.get(key), list):
            raise TargetError(f"{method}: the result has no {key}")
        entries += result[key]
        if "nextCursor" not in result:
            return entries
        if not isinstance(result["nextCursor"], str) or result["nextCursor"] in seen:
            raise TargetError(f"{method}: nextCursor {result['nextCursor']!r} leads nowhere")
        seen.add(result["nextCursor"])
        params = {"cursor": result["nextCursor"]}
    raise TargetError(f"{method}: more than {PAGES_MAX} pages")


def refused_keyword(schema):
    """The first keyword in a schema, at any depth, that a gateway does not take."""
    if isinstance(schema, list):
        return next((word for one in schema if (word := refused_keyword(one))), None)
    if not isinstance(schema, dict):
        return None
    own = next((word for word in schema if word in REFUSED_KEYWORDS), None)
    return own or next((word for one in schema.values() if (word := refused_keyword(one))), None)


def check_tools(name, tools):
    """What makes a synchronisation fail although the lists came."""
    if len(tools) > TOOLS_MAX:
        raise TargetError(f"{len(tools)} tools, and a target may have {TOOLS_MAX}")
    for tool in tools:
        if len(f"{name}___{tool['name']}") > NAME_MAX:
            raise TargetError(f"the name of tool {tool['name']} is too long")
        if (tool.get("inputSchema") or {}).get("type") != "object":
            raise TargetError(f"the inputSchema of tool {tool['name']} is no object")
        word = refused_keyword(tool.get("inputSchema")) or refused_keyword(tool.get("outputSchema"))
        if word:
            raise TargetError(f"the schema of tool {tool['name']} uses {word}, which is not supported")


def find_all(agentcore, gateway, target):
    """Synchronisation: everything that the target advertises must be listed."""
    connection = Connection(agentcore, target)
    connection.open(gateway.versions)
    if "tools" not in connection.capabilities:
        raise TargetError("the target does not have the capability tools")
    found = Found(connection.version)
    for capability, lists in LISTS.items():
        for method, key in lists if capability in connection.capabilities else ():
            found.lists[key] = list_all(connection, method, key)
    check_tools(target.settings["name"], found.lists["tools"])
    return found
