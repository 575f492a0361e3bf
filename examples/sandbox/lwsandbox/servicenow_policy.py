"""What the instance's data policies and business rules demand of an update."""
from .servicenow_tables import STATES


def _mandatory(names):
    return f"Data Policy Exception: The following fields are mandatory: {', '.join(names)}"


def problem_with(rows, row, wanted):
    """The exception's text, or None. As on a stock instance: resolving needs a close code and notes, holding a reason, and
    nothing happens to a ticket that is closed."""
    after = {**row, **wanted}
    if row["state"] in ("7", "8") and set(wanted) - {"work_notes"}:
        return "Operation against file 'incident' was aborted by Business Rule 'Closed incidents are read only'"
    if after["state"] not in STATES:
        return "Data Policy Exception: invalid choice for State"
    if after["state"] == "6":
        missing = [label for name, label in (("close_code", "Resolution code"), ("close_notes", "Resolution notes")) if not after[name]]
        if missing:
            return _mandatory(missing)
    if after["state"] == "3" and not after["hold_reason"]:
        return _mandatory(["On hold reason"])
    return next((f"Data Policy Exception: invalid choice for {name}" for name in ("close_code", "hold_reason")
                 if wanted.get(name) and not _known(rows, name, wanted[name])), None)


def _known(rows, name, value):
    return any(c["element"] == name and c["value"] == value for c in rows["sys_choice"])
