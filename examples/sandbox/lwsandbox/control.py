"""The control calls below /_sandbox: faults, journal, keys, app clients, patches, pace, rotation, reset. Unsigned, loopback only."""
import json

from . import msk, mwaa, servicenow
from .agentcore import AgentCoreStore
from .clock import CLOCK
from .reply import json_reply

PREFIX = "/_sandbox"


def answer(world, method, target, body):
    """Unknown calls get 404, ones that make no sense 400 with a sentence."""
    name = target.partition("?")[0][len(PREFIX):].strip("/")
    call = CALLS.get((method, name))
    if call is None:
        known = ", ".join(sorted(f"{m} {n}" for m, n in CALLS))
        return json_reply(404, {"error": f"no control call {method} {name}; there are: {known}"})
    try:
        document = json.loads(body) if body.strip() else {}
        with world.lock:
            return json_reply(200, call(world, document))
    except (ValueError, KeyError, TypeError) as problem:
        return json_reply(400, {"error": f"{type(problem).__name__}: {problem}"})


def _clear_faults(world, _document):
    world.faults.clear()
    return []


def _clear_journal(world, _document):
    world.journal.clear()
    return []


def _change_key(world, document):
    """{akid, expires_in_s?, may?: read|write|nothing}"""
    if not set(document) <= {"akid", "expires_in_s", "may"} or document.get("may", "read") not in (
            "read", "write", "nothing"):
        raise ValueError("a key has akid, expires_in_s, and may: read, write or nothing")
    world.keys.change(**document)
    return {"akid": document["akid"]}


def _rotate(world, document):
    """{keep: bool}: whether tokens signed before stay good. Default true."""
    world.cognito.rotate(bool(document.get("keep", True)))
    return json.loads(world.cognito.jwks().body)


def _add_client(world, document):
    """{scopes, lifetime_s?, told_s?, callbacks?, public?}: one more app client; how long its tokens last and are said to, and where it
    has people sent back to."""
    client = world.cognito.add_client(**document)
    return {"id": client.id, "secret": client.secret}


def _patch(world, document):
    world.patches.add(document)
    return {"patched": len(document) if isinstance(document, list) else 1}


def _pace(world, document):
    """{starting_s?, running_s?, outcome?}: how runs started from now on go."""
    if not set(document) <= set(world.pace):
        raise ValueError(f"pace has {', '.join(world.pace)}")
    if document.get("outcome", "FAILED") not in ("SUCCEEDED", "FAILED", "TIMEOUT", "ERROR", "STOPPED"):
        raise ValueError("outcome must be SUCCEEDED, FAILED, TIMEOUT, ERROR or STOPPED")
    world.pace.update({k: v if k == "outcome" else float(v) for k, v in document.items()})
    return world.pace


def _clock(_world, document):
    """{stands?, pass_s?}: whether the clock of runs, queries and mappings stands still; how far it is put forward."""
    if not set(document) <= {"stands", "pass_s"}:
        raise ValueError("the clock has stands and pass_s")
    CLOCK.set(**document)
    return {"now": CLOCK.now().isoformat()}


def _agentcore(world, document):
    """{invocation_s?, payload_bytes?, settles_s?}: the limits of every gateway."""
    if not set(document) <= set(world.agentcore.limits):
        raise ValueError(f"the limits are {', '.join(world.agentcore.limits)}")
    world.agentcore.limits.update({key: float(value) for key, value in document.items()})
    return world.agentcore.limits


def _forget_agentcore(world, _document):
    world.agentcore = AgentCoreStore()
    return world.agentcore.limits


def _reset(world, _document):
    world.reset()
    return world.facts


CALLS = {
    ("GET", "faults"): lambda world, _: world.faults.left(),
    ("POST", "faults"): lambda world, document: world.faults.add(document),
    ("DELETE", "faults"): _clear_faults,
    ("GET", "journal"): lambda world, _: world.journal.list(),
    ("DELETE", "journal"): _clear_journal,
    ("POST", "keys"): _change_key,
    ("POST", "rotate"): _rotate,
    ("POST", "clients"): _add_client,
    ("POST", "patch"): _patch,
    ("POST", "pace"): _pace,
    ("POST", "clock"): _clock,
    ("POST", "agentcore"): _agentcore,
    ("DELETE", "agentcore"): _forget_agentcore,
    ("POST", "reset"): _reset,
    ("POST", "msk"): msk.configure,
    ("POST", "mwaa"): mwaa.configure,
    ("POST", "servicenow"): servicenow.configure,
    ("GET", "night"): lambda world, _: world.facts,
}
