"""The application: one request in, one answer out. Signature, permission, fault, operation, journal, in this order."""
import io
import logging
import re
import time
import traceback
import uuid

from . import (accesslogs, agentcore_gateways, agentcore_targets, athena, cloudtrail,  # noqa: F401  (each registers its operations)
               cloudwatch, emr, emr_jobs, glue, lambda_, logs, metrics, msk, mwaa, secretsmanager, sts)
from . import agentcore_front, control, faults, motodoor, s3, servicenow, shapes, sigv4
from .cognito import POOL
from .keyring import NOBODY, authorize
from .registry import OPERATIONS, Call
from .reply import AwsError, Reply, error_reply, json_reply, not_implemented

LOG = logging.getLogger("lwsandbox")
UNSIGNED_PATHS = {f"/{POOL}/.well-known/jwks.json": "jwks", f"/{POOL}/.well-known/openid-configuration": "discovery",
                  "/oauth2/authorize": "authorize", "/oauth2/token": "token"}
MAX_BODY = 64 * 1024 * 1024


class Application:
    """The WSGI callable. `env["RAW_URI"]` is the request target as it was on the wire (gunicorn gives it)."""

    def __init__(self, world):
        self.world = world

    def __call__(self, env, start):
        target = re.sub(r"^https?://[^/?]*", "", env["RAW_URI"]) or "/"
        body = env["wsgi.input"].read(MAX_BODY)
        headers = {k[5:].lower().replace("_", "-"): v for k, v in env.items() if k.startswith("HTTP_")}
        headers["content-type"] = env.get("CONTENT_TYPE", "")
        headers["content-length"] = env.get("CONTENT_LENGTH", "")
        env = {k: v for k, v in env.items() if k != "HTTP_TRANSFER_ENCODING"}
        env.update(RAW_URI=target, REQUEST_URI=target, CONTENT_LENGTH=str(len(body)))  # a chunked body is whole by now
        if target.startswith(control.PREFIX):
            reply = control.answer(self.world, env["REQUEST_METHOD"], target, body)
            return send(env, start, reply, None)
        began = time.time()
        record = self.world.journal.start(env["REQUEST_METHOD"], target, headers, body, began)
        reply, fault = self._serve(env, target, headers, body, record)
        record.update(status=reply.status, fault=fault and fault["kind"], ms=round((time.time() - began) * 1000, 2))
        self.world.journal.add(record)
        return send(env, start, reply, fault)

    def _serve(self, env, target, headers, body, record):
        """-> (reply, fault or None). Never raises: what goes wrong in here is an answer too."""
        try:
            kind = UNSIGNED_PATHS.get(target.partition("?")[0])
            if kind:
                return self._serve_cognito(kind, env["REQUEST_METHOD"], target, headers, body, record)
            if servicenow.is_path(target):
                return self._serve_servicenow(env["REQUEST_METHOD"], target, headers, body, record)
            if agentcore_front.is_path(target):
                record.update(service="agentcore", operation="gateway", signed=False, by="sandbox")
                return agentcore_front.answer(self.world, env["REQUEST_METHOD"], target, headers, body), None
            return self._serve_aws(env, target, headers, body, record)
        except Exception:
            record["bug"] = traceback.format_exc()[-2000:]
            LOG.error("%s", record["bug"])
            return json_reply(500, {"__type": "SandboxBug", "message": "a bug of the sandbox; see its log"}), None

    def _serve_cognito(self, kind, method, target, headers, body, record):
        record.update(service="cognito", operation=kind, signed=False, by="sandbox", request=None)
        fault = self.world.faults.take("cognito", kind)
        wait(fault)
        if fault and fault["kind"] == "error":
            return json_reply(fault.get("status", 500), {"error": fault.get("code", "server_error")},
                              **fault.get("headers", {})), fault
        if fault and fault["kind"] == "html":
            return faults.page(fault), fault
        with self.world.lock:
            if kind == "jwks":
                return self.world.cognito.jwks(), fault
            if kind == "discovery":
                return self.world.cognito.discovery(self.world.base), fault
            if kind == "authorize":
                return self.world.cognito.authorize(target), fault
            return self.world.cognito.token(method, headers, body, self.world.base), fault

    def _serve_servicenow(self, method, target, headers, body, record):
        operation = self.world.servicenow.operation_of(method, target)
        record.update(service="servicenow", operation=operation, signed=False, by="sandbox")
        fault = self.world.faults.take("servicenow", operation)
        wait(fault)
        if fault and fault["kind"] == "error" and fault["when"] == "before":
            return json_reply(fault.get("status", 429), {"error": {"message": fault.get("message", "Rate limit exceeded"), "detail": ""},
                                                         "status": "failure"}, **fault.get("headers", {})), fault
        if fault and fault["kind"] == "html" and fault["when"] == "before":
            return servicenow.hibernating(), fault
        with self.world.lock:
            return self.world.servicenow.answer(method, target, headers, body), fault

    def _serve_aws(self, env, target, headers, body, record):
        scope = sigv4.peek_scope(headers, target)
        service, signing_name = shapes.guess_service(scope, headers, target, body)
        record["request_id"] = request_id = str(uuid.uuid4())
        record["service"] = service or signing_name
        protocol, fault = shapes.guess_protocol(service, headers, body), None
        try:
            if sts.needs_no_signature(service, scope, body):
                key, region = NOBODY, sts.REGION
            else:
                key, scope = sigv4.verify(env["REQUEST_METHOD"], target, headers, body, self.world.keys, signing_name)
                region = scope.region
                record.update(signed=True, akid=key.akid, arn=key.arn)
            record["region"] = region
            if service is None:
                raise not_implemented(f"the service {signing_name}")
            operation, parameters, protocol = shapes.identify({**env, "wsgi.input": io.BytesIO(body)}, service)
            record["operation"] = operation.name
            fault = self.world.faults.take(service, operation.name)
            wait(fault)
            reply = early(fault, service, env)
            if reply is None:
                authorize(key, signing_name, operation.name, service)
                shapes.validate(operation, parameters, service)
                call = Call(self.world, None, region, key, parameters, fault)
                reply = self._perform(call, env, body, service, operation, protocol, record)
            if fault and fault["kind"] == "error":
                raise faults.as_error(fault, service)
            return (faults.page(fault) if fault and fault["kind"] == "html" else reply), fault
        except AwsError as error:
            record.update(error=error.code, signed=bool(record["signed"]))
            return error_reply(error, service, protocol, request_id, env["REQUEST_METHOD"],
                               shapes.json_version(service)), fault

    def _perform(self, call, env, body, service, operation, protocol, record):
        function = OPERATIONS.get((service, operation.name))
        with self.world.lock:
            call.store = self.world.regions[call.region]
            if function:
                record["by"] = "sandbox"
                result = self.world.patches.apply(service, function(call))
                return shapes.serialize(operation, protocol, service, result, record["request_id"])
            if not motodoor.serves(service, operation.name):
                raise not_implemented(f"{service}:{operation.name}")
            if service == "s3":
                s3.guard(call.parameters, call.region)
            record["by"] = "moto"
            return motodoor.answer(env, body, service, operation.name, call, record["request_id"])


def wait(fault):
    """A delay belongs to kind `delay` and may be added to any other; drip uses it between its pieces."""
    if fault and fault["kind"] != "drip":
        time.sleep(fault.get("delay", 1.0 if fault["kind"] == "delay" else 0))


def early(fault, service, env):
    """What a fault that strikes before the operation makes of the call: an error, a page, a reset, or None."""
    if not fault or fault["when"] != "before":
        return None
    if fault["kind"] == "error":
        raise faults.as_error(fault, service)
    if fault["kind"] == "html":
        return faults.page(fault)
    return Reply(200, {}, b"") if fault["kind"] == "reset" else None


def send(env, start, reply, fault):
    kind = fault["kind"] if fault else None
    if kind == "reset":
        faults.reset_connection(env)
    if kind == "badgzip":
        reply = faults.bad_gzip(reply)
    if not isinstance(reply.body, bytes):  # a stream: it has no length
        start(f"{reply.status} {REASONS.get(reply.status, 'Status')}", list(reply.headers.items()))
        return reply.body
    if reply.status == 204:
        reply = reply._replace(body=b"")
    headers = [(k, str(v)) for k, v in reply.headers.items() if k.lower() not in ("content-length", "connection")]
    length = len(reply.body)
    if env["REQUEST_METHOD"] == "HEAD":
        length = next((v for k, v in reply.headers.items() if k.lower() == "content-length"), length)
        reply = reply._replace(body=b"")
    start(f"{reply.status} {REASONS.get(reply.status, 'Status')}", [*headers, ("Content-Length", str(length))])
    return faults.broken_body(reply, fault) if kind in ("truncate", "drip") else [reply.body]


REASONS = {200: "OK", 201: "Created", 204: "No Content", 206: "Partial Content", 301: "Moved Permanently", 304: "Not Modified",
           400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 429: "Too Many Requests", 500: "Internal Error",
           501: "Not Implemented", 502: "Bad Gateway", 503: "Slow Down"}
