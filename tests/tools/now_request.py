"""Requests of ServiceNow's REST API as cases name them: `GET incident`, `PATCH incident`, `POST attachment`, `POST token`."""
import json
import re
from urllib.parse import parse_qsl


def is_one(path):
    return path.startswith("/api/now/") or path == "/oauth_token.do"


def read(method, path, query, headers, body):
    """(operation, input): the query's parameters without "sysparm_", sys_id from the path, the members of the body, and who asks."""
    found = {name.removeprefix("sysparm_"): value for name, value in query.items()}
    found["authorization"] = headers.get("Authorization", "")
    if path == "/oauth_token.do":
        return f"{method} token", {**found, **dict(parse_qsl(body.decode()))}
    name = re.match(r"/api/now/(?:table/)?(\w+)(?:/(.*))?", path)
    if name[2]:
        found["sys_id" if len(name[2]) == 32 else "part"] = name[2]
    if headers.get("Content-Type", "").startswith("application/json") and name[1] != "attachment":
        found["body"] = json.loads(body or b"{}")
    elif body:
        found["type"], found["text"] = headers.get("Content-Type"), body.decode()
    return f"{method} {name[1]}", found
