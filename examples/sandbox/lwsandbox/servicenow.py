"""A ServiceNow instance beside the account: OAuth, the Table API and the Attachment API, on the sandbox's own address."""
import json
import re
import secrets
import time
from urllib.parse import parse_qsl, unquote, urlsplit

from . import servicenow_policy as policy
from . import servicenow_tables as tables
from .reply import Reply, json_reply

CLIENT = "lakewarden-integration"
TOKEN_S = 1799
PATHS = re.compile(r"/api/now/(?:table/(?P<table>\w+)|(?P<attachment>attachment))(?:/(?P<part>\w+))?$")


class Refused(Exception):
    """An error as the instance words it."""

    def __init__(self, status, message, detail=""):
        super().__init__(message)
        self.status, self.message, self.detail = status, message, detail


def is_path(target):
    path = target.partition("?")[0]
    return path == "/oauth_token.do" or path.startswith("/api/now/")


class Instance:
    """One instance. The client's secret lives as long as the process; tickets come back with `reset`."""

    def __init__(self):
        self.secret = secrets.token_urlsafe(18)
        self.reset()

    def reset(self):
        self.rows, self.tokens, self.edits, self.locked = tables.seeded(), {}, [], set()

    def credentials(self):
        return json.dumps({"client_id": CLIENT, "client_secret": self.secret})

    def operation_of(self, method, target):
        """As faults and the journal call it: "PATCH incident", "POST token"."""
        path = target.partition("?")[0]
        found = PATHS.match(path)
        return f"{method} {found['table'] or 'attachment' if found else 'token'}"

    def answer(self, method, target, headers, body):
        """-> Reply. Errors have the shape of the instance's own."""
        url = urlsplit(target)
        try:
            if url.path == "/oauth_token.do":
                return self._token(method, body)
            self._authenticate(headers.get("authorization", ""))
            found = PATHS.match(url.path)
            if not found:
                raise Refused(400, "Requested URI does not represent any resource", unquote(url.path))
            query = {k.removeprefix("sysparm_"): v for k, v in parse_qsl(url.query, keep_blank_values=True)}
            if found["attachment"]:
                return self._attachment(method, found["part"], query, headers, body)
            return self._table(method, found["table"], found["part"], query, body)
        except Refused as problem:
            return json_reply(problem.status, {"error": {"message": problem.message, "detail": problem.detail}, "status": "failure"})

    def _token(self, method, body):
        form = dict(parse_qsl(body.decode("utf-8", "replace")))
        if method != "POST" or form.get("client_id") != CLIENT or form.get("client_secret") != self.secret:
            return json_reply(401, {"error": "server_error", "error_description": "access_denied"})
        if form.get("grant_type") != "client_credentials":
            return json_reply(400, {"error": "unsupported_grant_type"})
        token = secrets.token_urlsafe(40)
        self.tokens[token] = time.time() + TOKEN_S
        return json_reply(200, {"access_token": token, "scope": "useraccount", "token_type": "Bearer", "expires_in": TOKEN_S})

    def _authenticate(self, authorization):
        kind, _, token = authorization.partition(" ")
        if kind != "Bearer" or self.tokens.get(token, 0) < time.time():
            raise Refused(401, "User Not Authenticated", "Required to provide Auth information")

    def _table(self, method, table, sys_id, query, body):
        if table in self.locked:
            raise Refused(403, "User Not Authorized", "Failed API level ACL Validation")
        if table not in self.rows:
            raise Refused(400, f"Invalid table {table}")
        if not sys_id:
            if method != "GET":
                raise Refused(405, "Method Not Allowed")
            rows = [r for r in self.rows[table] if tables.matches(r, query.get("query", ""))]
            start, limit = int(query.get("offset", 0)), int(query.get("limit", 10000))
            return json_reply(200, {"result": [self._shown(table, r, query) for r in rows[start:start + limit]]})
        row = next((r for r in self.rows[table] if r["sys_id"] == sys_id), None)
        if row is None:
            raise Refused(404, "No Record found", "Record doesn't exist or ACL restricts the record retrieval")
        if method == "PATCH":
            self._update(table, row, json.loads(body), "lakewarden.integration")
        elif method != "GET":
            raise Refused(405, "Method Not Allowed")
        shown = self._shown(table, row, query)
        self._count_reads(row)
        return json_reply(200, {"result": shown})

    def _update(self, table, row, fields, by):
        """Unknown fields are ignored, as the Table API does; a policy refuses all of an update or nothing."""
        if table != "incident":
            raise Refused(403, "Operation Failed", "ACL Exception Update Failed due to security constraints")
        wanted = {k: str(v) for k, v in fields.items() if k in row or k == "work_notes"}
        problem = policy.problem_with(self.rows, row, wanted)
        if problem:
            raise Refused(403, "Operation Failed", problem)
        note = wanted.pop("work_notes", None)
        if note is not None:
            tables.add_note(self.rows, row["sys_id"], note, by)
        row.update(wanted)
        tables.touch(row, by)

    def _shown(self, table, row, query):
        names = query["fields"].split(",") if query.get("fields") else list(row)
        how = query.get("display_value", "false")
        value, shown = (lambda n: row.get(n, "")), (lambda n: tables.display(self.rows, table, row, n))
        if how == "all":
            return {n: {"display_value": shown(n), "value": value(n)} for n in names}
        return {n: shown(n) if how == "true" else value(n) for n in names}

    def _attachment(self, method, part, query, headers, body):
        if method == "GET":
            rows = [r for r in self.rows["sys_attachment"] if tables.matches(r, query.get("query", ""))]
            return json_reply(200, {"result": [self._shown("sys_attachment", r, query) for r in rows]})
        if method != "POST" or part != "file" or not query.get("file_name"):
            raise Refused(400, "Missing or invalid parameters")
        if query.get("table_name") != "incident" or not any(r["sys_id"] == query.get("table_sys_id") for r in self.rows["incident"]):
            raise Refused(404, "Attachment target record doesn't exist")
        row = {"sys_id": secrets.token_hex(16), "table_name": "incident", "table_sys_id": query["table_sys_id"],
               "file_name": query["file_name"], "content_type": headers.get("content-type", ""), "size_bytes": str(len(body)),
               "body": body.decode("utf-8", "replace")}
        self.rows["sys_attachment"].append(row)
        return json_reply(201, {"result": {k: v for k, v in row.items() if k != "body"}})

    def _count_reads(self, row):
        """Edits of people that were ordered to happen after so many reads of their ticket."""
        for edit in [e for e in self.edits if e["number"] == row["number"]] if "number" in row else ():
            edit["after_reads"] -= 1
            if edit["after_reads"] <= 0:
                self.edits.remove(edit)
                self._update("incident", row, edit["set"], edit["by"])


def configure(world, document):
    """Control call. {number, set, by?, after_reads?}: a person edits a ticket, at once or after that many reads of it;
    {expire_tokens: true}; {lock: [tables]}: tables that may not be read."""
    instance = world.servicenow
    if document.get("expire_tokens"):
        instance.tokens.clear()
    if "lock" in document:
        instance.locked = set(document["lock"])
    if "set" in document:
        row = next(r for r in instance.rows["incident"] if r["number"] == document["number"])
        edit = {"number": row["number"], "set": dict(document["set"]), "by": document.get("by", "beth.anglin"),
                "after_reads": int(document.get("after_reads", 0))}
        if edit["after_reads"]:
            instance.edits.append(edit)
        else:
            instance._update("incident", row, edit["set"], edit["by"])
    return {"tickets": [{k: r[k] for k in ("number", "sys_id", "state", "sys_mod_count")} for r in instance.rows["incident"]],
            "attachments": [{k: r[k] for k in ("table_sys_id", "file_name", "content_type", "size_bytes", "body")}
                            for r in instance.rows["sys_attachment"]],
            "notes": [{k: r[k] for k in ("element_id", "value")} for r in instance.rows["sys_journal_field"]]}


def hibernating():
    """What a developer instance answers that nobody has used for a while: a page, with status 200."""
    return Reply(200, {"Content-Type": "text/html"}, b"<html><body>Your instance is hibernating</body></html>")
