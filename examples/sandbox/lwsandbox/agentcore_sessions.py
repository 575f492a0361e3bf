"""Gateways with sessions: who the client is, one connection to each target, and the questions that targets ask meanwhile."""
import json
import secrets
import time
from dataclasses import dataclass, field
from itertools import count

from .agentcore_mcp import Connection, TargetError


class SessionError(Exception):
    """The client's session is missing (400) or has ended (404)."""

    def __init__(self, status, sentence):
        super().__init__(sentence)
        self.status = status


@dataclass
class Session:
    """Of one client of an older version. It ends at a time that was fixed when it began."""
    until: float
    capabilities: dict
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    connections: dict = field(default_factory=dict)  # target id -> Connection
    asked: dict = field(default_factory=dict)        # our id of a target's question -> (its connection, the target's own id)
    ids: object = field(default_factory=count)


def configured(gateway):
    return gateway.mcp.get("sessionConfiguration") is not None


def streams(gateway, headers):
    """Whether what a target sends before its answer reaches this client."""
    wanted = (gateway.mcp.get("streamingConfiguration") or {}).get("enableResponseStreaming", False)
    return wanted and "text/event-stream" in headers.get("accept", "")


def begin(gateway, params):
    """A session for a client that says `initialize`."""
    seconds = gateway.mcp["sessionConfiguration"].get("sessionTimeoutInSeconds", 3600)
    session = Session(time.time() + seconds, params.get("capabilities") or {})
    gateway.sessions[session.id] = session
    return session


def find(gateway, headers):
    """The session that a request names."""
    session_id = headers.get("mcp-session-id")
    if not session_id:
        raise SessionError(400, "Mcp-Session-Id is missing")
    session = gateway.sessions.get(session_id)
    if session is None or session.until < time.time():
        raise SessionError(404, "the session has ended")
    return session


def connect(world, gateway, session, target, timeout_s, extra):
    """The session's connection to a target, opened when it is first needed. A target is told of elicitation only where its question
    would reach the client."""
    kept = session.connections.get(target.id)
    if kept is None:
        told = {"elicitation": session.capabilities["elicitation"]} if "elicitation" in session.capabilities else {}
        kept = Connection(world.agentcore, target, timeout_s, extra)
        kept.declared = told if (gateway.mcp.get("streamingConfiguration") or {}).get("enableResponseStreaming") else {}
        kept.open([version for version in gateway.versions if version < "2026"])
        session.connections[target.id] = kept
    return kept


def again_if_lost(session, target, reconnect, ask):
    """Asks; where the target no longer knows its session it is opened anew, and the client does not notice."""
    connection = reconnect()
    try:
        return ask(connection)
    except TargetError as problem:
        if problem.status != 404:
            raise
        session.connections.pop(target.id, None)
        return ask(reconnect())


def deliver(session, message):
    """A client's answer to a question goes to the target that asked, under the id it asked with. -> whether there is one"""
    connection, own_id = session.asked.pop(message["id"], (None, None))
    if connection is None:
        return False
    connection.send({**message, "id": own_id})
    return True


def relay(session, connection, messages, call_id, finish):
    """The events of a target as those of the gateway: questions get ids of our own, the answer that of the client's call."""
    for message in messages:
        if "method" in message and "id" in message:
            our_id = f"gateway-{next(session.ids)}"
            session.asked[our_id] = connection, message["id"]
            message = {**message, "id": our_id}
        elif "method" not in message:
            message = finish({**message, "id": call_id})
        yield f"event: message\ndata: {json.dumps(message)}\n\n".encode()
