"""Answers: what goes back to the client, and how each AWS protocol words an error."""
import errno
import json
from typing import NamedTuple
from xml.sax.saxutils import escape

UPPER_CASE_MESSAGE = {"glue"}  # Glue says "Message" where the other JSON services say "message"


class Reply(NamedTuple):
    """`body` is bytes, or an iterator of them: a stream."""
    status: int
    headers: dict
    body: bytes


class AwsError(Exception):
    """An error as AWS would answer it. `status` None means: what the protocol uses by default."""

    def __init__(self, code, message, status=None, headers=None, **members):
        super().__init__(message)
        self.code, self.message, self.status = code, message, status
        self.headers, self.members = headers or {}, members


class Drop(ConnectionResetError):
    """Ends the connection without (the rest of) an answer. With this errno the web server keeps quiet about it."""

    def __init__(self):
        super().__init__(errno.ECONNRESET, "dropped on purpose")


def json_reply(status, document, content_type="application/json", **headers):
    return Reply(status, {"Content-Type": content_type, **headers}, json.dumps(document).encode())


def not_implemented(what):
    return AwsError("SandboxNotImplemented", f"the sandbox does not implement {what}", 501)


def _xml_members(members):
    return "".join(f"<{k}>{escape(str(v))}</{k}>" for k, v in members.items())


def _json_error(error, service, request_id, version):
    key = "Message" if service in UPPER_CASE_MESSAGE else "message"
    headers = {"x-amzn-RequestId": request_id, **error.headers}
    if service == "cloudwatch":  # awsQueryCompatible: the code of the old query protocol rides along
        fault = "Receiver" if (error.status or 400) >= 500 else "Sender"
        headers["x-amzn-query-error"] = f"{error.code};{fault}"
    return json_reply(error.status or 400, {"__type": error.code, key: error.message, **error.members},
                      f"application/x-amz-json-{version}", **headers)


def _query_error(error, request_id):
    kind = "Receiver" if (error.status or 403) >= 500 else "Sender"
    text = (f"<ErrorResponse><Error><Type>{kind}</Type><Code>{escape(error.code)}</Code>"
            f"<Message>{escape(error.message)}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>")
    headers = {"Content-Type": "text/xml", "x-amzn-RequestId": request_id, **error.headers}
    return Reply(error.status or 403, headers, text.encode())


def _s3_error(error, request_id, method):
    text = ('<?xml version="1.0" encoding="UTF-8"?>\n'
            f"<Error><Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
            f"{_xml_members(error.members)}<RequestId>{request_id}</RequestId><HostId>sandbox</HostId></Error>")
    headers = {"Content-Type": "application/xml", "x-amz-request-id": request_id, "x-amz-id-2": "sandbox",
               **error.headers}
    return Reply(error.status or 403, headers, b"" if method == "HEAD" else text.encode())


def error_reply(error, service, protocol, request_id, method="POST", json_version="1.1"):
    """`protocol` is one of json, query, rest-xml and rest-json (botocore's names)."""
    if protocol == "query":
        return _query_error(error, request_id)
    if protocol == "rest-xml":
        return _s3_error(error, request_id, method)
    if protocol == "json":
        return _json_error(error, service, request_id, json_version)
    said = {} if error.message is None else {"message": error.message}
    return json_reply(error.status or 403, {**said, **error.members}, **{
        "x-amzn-ErrorType": error.code, "x-amzn-RequestId": request_id, **error.headers})
