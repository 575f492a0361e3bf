"""Which of the protocol cases ask for a feature that no operation of ours uses. Each reason is counted and printed."""


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
    if protocol != "rest-xml":
        return None
    if "httpChecksum" in given or given.get("httpChecksumRequired"):
        return "request checksum"
    if any(member.get("location") == "headers" for _, member in top_members(model, ref)):
        return "header maps"
    if any(shape["type"] == "map" and member.get("location") == "querystring"
           for member, shape in shapes_of(model, ref)):
        return "query maps"
    if ref and (model["shapes"][ref["shape"]].get("payload") or
                any("location" not in member for _, member in top_members(model, ref))):
        return "XML bodies sent"
    return None


def left_out_output(model, case):
    """Why an output case is not run, or None."""
    ref = case["given"].get("output")
    if model["metadata"]["protocol"] != "rest-xml":
        return None
    if any(shape.get("eventstream") for _, shape in shapes_of(model, ref)):
        return "event streams"
    if ref and model["shapes"][ref["shape"]].get("payload"):
        return "a payload member"
    if any(member.get("location") == "headers" for _, member in top_members(model, ref)):
        return "header maps"
    if any(shape["type"] == "list" and member.get("location") == "header" for member, shape in shapes_of(model, ref)):
        return "lists in reply headers"
    return None
