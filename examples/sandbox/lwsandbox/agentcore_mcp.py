"""How a gateway speaks to an MCP server: a token first, `server/discover` or `initialize`, then requests."""
import base64
import http.client
import json
import time
import urllib.parse
from itertools import count

MODERN = "2026-07-28"
META = "io.modelcontextprotocol/"
CLIENT = {"name": "bedrock-agentcore-gateway", "version": "1"}
LEGACY = ("2025-11-25", "2025-06-18", "2025-03-26")
LIST_S = 30  # for a list, and for a token


class TargetError(Exception):
    """The target did not do what a gateway needs; the sentence says what. `error` is the JSON-RPC error it answered with, if any,
    and `status` that of HTTP."""

    def __init__(self, sentence, error=None, status=None):
        super().__init__(sentence)
        self.error, self.status = error, status


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
        self.version, self.session, self.capabilities, self.declared = None, None, {}, {}
        self.answer_headers, self._ids = {}, count(1)

    def open(self, versions):
        """2026-07-28 where both sides have it, else the handshake of the newest version that the gateway has."""
        if MODERN in versions and self._discovers():
            return
        legacy = [version for version in LEGACY if version in versions]
        if not legacy:
            raise TargetError(f"the target does not speak {MODERN}, and the gateway nothing else")
        result = self.request("initialize", {"protocolVersion": legacy[0], "capabilities": self.declared, "clientInfo": CLIENT})
        self.version, self.capabilities = result["protocolVersion"], result["capabilities"]
        if self.version not in versions:
            raise TargetError(f"the target answered with version {self.version}, which the gateway does not support")
        self.session = self.answer_headers.get("Mcp-Session-Id")
        status = self.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
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

    def _message(self, method, params):
        message = {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": params}
        if self.version == MODERN:
            own = {META + "protocolVersion": MODERN, META + "clientInfo": CLIENT, META + "clientCapabilities": {}}
            message["params"] = {**params, "_meta": {**own, **self.meta}}
        return message

    def send(self, message):
        """What is no request: a notification, or the client's answer to a question."""
        return self._post(message)[0]

    def events(self, method, params):
        """Yields every message that the target sends for a request, as it comes; the answer is the last."""
        message = self._message(method, params)
        at = urllib.parse.urlsplit(self.url)
        kind = http.client.HTTPSConnection if at.scheme == "https" else http.client.HTTPConnection
        connection = kind(at.hostname, at.port, timeout=self.timeout_s)
        try:
            connection.request("POST", at.path, json.dumps(message), self._headers(message))
            answer = connection.getresponse()
            if answer.headers.get_content_type() == "text/event-stream":
                yield from (json.loads(data) for data in data_of(answer))
            else:
                body = answer.read()
                whole = answer_in(answer.headers, body, message["id"])
                if whole is None:
                    raise TargetError(f"{method}: HTTP {answer.status} {body[:200].decode('utf-8', 'replace')}")
                yield whole
        except OSError as problem:
            raise TargetError(f"the target could not be reached, or not in time: {problem}") from None
        finally:
            connection.close()

    def request(self, method, params):
        """The result of one request."""
        message = self._message(method, params)
        status, headers, body = self._post(message)
        answer = answer_in(headers, body, message["id"])
        if answer is None:
            raise TargetError(f"{method}: HTTP {status} {body[:200].decode('utf-8', 'replace')}", None, status)
        if "error" in answer:
            raise TargetError(f"{method}: {answer['error'].get('message')} ({answer['error'].get('code')})", answer["error"], status)
        self.answer_headers = headers
        return answer["result"]

    def _post(self, message):
        return ask(self.url, "POST", json.dumps(message), self._headers(message), self.timeout_s)

    def _headers(self, message):
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
        return headers


def data_of(lines):
    """The data of each event of a stream, as soon as it is whole."""
    data = []
    for line in lines:
        text = line.decode().rstrip("\r\n")
        if text.startswith("data:"):
            data.append(text[5:].lstrip(" "))
        elif not text and data:
            yield "\n".join(data)
            data = []


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
