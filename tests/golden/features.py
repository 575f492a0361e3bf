"""Which of the protocol cases ask for a feature that no operation of ours uses. Each reason is counted and printed."""


# Where boto3 does otherwise than Smithy says, and we as boto3.
LIKE_BOTO3 = {"RestJsonDeserializesDenseSetMapAndSkipsNull": "a null in a map (kept)"}


def shapes_of(model, ref):
    """Every (member reference, shape) below a reference, each shape once."""
    seen, todo = set(), [ref] if ref else []
    while todo:
        ref = todo.pop()
        shape = model["shapes"][ref["shape"]]
        yield ref, shape
        if ref["shape"] not in seen:
            seen.add(ref["shape"])
            todo += shape.get("members", {}).values()
            todo += [shape[k] for k in ("member", "key", "value") if k in shape]


def top_members(model, ref):
    return model["shapes"][ref["shape"]].get("members", {}).items() if ref else []


def left_out_input(model, case):
    """Why an input case is not run, or None."""
    given, protocol = case["given"], model["metadata"]["protocol"]
    ref = given.get("input")
    if "requestcompression" in given:
        return "request compression"
    if "endpoint" in given or "host" in case["serialized"]:
        return "host prefix"
    if any(member.get("idempotencyToken") and name not in case["params"] for name, member in top_members(model, ref)):
        return "idempotency token made by the client"
    if protocol not in ("rest-xml", "rest-json"):
        return None
    if "httpChecksum" in given or given.get("httpChecksumRequired"):
        return "request checksum"
    if any(member.get("location") == "headers" for _, member in top_members(model, ref)):
        return "header maps"
    if any(member.get("jsonvalue") for member, _ in shapes_of(model, ref)):
        return "JSON in headers"
    if protocol == "rest-json":
        return left_out_json_body(model, case)
    if ref and (model["shapes"][ref["shape"]].get("payload") or
                any("location" not in member for _, member in top_members(model, ref))):
        return "XML bodies sent"
    return None


def left_out_json_body(model, case):
    """Bodies of rest-json that boto3 itself does not send as the case wants them."""
    ref = case["given"].get("input")
    payload = ref and model["shapes"][ref["shape"]].get("payload")
    if payload and payload not in case["params"] and model["shapes"][shape_name(model, ref, payload)]["type"] == "structure":
        return "an empty payload (boto3 sends {})"
    return None


def shape_name(model, ref, member):
    return model["shapes"][ref["shape"]]["members"][member]["shape"]


def left_out_output(model, case):
    """Why an output case is not run, or None."""
    ref, protocol = case["given"].get("output"), model["metadata"]["protocol"]
    if protocol not in ("rest-xml", "rest-json"):
        return None
    if case["id"] in LIKE_BOTO3:
        return LIKE_BOTO3[case["id"]]
    if any(shape.get("eventstream") for _, shape in shapes_of(model, ref)):
        return "event streams"
    payload = ref and model["shapes"][ref["shape"]].get("payload")
    if payload and (protocol == "rest-xml" or model["shapes"][shape_name(model, ref, payload)]["type"] == "blob"):
        return "a payload member" if protocol == "rest-xml" else "a payload of bytes"
    if any(member.get("jsonvalue") for member, _ in shapes_of(model, ref)):
        return "JSON in headers"
    if any(member.get("location") == "headers" for _, member in top_members(model, ref)):
        return "header maps"
    if any(shape["type"] == "list" and member.get("location") == "header" for member, shape in shapes_of(model, ref)):
        return "lists in reply headers"
    return None
