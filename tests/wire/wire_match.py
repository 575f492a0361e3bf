"""Comparing what came with what a case expects."""
import json

RULES = {
    "$any": lambda want, seen: any(not list(differences(want, item)) for item in seen),
    "$none": lambda want, seen: all(list(differences(want, item)) for item in seen),
    "$contains": lambda want, seen: isinstance(seen, str) and want in seen,
    "$lacks": lambda want, seen: isinstance(seen, str) and want not in seen,
    "$count": lambda want, seen: len(seen) == want,
    "$exactly": lambda want, seen: json.dumps(seen, sort_keys=True) == json.dumps(want, sort_keys=True),
    "$keys": lambda want, seen: sorted(seen) == sorted(want),
    "$differs": lambda want, seen: seen != want,
    "$text": lambda want, seen: isinstance(seen, str) and seen != "",
}


def differences(wanted, seen, at=""):
    """What in `seen` is not as `wanted` says. Objects may have more members than wanted; lists must have the same
    length. An object of one member "$rule" is a rule of the table above; {"$absent": true} wants no such member."""
    if isinstance(wanted, dict) and len(wanted) == 1 and next(iter(wanted)) in RULES:
        (rule, value), = wanted.items()
        if not RULES[rule](value, seen):
            yield f"{at}: {rule} {json.dumps(value)} does not hold for {json.dumps(seen)[:500]}"
    elif isinstance(wanted, dict) and isinstance(seen, dict):
        for key, value in wanted.items():
            if value == {"$absent": True}:
                if key in seen:
                    yield f"{at}/{key}: is there, as {json.dumps(seen[key])[:300]}"
            elif key not in seen:
                yield f"{at}/{key}: is not there in {json.dumps(seen)[:500]}"
            else:
                yield from differences(value, seen[key], f"{at}/{key}")
    elif isinstance(wanted, list) and isinstance(seen, list) and len(wanted) == len(seen):
        for number, (want, see) in enumerate(zip(wanted, seen)):
            yield from differences(want, see, f"{at}/{number}")
    elif type(wanted) is not type(seen) or wanted != seen:
        yield f"{at}: {json.dumps(seen)[:500]}, not {json.dumps(wanted)}"
