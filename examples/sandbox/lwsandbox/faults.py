"""Faults to order: which one the next call meets, and how it looks on the wire."""
import gzip
import socket
import struct
import threading
import time

from .reply import AwsError, Drop, Reply

KINDS = {  # kind -> when it strikes unless told otherwise
    "error": "before", "html": "before", "delay": "before", "empty": "before", "reset": "after", "truncate": "after",
    "drip": "after", "badgzip": "after",
}
EITHER_WAY = ("error", "html", "reset")  # can strike before or after the operation
SIGNING_NAMES = {"cloudwatch": "monitoring", "mwaa": "airflow"}  # botocore name -> signing name, where they differ
FIELDS = {"service", "operation", "kind", "times", "code", "status", "message", "delay", "skip", "when", "chunk",
          "headers"}


class Faults:
    def __init__(self):
        self._lock, self._left = threading.Lock(), []

    def add(self, orders):
        """Takes one order or a list. Raises ValueError on anything it does not understand; then none is taken."""
        orders = orders if isinstance(orders, list) else [orders]
        taken = [self._checked(o) for o in orders]
        with self._lock:
            self._left += taken
        return self.left()

    @staticmethod
    def _checked(order):
        if not isinstance(order, dict) or order.get("kind") not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}")
        if unknown := set(order) - FIELDS:
            raise ValueError(f"unknown member {', '.join(sorted(unknown))}")
        if order.get("when", "before") not in ("before", "after"):
            raise ValueError("when must be before or after")
        if "when" in order and order["kind"] not in EITHER_WAY:
            raise ValueError(f"when belongs to {', '.join(EITHER_WAY)}")
        for name in ("times", "skip", "status", "chunk", "delay"):
            if name in order and (not isinstance(order[name], (int, float)) or order[name] < 0):
                raise ValueError(f"{name} must be a number, 0 or more")
        return {"times": 1, "skip": 0, "when": KINDS[order["kind"]], **order}

    def left(self):
        with self._lock:
            return [dict(f) for f in self._left]

    def clear(self):
        with self._lock:
            self._left = []

    def take(self, service, operation):
        """The fault this call meets, or None. Counts `skip` and `times` down; a spent order is forgotten."""
        names = {service, SIGNING_NAMES.get(service, service), None}
        with self._lock:
            for fault in self._left:
                if fault.get("service") not in names or fault.get("operation") not in (operation, None):
                    continue
                if fault["skip"] > 0:
                    fault["skip"] -= 1
                    continue
                fault["times"] -= 1
                self._left = [f for f in self._left if f["times"] > 0]
                return dict(fault)
        return None


def as_error(fault, service):
    """The AwsError an order of kind `error` asks for. Without a code it is the throttling of the service."""
    code, status, message = {"s3": ("SlowDown", 503, "Please reduce your request rate."),
                             "cloudwatch": ("Throttling", 400, "Rate exceeded"),
                             "sts": ("Throttling", 400, "Rate exceeded")}.get(
        service, ("ThrottlingException", 400, "Rate exceeded"))
    if "code" in fault:
        code, status, message = fault["code"], 400, "injected by the sandbox"
    return AwsError(code, fault.get("message", message), fault.get("status", status), fault.get("headers"))


def page(fault):
    """What a proxy in the way answers."""
    body = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
    return Reply(fault.get("status", 502), {"Content-Type": "text/html", **fault.get("headers", {})}, body)


def bad_gzip(reply):
    """Says gzip, begins like gzip, and is none."""
    body = gzip.compress(reply.body)[:10] + b"\xff" * 32
    return reply._replace(headers={**reply.headers, "Content-Encoding": "gzip"}, body=body)


def reset_connection(env):
    """Closes with a RST instead of a FIN."""
    sock = env["gunicorn.socket"]
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()
    raise Drop()


def broken_body(reply, fault):
    """The body of a reply that is cut in the middle (truncate) or sent in small pieces (drip)."""
    if fault["kind"] == "truncate":
        yield reply.body[: len(reply.body) // 2]
        raise Drop()
    step = int(fault.get("chunk", 16)) or 1
    for start in range(0, len(reply.body), step):
        yield reply.body[start:start + step]
        time.sleep(fault.get("delay", 0.05))
