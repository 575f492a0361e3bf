"""Requests and replies through botocore's own service models: which operation it is, its parameters, its answer.

Leans on moto's routing, parsing and serialising (internal to moto, hence the pinned version)."""
import re

from botocore.validate import ParamValidator
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.serialize import XFormedAttributePicker, get_serializer_class
from moto.core.utils import get_service_model

from .reply import AwsError, Reply, not_implemented

SERVICES = {"airflow": "mwaa", "athena": "athena", "bedrock-agentcore": "bedrock-agentcore-control",
            "cloudtrail": "cloudtrail", "elasticmapreduce": "emr", "emr-containers": "emr-containers", "emr-serverless": "emr-serverless", "glue": "glue", "kafka": "kafka",
            "lambda": "lambda", "logs": "logs", "monitoring": "cloudwatch", "s3": "s3",
            "secretsmanager": "secretsmanager", "sts": "sts"}  # by signing name
INVALID = {"athena": "InvalidRequestException", "bedrock-agentcore-control": "ValidationException",
           "cloudtrail": "InvalidParameterCombinationException", "emr": "InvalidRequestException", "emr-containers": "ValidationException", "emr-serverless": "ValidationException",
           "glue": "InvalidInputException", "kafka": "BadRequestException",
           "lambda": "InvalidParameterValueException", "logs": "InvalidParameterException", "cloudwatch": "ValidationError",
           "mwaa": "ValidationException", "sts": "ValidationError"}


def guess_service(scope, headers, target, body):
    """-> (botocore name or None, signing name): from the credential scope, else from what the request looks like."""
    if scope:
        return SERVICES.get(scope.service), scope.service
    prefix = headers.get("x-amz-target", "").split(".")[0]
    known = {"AWSGlue": "glue", "Logs_20140328": "logs", "GraniteServiceVersion20100801": "monitoring"}.get(prefix)
    if prefix:
        return SERVICES.get(known), known or prefix
    if body.startswith(b"Action=") or b"&Action=" in body or "Action=" in target:
        return "sts", "sts"
    return "s3", "s3"


def guess_protocol(service, headers, body):
    """The protocol to answer in when the operation is not known."""
    if service == "s3":
        return "rest-xml"
    if "x-amz-target" in headers:
        return "json"
    if service == "sts" or re.search(rb"(^|&)Action=", body):
        return "query"
    return "rest-json"


def json_version(service):
    return "1.0" if service == "cloudwatch" else "1.1"


def identify(env, service):
    """-> (operation model, parameters, protocol). Raises AwsError for an operation the service does not have."""
    request = Request(dict(env))
    try:
        operation, uri = get_service_router(service).match(request)
    except Exception:
        what = request.headers.get("x-amz-target") or f"{request.method} {request.path}"
        raise not_implemented(f"{service}: {what}") from None
    protocol = determine_request_protocol(get_service_model(service), request.content_type)
    try:
        parameters = PROTOCOL_PARSERS[protocol](operation, map_type=dict).parse({
            "method": request.method, "values": request.values, "headers": request.headers,
            "body": request.get_data(), "url_path": request.path, "url_params": uri}) or {}
    except Exception as problem:
        raise AwsError("SerializationException", f"could not parse the request: {type(problem).__name__}",
                       400) from None
    return operation, parameters, protocol


def validate(operation, parameters, service):
    """AWS refuses missing members and wrong types before it looks at anything else. S3 has its own ways."""
    if service == "s3" or operation.input_shape is None:
        return
    report = ParamValidator().validate(parameters, operation.input_shape)
    if report.has_errors():
        raise AwsError(INVALID[service], report.generate_report().replace("\n", "; "), 400)


def serialize(operation, protocol, service, result, request_id):
    maker = get_serializer_class(service, protocol)(
        operation_model=operation, pretty_print=False, value_picker=XFormedAttributePicker())
    raw = maker.serialize(result)
    body = raw["body"].encode() if isinstance(raw["body"], str) else raw["body"]
    headers = {**raw["headers"], "x-amzn-RequestId": request_id}
    if protocol == "json":
        headers = {k: v for k, v in headers.items() if k.lower() != "content-type"}
        headers["Content-Type"] = f"application/x-amz-json-{json_version(service)}"
    return Reply(raw["status_code"], headers, body)
