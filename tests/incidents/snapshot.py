"""AWS as one snapshot of it: log streams and objects are read as the services read them, the rest is answered as recorded.

A snapshot is {logs: {group: {stream: [line or [seconds, line], ...]}}, s3: {bucket: {key: text or {gzip: text} or {bytes: n}}},
replies: {"glue GetJob": answer or [answer, ...]}, start: seconds before now}. An answer is the JSON of the service, or {"$status": n,
"json": {...}}, or {"$match": {...}, "json": {...}} for requests that hold those members."""
import email.utils
import gzip
import threading

import cases
from fake_aws import fits

HOUR_S = 3600


def moved(value):
    """The value with "$-90m" as the seconds of that moment before now (s, m, h, d), and "$ms-90m" as its milliseconds."""
    if isinstance(value, dict):
        return {k: moved(v) for k, v in value.items()}
    if isinstance(value, list):
        return [moved(v) for v in value]
    if isinstance(value, str) and value.startswith(("$-", "$ms-")) and value[-1] in "smhd":
        seconds = cases.NOW - int(value.split("-")[1][:-1]) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[value[-1]]
        return seconds * 1000 if value.startswith("$ms") else seconds
    return value


def error(code, message, status=400):
    return {"status": status, "json": {"__type": code, "message": message}, "headers": {"x-amzn-errortype": code}}


class Snapshot:
    """Answers requests as fake_aws's Script does; `unknown` gathers what the snapshot does not hold."""

    def __init__(self, spec):
        self.spec = moved(spec)
        self.start = cases.NOW - self.spec.get("start", HOUR_S)
        self.lock, self.unknown, self.requests = threading.Lock(), [], []
        self.turns = {}

    def answer(self, request):
        with self.lock:
            self.requests.append(request)
            recorded = self._recorded(f"{request.service} {request.operation}", request.input)
            if recorded is not None:
                return recorded
            read = getattr(self, f"_{request.service}_{request.operation}", None)
            if read:
                return read(request.input)
            self.unknown.append(str(request))
        if request.service == "s3":
            return {"status": 403, "s3_error": "AccessDenied"}
        return error("AccessDeniedException", f"not authorized to perform: {request.service}:{request.operation}")

    def _recorded(self, name, wanted):
        answers = self.spec.get("replies", {}).get(name)
        if answers is None:
            return None
        for i, answer in enumerate(answers if isinstance(answers, list) else [answers]):
            if isinstance(answer, dict) and "$match" in answer and not fits(answer["$match"], wanted):
                continue
            if isinstance(answer, dict) and "$times" in answer:
                if self.turns.setdefault((name, i), 0) >= answer["$times"]:
                    continue
                self.turns[name, i] += 1
            if isinstance(answer, dict) and "s3_error" in answer:
                return {"status": answer["$status"], "s3_error": answer["s3_error"]}
            if isinstance(answer, dict) and ("$status" in answer or "$match" in answer or "$times" in answer):
                return {"status": answer.get("$status", 200), "json": answer.get("json", {}), "headers": answer.get("headers", {})}
            return {"json": answer}
        return None

    def _stream(self, group, stream):
        lines = self.spec.get("logs", {}).get(group, {}).get(stream)
        if lines is None:
            return None
        events = [line if isinstance(line, list) else [i, line] for i, line in enumerate(lines)]
        return [{"timestamp": int((self.start + s) * 1000), "ingestionTime": int((self.start + s) * 1000), "message": m}
                for s, m in events]

    def _logs_GetLogEvents(self, wanted):
        events = self._stream(wanted["logGroupName"], wanted["logStreamName"])
        if events is None:
            return error("ResourceNotFoundException", "The specified log stream does not exist.")
        kept = [e for e in events if wanted.get("startTime", 0) <= e["timestamp"] < wanted.get("endTime", 1 << 62)]
        first = wanted.get("nextToken") is None
        limit = wanted.get("limit", 10000)
        shown = (kept[:limit] if wanted.get("startFromHead") else kept[-limit:]) if first else []
        return {"json": {"events": shown, "nextForwardToken": "f/1", "nextBackwardToken": "b/1"}}

    def _logs_FilterLogEvents(self, wanted):
        group = self.spec.get("logs", {}).get(wanted["logGroupName"])
        if group is None:
            return error("ResourceNotFoundException", "The specified log group does not exist.")
        words = [w.strip('?"%') for w in wanted.get("filterPattern", "").split() if w.startswith("?")]
        found = []
        for name in group:
            if not name.startswith(wanted.get("logStreamNamePrefix", "")) or (
                    "logStreamNames" in wanted and name not in wanted["logStreamNames"]):
                continue
            found += [{**e, "logStreamName": name, "eventId": f"{name}-{i}"} for i, e in
                      enumerate(self._stream(wanted["logGroupName"], name)) if not words or any(w in e["message"] for w in words)]
        found = [e for e in found if wanted.get("startTime", 0) <= e["timestamp"] < wanted.get("endTime", 1 << 62)]
        return {"json": {"events": sorted(found, key=lambda e: e["timestamp"]), "searchedLogStreams": []}}

    def _logs_DescribeLogStreams(self, wanted):
        group = self.spec.get("logs", {}).get(wanted.get("logGroupName"))
        if group is None:
            return error("ResourceNotFoundException", "The specified log group does not exist.")
        rows = []
        for name in sorted(n for n in group if n.startswith(wanted.get("logStreamNamePrefix", ""))):
            times = [e["timestamp"] for e in self._stream(wanted["logGroupName"], name)] or [self.start * 1000]
            rows.append({"logStreamName": name, "firstEventTimestamp": times[0], "lastEventTimestamp": times[-1],
                         "lastIngestionTime": times[-1]})
        return {"json": {"logStreams": rows}}

    def _logs_DescribeLogGroups(self, wanted):
        names = [n for n in self.spec.get("logs", {}) if n.startswith(wanted.get("logGroupNamePrefix", ""))]
        return {"json": {"logGroups": [{"logGroupName": n} for n in names]}}

    def _object(self, wanted):
        value = self.spec.get("s3", {}).get(wanted["Bucket"], {}).get(wanted["Key"])
        if value is None:
            return None
        if isinstance(value, dict) and "gzip" in value:
            return gzip.compress(value["gzip"].encode())
        if isinstance(value, dict) and "text" in value:
            return value["text"].encode()
        return b"x" * value["bytes"] if isinstance(value, dict) else value.encode()

    def _s3_HeadBucket(self, wanted):
        known = wanted["Bucket"] in self.spec.get("s3", {})
        return {"status": 200 if known else 404, "text": "", "headers": {"x-amz-bucket-region": "us-east-1"}}

    def _s3_GetBucketLogging(self, wanted):
        return {"s3_logging": self.spec.get("logging", {}).get(wanted["Bucket"], {})}

    def _s3_ListObjectsV2(self, wanted):
        objects = self.spec.get("s3", {}).get(wanted["Bucket"])
        if objects is None:
            return {"status": 404, "s3_error": "NoSuchBucket"}
        keys = sorted(k for k in objects if k.startswith(wanted.get("Prefix", "")) and k > wanted.get("StartAfter", ""))
        cut, folders = wanted.get("Delimiter"), set()
        if cut:
            rest = {k: k[len(wanted.get("Prefix", "")):] for k in keys}
            folders = {k[:len(k) - len(r)] + r.split(cut)[0] + cut for k, r in rest.items() if cut in r}
            keys = [k for k, r in rest.items() if cut not in r]
        rows = [{"key": k, "size": len(self._object({"Bucket": wanted["Bucket"], "Key": k})), "at": self._changed(objects[k]),
                 "class": self._member(objects[k], "class", "STANDARD")} for k in keys]
        return {"s3_list": {"objects": rows, "folders": sorted(folders)}}

    def _s3_ListObjectVersions(self, wanted):
        gone = self.spec.get("deleted", {}).get(wanted["Bucket"], {})
        return {"s3_versions": {"markers": [{"key": k, "at": at} for k, at in sorted(gone.items())
                                            if k.startswith(wanted.get("Prefix", ""))]}}

    def _changed(self, value):
        return self._member(value, "at", self.start)

    @staticmethod
    def _member(value, name, otherwise):
        return value.get(name, otherwise) if isinstance(value, dict) else otherwise

    def _s3_GetObject(self, wanted):
        data = self._object(wanted)
        if data is None:
            return {"status": 404, "s3_error": "NoSuchKey"}
        first, last = 0, len(data) - 1
        if wanted.get("Range"):
            low, _, high = wanted["Range"].removeprefix("bytes=").partition("-")
            first, last = (int(low), min(int(high or last), last)) if low else (max(0, len(data) - int(high)), last)
            if first >= len(data):
                return {"status": 416, "s3_error": "InvalidRange"}
        headers = {"Last-Modified": email.utils.formatdate(self.start, usegmt=True), "ETag": '"1"'}
        if wanted.get("Range"):
            headers["Content-Range"] = f"bytes {first}-{last}/{len(data)}"
        return {"status": 206 if wanted.get("Range") else 200, "hex": data[first:last + 1].hex(), "headers": headers}

    def _s3_HeadObject(self, wanted):
        data = self._object(wanted)
        return {"status": 404 if data is None else 200, "text": "", "headers": {} if data is None else {"Content-Length": str(len(data))}}
