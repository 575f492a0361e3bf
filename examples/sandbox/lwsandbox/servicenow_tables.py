"""The rows of the ServiceNow double, encoded queries over them, and what people see of a field."""
import re
import time

TICKET = "a1f0c3d2e4b5968778695a4b3c2d1e0f"
NUMBER = "INC0010042"
DATA_TEAM, ON_CALL = "287ebd7da9fe198100f92cc8d1d2154e", "d625dccec0a8016700a222a0f7900d06"
STATES = {"1": "New", "2": "In Progress", "3": "On Hold", "6": "Resolved", "7": "Closed", "8": "Canceled"}
HOLD = {"1": "Awaiting Caller", "3": "Awaiting Problem", "4": "Awaiting Vendor", "5": "Awaiting Change"}
CODES = ("Duplicate", "Known error", "No resolution provided", "Resolved by caller", "Resolved by change", "Resolved by problem",
         "Resolved by request", "Solution provided", "User error", "Workaround provided")
TERM = re.compile(r"(\w+?)(LIKE|IN|!=|=)(.*)", re.S)


def now_text():
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())


def incident(number, sys_id, state, text, **more):
    row = dict.fromkeys(("close_code", "close_notes", "hold_reason", "assigned_to", "work_notes"), "")
    return {**row, "sys_id": sys_id, "number": number, "state": state, "sys_mod_count": "3", "sys_updated_on": now_text(),
            "sys_updated_by": "beth.anglin", "short_description": text, "assignment_group": DATA_TEAM, "priority": "3",
            "description": "", "category": "software", **more}


def seeded():
    choice = [{"name": "incident", "element": "close_code", "value": c, "label": c, "inactive": "false"} for c in CODES]
    choice += [{"name": "incident", "element": "hold_reason", "value": v, "label": n, "inactive": "false"} for v, n in HOLD.items()]
    return {
        "incident": [incident(NUMBER, TICKET, "2", "Glue job nightly-orders-load failed twice in the night"),
                     incident("INC0010040", "b" * 32, "6", "Athena query for the morning report was cancelled"),
                     incident("INC0010041", "c" * 32, "7", "EMR step ran out of memory")],
        "sys_choice": choice,
        "sys_user": [{"sys_id": "46d44a5dc0a8010e0000b35b2b4d1a5a", "user_name": "david.loo", "email": "david.loo@example.com",
                      "name": "David Loo", "active": "true"},
                     {"sys_id": "5137153cc611227c000bbd1bd8cd2005", "user_name": "fred.luddy", "email": "fred.luddy@example.com",
                      "name": "Fred Luddy", "active": "false"}],
        "sys_user_group": [{"sys_id": DATA_TEAM, "name": "Data Platform", "active": "true"},
                           {"sys_id": ON_CALL, "name": "Lake On-call", "active": "true"}],
        "sys_journal_field": [], "sys_attachment": []}


def _term(row, term):
    found = TERM.fullmatch(term)
    if not found:
        return False
    name, operator, wanted = found.groups()
    have = row.get(name, "")
    return {"=": have == wanted, "!=": have != wanted, "IN": have in wanted.split(","),
            "LIKE": wanted.lower() in have.lower()}[operator]


def matches(row, query):
    """An encoded query: terms joined by ^, alternatives by ^OR. An empty one matches all."""
    groups = [[]]
    for term in filter(None, re.split(r"\^(?!OR)", query)):
        groups.append(term.split("^OR"))
    return all(any(_term(row, t) for t in group) for group in groups if group)


def add_note(rows, element_id, text, by):
    rows["sys_journal_field"].append({"sys_id": f"{len(rows['sys_journal_field']) + 1:032x}", "element_id": element_id,
                                      "element": "work_notes", "name": "incident", "value": text, "sys_created_by": by,
                                      "sys_created_on": now_text()})


def touch(row, by):
    row.update(sys_mod_count=str(int(row["sys_mod_count"]) + 1), sys_updated_on=now_text(), sys_updated_by=by)


def _journal(rows, sys_id):
    notes = [n for n in reversed(rows["sys_journal_field"]) if n["element_id"] == sys_id]
    return "".join(f"{n['sys_created_on']} - {n['sys_created_by']} (Work notes)\n{n['value']}\n\n" for n in notes)


def display(rows, table, row, name):
    """What people see: labels for choices, names for references, the whole journal for work notes."""
    value = row.get(name, "")
    if table != "incident":
        return value
    if name == "work_notes":
        return _journal(rows, row["sys_id"])
    if name in ("assigned_to", "assignment_group"):
        people = rows["sys_user" if name == "assigned_to" else "sys_user_group"]
        return next((p["name"] for p in people if p["sys_id"] == value), value)
    return {"state": STATES, "hold_reason": HOLD}.get(name, {}).get(value, value)
