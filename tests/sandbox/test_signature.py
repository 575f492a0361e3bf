"""Every way a signature can be wrong, each with the code and the status AWS uses in that protocol."""
import json
import re
import time

import pytest
import wire
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

MAKE = {
    "json": lambda sandbox, who=None: wire.json_request(sandbox, "glue", "GetJobs", who=who),
    "s3": lambda sandbox, who=None: wire.s3_request(sandbox, "/acme-lake-raw?list-type=2&max-keys=1", who=who),
    "presigned": lambda sandbox, who=None: wire.s3_request(sandbox, "/acme-lake-raw", expires=60, who=who),
    "sts": lambda sandbox, who=None: wire.sts_request(sandbox),
}


def set_header(name, value):
    def bend(request):
        del request.headers[name]
        if value is not None:
            request.headers[name] = value
    return bend


def edit_authorization(pattern, text):
    return lambda r: r.headers.replace_header("Authorization", re.sub(pattern, text, r.headers["Authorization"]))


def edit_url(pattern, text):
    def bend(request):
        assert re.search(pattern, request.url), request.url
        request.url = re.sub(pattern, text, request.url)
    return bend


def edit_body(data):
    def bend(request):
        request.data = data
    return bend


CASES = [  # kind of request, what is done to it after signing, status, code
    ("json", edit_authorization("Signature=.", "Signature=z"), 400, "IncompleteSignatureException"),
    ("json", edit_authorization("Signature=[0-9a-f]{4}", "Signature=0000"), 400, "InvalidSignatureException"),
    ("json", edit_authorization("Credential=[^/]+", "Credential=AKIDNOBODY"), 400, "UnrecognizedClientException"),
    ("json", edit_authorization("/us-east-1/", "/us-west-2/"), 400, "InvalidSignatureException"),
    ("json", edit_authorization("host;", ""), 400, "InvalidSignatureException"),
    ("json", edit_body(b'{"MaxResults":1}'), 400, "InvalidSignatureException"),
    ("json", edit_url("/$", "/?x=1"), 400, "InvalidSignatureException"),
    ("json", set_header("Authorization", None), 400, "MissingAuthenticationTokenException"),
    ("json", set_header("Authorization", "Bearer abc"), 400, "IncompleteSignatureException"),
    ("json", set_header("X-Amz-Date", "yesterday"), 400, "IncompleteSignatureException"),
    ("json", set_header("X-Amz-Date", "20200101T000000Z"), 400, "InvalidSignatureException"),
    ("json", set_header("X-Amz-Security-Token", "abc"), 400, "UnrecognizedClientException"),
    ("json", set_header("X-Amz-Extra", "not signed"), 400, "InvalidSignatureException"),
    ("s3", edit_authorization("Signature=[0-9a-f]{4}", "Signature=0000"), 403, "SignatureDoesNotMatch"),
    ("s3", edit_authorization("Credential=[^/]+", "Credential=AKIDNOBODY"), 403, "InvalidAccessKeyId"),
    ("s3", set_header("Authorization", None), 403, "AccessDenied"),
    ("s3", set_header("X-Amz-Security-Token", "abc"), 400, "InvalidToken"),
    ("s3", set_header("X-Amz-Content-SHA256", None), 400, "InvalidRequest"),
    ("s3", set_header("X-Amz-Content-SHA256", "0" * 64), 400, "XAmzContentSHA256Mismatch"),
    ("s3", edit_url("max-keys=1", "max-keys=2"), 403, "SignatureDoesNotMatch"),
    ("s3", edit_url("acme-lake-raw", "acme-lake-ra%77"), 403, "SignatureDoesNotMatch"),
    ("presigned", edit_url("X-Amz-Signature=....", "X-Amz-Signature=0000"), 403, "SignatureDoesNotMatch"),
    ("presigned", edit_url("X-Amz-Expires=60", "X-Amz-Expires=600"), 403, "SignatureDoesNotMatch"),
    ("presigned", edit_url("&X-Amz-Expires=60", ""), 400, "AuthorizationQueryParametersError"),
    ("sts", edit_authorization("Signature=[0-9a-f]{4}", "Signature=0000"), 403, "SignatureDoesNotMatch"),
    ("sts", edit_authorization("Credential=[^/]+", "Credential=AKIDNOBODY"), 403, "InvalidClientTokenId"),
    ("sts", set_header("Authorization", None), 403, "MissingAuthenticationToken"),
]


def code_of(headers, body):
    if headers["Content-Type"].startswith("application/x-amz-json"):
        return json.loads(body)["__type"]
    return re.search(rb"<Code>([^<]+)</Code>", body)[1].decode()


@pytest.mark.parametrize("kind", MAKE)
def test_untouched_requests_pass(kind, sandbox):
    assert wire.send(MAKE[kind](sandbox))[0] == 200


@pytest.mark.parametrize(("kind", "bend", "status", "code"), CASES,
                         ids=[f"{k}-{c}-{n}" for n, (k, _, _, c) in enumerate(CASES)])
def test_bent_requests_fail(kind, bend, status, code, sandbox):
    request = MAKE[kind](sandbox)
    bend(request)
    got, headers, body = wire.send(request)
    assert (got, code_of(headers, body)) == (status, code)
    record = sandbox.journal()[-1]
    assert (record["signed"], record["status"], record["error"]) == (False, status, code)


@pytest.mark.parametrize(("kind", "status", "code"), [
    ("json", 400, "ExpiredTokenException"), ("s3", 400, "ExpiredToken"), ("sts", 403, "ExpiredToken")])
def test_expired_key(kind, status, code, sandbox):
    sandbox.control("POST", "keys", {"akid": sandbox["keys"]["writer"]["akid"], "expires_in_s": 0})
    got, headers, body = wire.send(MAKE[kind](sandbox))
    assert (got, code_of(headers, body)) == (status, code)


def test_presigned_url_runs_out(sandbox):
    request = wire.s3_request(sandbox, "/acme-lake-raw", expires=1)
    signed = time.time()
    while time.time() < signed + 2.1:  # the date of the signature is cut to the second
        time.sleep(0.1)
    status, _, body = wire.send(request)
    assert status == 403 and b"<Message>Request has expired</Message>" in body


def test_a_role_works_with_its_token_only(sandbox):
    got = sandbox.client("sts", "reader").assume_role(
        RoleArn="arn:aws:iam::123456789012:role/lake-write", RoleSessionName="night")["Credentials"]
    pair = {"akid": got["AccessKeyId"], "secret": got["SecretAccessKey"]}
    who = sandbox.client("sts", pair, token=got["SessionToken"]).get_caller_identity()
    assert who["Arn"] == "arn:aws:sts::123456789012:assumed-role/lake-write/night"
    glue = sandbox.client("glue", pair, token=got["SessionToken"])
    assert glue.start_job_run(JobName=sandbox["job_name"])["JobRunId"]
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        sandbox.client("sts", pair).get_caller_identity()
    sandbox.control("POST", "keys", {"akid": pair["akid"], "expires_in_s": 0})
    with pytest.raises(ClientError, match="ExpiredTokenException"):
        glue.get_jobs()


def test_a_role_that_reads_does_not_write(sandbox):
    got = sandbox.client("sts").assume_role(RoleArn="arn:aws:iam::123456789012:role/lake-read",
                                            RoleSessionName="night")["Credentials"]
    pair = {"akid": got["AccessKeyId"], "secret": got["SecretAccessKey"]}
    with pytest.raises(ClientError, match="lake-read/night is not authorized to perform: glue:StartJobRun"):
        sandbox.client("glue", pair, token=got["SessionToken"]).start_job_run(JobName=sandbox["job_name"])


def test_the_target_is_checked_as_sent(sandbox):
    """An encoded slash, a doubled slash and dot segments are part of an S3 key and of its signature."""
    s3 = sandbox.client("s3")
    for key in ("a//b", "a/../b", "a/./b", "/lead", "tail/", "%41", "x?y&z=#;:@!$'()*,~", "日本/…"):
        s3.put_object(Bucket="acme-lake-curated", Key=key, Body=key.encode())
        assert s3.get_object(Bucket="acme-lake-curated", Key=key)["Body"].read() == key.encode()


def test_wrong_secret_through_botocore(sandbox):
    who = Credentials(sandbox["keys"]["writer"]["akid"], "wrong")
    status, headers, body = wire.send(wire.json_request(sandbox, "logs", "DescribeLogGroups", who=who))
    assert (status, code_of(headers, body)) == (400, "InvalidSignatureException")


def test_a_chunked_body_is_read_like_any_other(sandbox):
    request = wire.json_request(sandbox, "glue", "GetJob", json.dumps({"JobName": sandbox["job_name"]}))
    request.headers["Transfer-Encoding"] = "chunked"
    request.data = b"%x\r\n%b\r\n0\r\n\r\n" % (len(request.data), request.data)
    status, _, body = wire.send(request)
    assert status == 200 and json.loads(body)["Job"]["Name"] == sandbox["job_name"]
