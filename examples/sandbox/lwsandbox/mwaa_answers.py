"""How Airflow's REST API words things: errors of v1 and v2, lists and their pages, and what a body may hold."""
import datetime as dt

from . import mwaa_view

DOCUMENT = "https://airflow.apache.org/docs/apache-airflow/{}/stable-rest-api-ref.html#section/Errors/{}"
TITLES = {400: ("Bad Request", "BadRequest"), 403: ("Forbidden", "PermissionDenied"), 404: ("Not Found", "NotFound"),
          405: ("Method Not Allowed", "MethodNotAllowed"), 409: ("Conflict", "AlreadyExists")}


class Refused(Exception):
    """An answer that is no 2xx. `about` is the path into a body that v2 finds fault with (422)."""

    def __init__(self, status, text, title=None, about=None):
        super().__init__(text)
        self.status, self.text, self.title, self.about = status, text, title, about

    def answer(self, airflow):
        """-> (status, document)"""
        if airflow.is_three:
            if self.about is not None:
                return 422, {"detail": [{"type": "value_error", "loc": self.about, "msg": self.text, "input": None}]}
            return self.status, {"detail": self.text}
        title, anchor = TITLES[self.status]
        return self.status, {"detail": self.text, "status": self.status, "title": self.title or title,
                             "type": DOCUMENT.format(airflow.version, anchor)}


def missing(kind, name):
    return Refused(404, f"The {kind} with ID: `{name}` was not found", f"{kind} not found")


def conflict(airflow, run):
    """-> the document of a 409: v1 names the run, v2 shows what the database said, or hides it (3.3)."""
    if not airflow.is_three:
        return Refused(409, f"DAGRun with DAG ID: '{run.dag.dag_id}' and DAGRun ID: '{run.run_id}' already exists"
                       ).answer(airflow)
    hidden = not airflow.version.startswith("3.0")
    said = "hidden" if hidden else "UNIQUE constraint failed: dag_run.dag_id, dag_run.run_id"
    return 409, {"detail": {"reason": "Unique constraint violation", "statement": "hidden" if hidden else
                            "INSERT INTO dag_run (dag_id, run_id, ...) VALUES (?, ?, ...)", "orig_error": said,
                            "message": "hidden" if hidden else f"(sqlite3.IntegrityError) {said}"}}


def body(given, allowed, required=()):
    """The members of a body. Raises Refused for one that is not known, is missing or has another type."""
    if not isinstance(given, dict):
        raise Refused(400, "Request body must not be empty", about=["body"])
    for name, value in given.items():
        if name not in allowed:
            raise Refused(400, f"{{'{name}': ['Unknown field.']}}", about=["body", name])
        if value is not None and not isinstance(value, allowed[name]):
            raise Refused(400, f"{{'{name}': ['Not a valid {allowed[name].__name__}.']}}", about=["body", name])
    for name in required:
        if name not in given:
            raise Refused(400, f"{{'{name}': ['Missing data for required field.']}}", about=["body", name])
    return {name: value for name, value in given.items() if value is not None}


def number(text, default):
    try:
        return default if text is None else int(text)
    except ValueError:
        raise Refused(400, f"{text!r} is not a number", about=["query"]) from None


def page(name, rows, airflow, limit, offset):
    """v1 takes limit=0 for no limit given, v2 for none at all; v2 cuts a larger one to 100 in silence."""
    if airflow.is_three:
        limit = min(50 if limit is None else limit, 100)
    else:
        limit = min(limit or 100, 100)
    return 200, {name: rows[offset or 0:(offset or 0) + limit], "total_entries": len(rows)}


def within(run, bounds, airflow):
    """Whether a run lies between bounds like start_date_gte or logical_date_lte."""
    for bound, text in bounds.items():
        name, _, way = bound.rpartition("_")
        value = mwaa_view.run(run, airflow.is_three).get(name)
        if value is None:
            return False
        value, edge = dt.datetime.fromisoformat(value), dt.datetime.fromisoformat(text)
        if not {"gte": value >= edge, "lte": value <= edge, "gt": value > edge, "lt": value < edge}[way]:
            return False
    return True


def ordered(rows, by):
    """Sorted by a member of the documents; what has none of it comes first. A minus turns it round."""
    name = (by or "").lstrip("-")
    if not name:
        return rows
    if rows and name not in rows[0]:
        raise Refused(400, f"Ordering with '{name}' is disallowed or the attribute does not exist on the model")
    return sorted(rows, key=lambda row: (row[name] is not None, str(row[name])), reverse=by.startswith("-"))
