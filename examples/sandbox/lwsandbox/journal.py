"""The request journal: what was asked, by whom, and how it was answered. Never a secret."""
import json
import re
import threading
from urllib.parse import parse_qsl

SECRET_QUERY = re.compile(r"([?&](?:X-Amz-Security-Token|X-Amz-Signature|client_secret|token)=)[^&]*", re.I)
SECRET_FORM = {"webidentitytoken", "samlassertion", "tokencode", "client_secret", "client_assertion"}
SECRET_MEMBERS = {"clientsecret"}  # of AgentCore's credential providers
MAX_RECORDS = 20000
MAX_BODY = 65536


def without_secrets(value):
    """The same document, with the members that hold a secret blanked."""
    if isinstance(value, dict):
        return {k: "***" if k.lower() in SECRET_MEMBERS else without_secrets(v) for k, v in value.items()}
    return [without_secrets(one) for one in value] if isinstance(value, list) else value


def readable_body(headers, body):
    """The decoded body if it is JSON or a form, without what must stay secret; None for anything else."""
    if not body or len(body) > MAX_BODY:
        return None
    if "json" in headers.get("content-type", ""):
        try:
            return without_secrets(json.loads(body))
        except ValueError:
            return None
    if "x-www-form-urlencoded" in headers.get("content-type", ""):
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
        return {k: "***" if k.lower() in SECRET_FORM else v for k, v in pairs}
    return None


class Journal:
    def __init__(self, path=None):
        self._lock, self._records, self._n = threading.Lock(), [], 0
        self._file = open(path, "a", buffering=1, encoding="utf-8") if path else None

    def start(self, method, target, headers, body, now):
        """A record to be filled while the request is served; `add` puts it in the book."""
        return {"n": None, "ts": round(now, 3), "method": method, "target": SECRET_QUERY.sub(r"\1***", target),
                "host": headers.get("host"), "agent": headers.get("user-agent", "")[:120],
                "amz_target": headers.get("x-amz-target"), "service": None, "operation": None, "akid": None, "arn": None,
                "region": None, "signed": None, "status": None, "error": None, "fault": None, "by": None,
                "request_id": None, "body_len": len(body), "request": readable_body(headers, body)}

    def add(self, record):
        with self._lock:
            self._n += 1
            record["n"] = self._n
            self._records.append(record)
            del self._records[:-MAX_RECORDS]
            if self._file:
                self._file.write(json.dumps(record) + "\n")

    def list(self):
        with self._lock:
            return list(self._records)

    def clear(self):
        with self._lock:
            self._records.clear()
