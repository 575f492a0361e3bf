"""What a service refuses by its own model: lengths, patterns, enumerations, unions. botocore itself checks names and types only."""
import re


def complaints(shape, value, path=""):
    """Yields a sentence for each member that the model does not allow. Names and types are right by now."""
    said = shape.metadata
    if shape.type_name == "structure":
        if getattr(shape, "is_tagged_union", False) and len(value) != 1:
            yield f"{path or shape.name} must have exactly one member, not {sorted(value)}"
        for name, member in value.items():
            if name in shape.members and member is not None:
                yield from complaints(shape.members[name], member, f"{path}.{name}" if path else name)
        return
    if shape.type_name == "list":
        yield from outside(said, len(value), path, "items")
        for i, member in enumerate(value):
            yield from complaints(shape.member, member, f"{path}[{i}]")
    elif shape.type_name == "map":
        yield from outside(said, len(value), path, "entries")
    elif shape.type_name == "string":
        yield from outside(said, len(value), path, "characters")
        if shape.enum and value not in shape.enum:
            yield f"{path} is not one of {', '.join(shape.enum)}"
        if "pattern" in said and not re.fullmatch(said["pattern"], value):
            yield f"{path} does not match {said['pattern']}"
    elif shape.type_name in ("integer", "long"):
        yield from outside(said, value, path, "")


def outside(said, size, path, unit):
    """A sentence where a size is out of bounds."""
    low, high = said.get("min"), said.get("max")
    if (low is not None and size < low) or (high is not None and size > high):
        yield f"{path} has {size} {unit}, and may have {low or 0} to {high}".replace("  ", " ")
