"""Requests of AWS services that speak rest-json, read back into the members of their API by botocore's models."""
import functools
import json
import re
from urllib.parse import parse_qsl, unquote

import botocore.session

# What stands in the scope of a signature, and what the service is called here and by botocore.
SERVICES = {"emr-serverless": ("emr_serverless", "emr-serverless"), "emr-containers": ("emr_containers", "emr-containers"),
            "airflow": ("mwaa", "mwaa"), "kafka": ("kafka", "kafka"), "lambda": ("lambda", "lambda")}
SSO = ("sso", "sso")  # asks without a signature


def service_of(authorization, path):
    """(our name, botocore's name) of the service a request is for, or None."""
    scope = re.search(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/", authorization or "")
    if scope:
        return SERVICES.get(scope[1])
    return SSO if path.startswith("/federation/") else None


@functools.cache
def model_of(service):
    return botocore.session.Session().get_service_model(service)


@functools.cache
def routes(service):
    """(method, pattern, operation) of a service, those with the most of a path of their own first."""
    found = []
    for name in model_of(service).operation_names:
        http = model_of(service).operation_model(name).http
        path = http["requestUri"].split("?")[0]
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(path))
        found.append((len(re.sub(r"\{\w+\}", "", path)), http["method"], re.compile(pattern + "/?"), name))
    return [row[1:] for row in sorted(found, key=lambda row: -row[0])]


def value_of(text, shape):
    """A value of a path, a query or a header in its type; times stay text."""
    if shape.type_name in ("integer", "long"):
        return int(text)
    return text == "true" if shape.type_name == "boolean" else text


def named(value, shape):
    """A value of a JSON body with its members named as in the API."""
    if shape.type_name == "structure" and isinstance(value, dict) and not shape.is_document_type:
        names = {m.serialization.get("name", name): (name, m) for name, m in shape.members.items()}
        return {names[k][0] if k in names else k: named(v, names[k][1]) if k in names else v for k, v in value.items()}
    if shape.type_name == "list" and isinstance(value, list):
        return [named(item, shape.member) for item in value]
    return value


def members_of(shape, path_values, query, headers, body):
    """The input of an operation, gathered from where its members are."""
    found = {}
    for name, member in shape.members.items():
        wire, place = member.serialization.get("name", name), member.serialization.get("location")
        if place == "uri" and wire in path_values:
            found[name] = value_of(unquote(path_values[wire]), member)
        elif place == "querystring" and member.type_name == "list":
            values = [value_of(v, member.member) for k, v in query if k == wire]
            found.update({name: values} if values else {})
        elif place == "querystring" and wire in dict(query):
            found[name] = value_of(dict(query)[wire], member)
        elif place == "header" and headers.get(wire) is not None:
            found[name] = value_of(headers[wire], member)
    return {**found, **(named(json.loads(body), shape) if body else {})}


def read(service, method, path, query_text, headers, body):
    """(operation, input) of a request; an operation nobody knows is called by its method and path."""
    for wanted, pattern, name in routes(service):
        match = pattern.fullmatch(path) if wanted == method else None
        if match:
            shape = model_of(service).operation_model(name).input_shape
            query = parse_qsl(query_text, keep_blank_values=True)
            return name, members_of(shape, match.groupdict(), query, headers, body)
    return f"{method} {path}", {}


def put_object(bucket, key, headers, body):
    """The input of S3's PutObject, its body as text."""
    shape = model_of("s3").operation_model("PutObject").input_shape
    found = {name: value_of(headers[m.serialization["name"]], m) for name, m in shape.members.items()
             if m.serialization.get("location") == "header" and headers.get(m.serialization["name"]) is not None}
    return {**found, "Bucket": bucket, "Key": key, "Body": body.decode()}
