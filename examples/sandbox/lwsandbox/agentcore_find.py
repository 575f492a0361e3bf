"""Synchronisation: what a gateway reads of a target, and what it does not take."""
from dataclasses import dataclass, field

from .agentcore_mcp import Connection, TargetError

REFUSED_KEYWORDS = {"$ref", "$defs", "$anchor", "$dynamicRef", "$dynamicAnchor"}
TOOLS_MAX, NAME_MAX, PAGES_MAX = 1000, 256, 100
LISTS = {"tools": [("tools/list", "tools")], "prompts": [("prompts/list", "prompts")],
         "resources": [("resources/list", "resources"), ("resources/templates/list", "resourceTemplates")]}


@dataclass
class Found:
    """What a synchronisation brought."""
    version: str
    lists: dict = field(default_factory=dict)  # "tools", "prompts", "resources", "resourceTemplates" -> entries


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
