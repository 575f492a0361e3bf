"""AWS as a script: answers each request with the first unused line of a case's `upstream` that fits it."""
import gzip
import json
import random
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

import now_request
import rest_request
import s3_reply

S3_REPLIES = {"s3_list": s3_reply.listing, "s3_versions": s3_reply.versions, "s3_logging": s3_reply.logging,
              "s3_error": s3_reply.error}
TARGETS = {"AWSGlue": "glue", "Logs_20140328": "logs", "GraniteServiceVersion20100801": "cloudwatch",
           "ElasticMapReduce": "emr", "AmazonAthena": "athena", "secretsmanager": "secretsmanager",
           "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101": "cloudtrail"}


def fits(wanted, seen):
    """Whether every member of `wanted` is in `seen`, at any depth; a list must agree item by item. {"$least": n} is n or more."""
    if isinstance(wanted, dict) and "$least" in wanted:
        return seen >= wanted["$least"]
    if isinstance(wanted, dict):
        return isinstance(seen, dict) and all(k in seen and fits(v, seen[k]) for k, v in wanted.items())
    if isinstance(wanted, list):
        return isinstance(seen, list) and len(wanted) == len(seen) and all(map(fits, wanted, seen))
    return wanted == seen


def api_name(parameter):
    """A parameter of S3's query as the API calls it: "continuation-token" is ContinuationToken."""
    return "".join(word[0].upper() + word[1:] for word in parameter.split("-"))


class Request:
    """What came in, named as in the AWS API: service, operation and the members of its input."""

    def __init__(self, handler, body):
        self.method = handler.command
        parts = urlsplit(handler.path)
        self.path = unquote(parts.path)
        self.query = dict(parse_qsl(parts.query, keep_blank_values=True))
        self.range = handler.headers.get("Range")
        target = handler.headers.get("X-Amz-Target", "")
        rest = rest_request.service_of(handler.headers.get("Authorization"), parts.path)
        if target:
            prefix, _, self.operation = target.rpartition(".")
            self.service = TARGETS.get(prefix, prefix)
            self.input = json.loads(body or b"{}")
        elif now_request.is_one(self.path):
            self.service = "servicenow"
            self.operation, self.input = now_request.read(self.method, self.path, self.query, handler.headers, body)
        elif handler.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
            self.service, self.input = "sts", dict(parse_qsl(body.decode(), keep_blank_values=True))
            self.operation = self.input.pop("Action", "")
        elif rest:
            self.service, model = rest
            self.operation, self.input = rest_request.read(model, self.method, parts.path, parts.query,
                                                           handler.headers, body)
        else:
            self.service = "s3"
            self.operation = self.s3_operation()
            self.input = self.s3_input(handler.headers, body)

    def s3_input(self, headers, body):
        bucket, _, key = self.path.lstrip("/").partition("/")
        if self.operation == "PutObject":
            return rest_request.put_object(bucket, key, headers, body)
        found = {"Bucket": bucket, "Key": key, **{api_name(k): v for k, v in self.query.items()}}
        if self.range:
            found["Range"] = self.range
        return found

    def s3_operation(self):
        has_key = "/" in self.path.strip("/")
        if self.method == "HEAD":
            return "HeadObject" if has_key else "HeadBucket"
        if self.method == "PUT":
            return "PutObject"
        for parameter, operation in (("versions", "ListObjectVersions"), ("logging", "GetBucketLogging")):
            if parameter in self.query:
                return operation
        if not self.path.strip("/"):
            return "ListBuckets"
        return "ListObjectsV2" if "list-type" in self.query else "GetObject"

    def __str__(self):
        return f"{self.service} {self.operation} {json.dumps(self.input, sort_keys=True)}"


class Line:
    """One line of the script."""

    def __init__(self, spec):
        self.spec = spec
        self.left = spec.get("times", 1)

    def takes(self, request):
        return (self.left != 0 and self.spec["service"] == request.service and self.spec["operation"] == request.operation
                and fits(self.spec.get("match", {}), request.input))


class Script:
    """The upstream of the case that runs now."""

    def __init__(self, specs):
        self.lines = [Line(s) for s in specs]
        self.requests = []
        self.unscripted = []
        self.lock = threading.Lock()

    def answer(self, request):
        with self.lock:
            self.requests.append(request)
            for line in self.lines:
                if line.takes(request):
                    line.left -= 1
                    return line.spec["reply"]
            self.unscripted.append(str(request))
        return {"status": 501, "json": {"__type": "UnscriptedRequest", "message": "the case has no line for this"}}

    def unused(self):
        return [f"{x.spec['service']} {x.spec['operation']}" for x in self.lines if x.left > 0 and not x.spec.get("optional")]


def packed(lines):
    """A list of lines as gzip."""
    return gzip.compress(("\n".join(lines) + "\n").encode(), mtime=0)


def noise(mib):
    """So many MiB of log lines that hardly pack, the same every time."""
    dice = random.Random(mib)
    return [f"26/11/21 03:05:00 INFO App: {dice.getrandbits(4000):x}" for _ in range(mib << 10)]


def part_of(data, wanted):
    """The part of an object that "bytes=1-9" or "bytes=-9" asks for, and what Content-Range says of it."""
    first, last = wanted.removeprefix("bytes=").split("-")
    start = int(first) if first else max(0, len(data) - int(last))
    end = min(len(data), int(last) + 1 if first else len(data))
    return data[start:end], f"bytes {start}-{end - 1}/{len(data)}"


def body_of(reply):
    if "json" in reply:
        return json.dumps(reply["json"]).encode(), "application/x-amz-json-1.1"
    for name, write in S3_REPLIES.items():
        if name in reply:
            return write(reply[name]).encode(), "application/xml"
    if "lines" in reply:
        return "".join(f"{line}\n" for line in reply["lines"]).encode(), "text/plain"
    if "xml" in reply:
        return reply["xml"].encode(), "application/xml"
    if "gzip_zeros" in reply:
        return gzip.compress(bytes(reply["gzip_zeros"] << 20), mtime=0), "application/x-gzip"
    if "gzip" in reply:
        return packed(noise(reply.get("noise_mib", 0)) + list(reply["gzip"])), "application/x-gzip"
    if "hex" in reply:
        return bytes.fromhex(reply["hex"]), "application/octet-stream"
    return reply.get("text", "").encode(), "text/plain"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 20  # headers and body in one go: as two they would wait for each other, 40 ms a reply

    def log_message(self, *_):
        pass

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        reply = self.server.script.answer(Request(self, body))
        if reply.get("delay_ms"):
            time.sleep(reply["delay_ms"] / 1000)
        if reply.get("fault") == "reset":
            self.close_connection = True
            return
        data, kind = body_of(reply)
        part = None
        if reply.get("ranged") and self.headers.get("Range"):
            data, part = part_of(data, self.headers["Range"])
        self.send_response(206 if part else reply.get("status", 200))
        if part:
            self.send_header("Content-Range", part)
        self.send_header("x-amzn-RequestId", "11111111-2222-3333-4444-555555555555")
        self.send_header("Content-Type", kind)
        for name, value in reply.get("headers", {}).items():
            self.send_header(name, value)
        if "Content-Length" not in reply.get("headers", {}):
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data[:len(data) // 2] if reply.get("fault") == "truncate" else data)
        self.close_connection = self.close_connection or reply.get("fault") == "truncate"

    do_GET = do_POST = do_HEAD = do_PUT = do_PATCH = do_DELETE = handle_any


class Server(ThreadingHTTPServer):
    """Serves `script`, which each case sets, on a free loopback port."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.script = Script([])
        self.thread = threading.Thread(target=self.serve_forever, args=(0.01,))
        self.thread.start()

    def handle_error(self, request, client_address):
        """A client that went away is part of some cases."""

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def close(self):
        self.shutdown()
        self.thread.join()
        self.server_close()
