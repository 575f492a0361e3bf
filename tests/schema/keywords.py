"""Which groups of the official suite use only what the validator knows: worked out here once more,
from the list of keywords alone, so that the validator cannot excuse itself from a group."""

ONE = {"additionalProperties", "propertyNames", "items", "contains", "not", "if", "then", "else"}
LISTS = {"allOf", "anyOf", "oneOf", "prefixItems"}
MAPS = {"properties", "patternProperties", "$defs"}
PLAIN = {
    "type", "enum", "const", "required", "dependentRequired", "minProperties", "maxProperties", "minItems",
    "maxItems", "uniqueItems", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
    "minLength", "maxLength", "pattern", "$ref", "$schema", "$id", "$comment", "$anchor", "title", "description",
    "default", "examples", "deprecated", "readOnly", "writeOnly", "format",
}
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def subschemas(schema):
    """Every subschema, the schema itself first."""
    yield schema
    if not isinstance(schema, dict):
        return
    for key, value in schema.items():
        inner = {"one": [value], "list": value, "map": value.values() if key in MAPS else []}[
            "one" if key in ONE else "list" if key in LISTS else "map"]
        for each in inner:
            yield from subschemas(each)


def local(reference, root):
    """Whether a $ref points into the document, by "#" or by the document's own $id."""
    own = root.get("$id", "").split("#")[0]
    return reference.startswith("#") or bool(own) and reference.split("#")[0] == own


def left_out_because(root):
    """What a schema uses that the validator does not have; empty when it must pass."""
    reasons = set()
    objects = [schema for schema in subschemas(root) if isinstance(schema, dict)]
    references = [schema["$ref"] for schema in objects if "$ref" in schema]
    for schema in objects:
        for key in schema:
            if key not in ONE | LISTS | MAPS | PLAIN and not key.startswith(("content", "x-")):
                reasons.add(key)
        if schema.get("$schema", DIALECT) != DIALECT:
            reasons.add("another $schema")
        if schema is not root and "$id" in schema and references:
            reasons.add("$ref beside an inner $id")
    if not all(local(reference, root) for reference in references):
        reasons.add("$ref to another document")
    return reasons
