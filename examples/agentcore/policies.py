#!/usr/bin/env python3
"""Makes the generated parts of lakewarden.yaml from what `lakewarden iam` prints.

    policies.py build/lakewarden            rewrites them
    policies.py build/lakewarden --check    status 1 where they are not fresh
"""
import json
import re
import subprocess
import sys
from pathlib import Path

TEMPLATE = Path(__file__).resolve().parent / "lakewarden.yaml"
PART = re.compile(r"^( *)# generated: (\w+)\n(.*?)^ *# end\n", re.MULTILINE | re.DOTALL)
NAMES = ("partition=${AWS::Partition}", "account=${AWS::AccountId}")
TO_BE_NAMED = "arn:to-be-named"  # what has no resources unless somebody names them
MUST_BE_NAMED = {"read": (), "write": ("RuntimeRoles",)}


def statements(program, role):
    """Of one policy, with CloudFormation's names in the ARNs."""
    named = [f"{sid}={TO_BE_NAMED}" for sid in MUST_BE_NAMED[role]]
    printed = subprocess.run([program, "iam", role, *NAMES, *named], capture_output=True, text=True, check=True).stdout
    return json.loads(printed)["Statement"]


def has_arns(statement):
    return statement["Resource"] != ["*"]


def is_named(statement):
    return statement["Resource"] == [TO_BE_NAMED]


def parameters(both):
    """One for each statement whose resources have ARNs."""
    for one in filter(has_arns, both):
        if is_named(one):
            yield from (f"{one['Sid']}:", "  Type: CommaDelimitedList",
                        f"  Description: ARNs for {actions_in(one)}; nothing is allowed unless they are named", '  Default: ""')
        else:
            yield from (f"{one['Sid']}:", "  Type: CommaDelimitedList",
                        f"  Description: ARNs for {actions_in(one)}; * is all of this account", '  Default: "*"')


def actions_in(statement):
    """A few words, for a description."""
    first, *rest = statement["Action"]
    return first if not rest else f"{first} and {len(rest)} more"


def conditions(both):
    """Whether somebody has named the resources of a statement."""
    for one in filter(has_arns, both):
        default = "" if is_named(one) else "*"
        yield f'{one["Sid"]}Named: !Not [!Equals [!Join [",", !Ref {one["Sid"]}], "{default}"]]'


def text(value):
    """A YAML string; one that holds a name of CloudFormation is filled in there."""
    return f"!Sub {json.dumps(value)}" if "${" in value else json.dumps(value)


def resource(one):
    """The lines for what a statement is about."""
    if not has_arns(one):
        return ['Resource: ["*"]']
    if is_named(one):
        return [f"Resource: !Ref {one['Sid']}"]
    return ["Resource: !If", f"  - {one['Sid']}Named", f"  - !Ref {one['Sid']}",
            *(("  - - " if i == 0 else "    - ") + text(arn) for i, arn in enumerate(one["Resource"]))]


def policy(part):
    """The statements of one policy, as a YAML list."""
    for one in part:
        lines = [f"Sid: {one['Sid']}", "Effect: Allow", "Action:", *(f"  - {action}" for action in one["Action"]), *resource(one)]
        for operator, tested in one.get("Condition", {}).items():
            lines += ["Condition:", f"  {operator}:", *(f"    {key}: {text(value)}" for key, value in tested.items())]
        if is_named(one):
            yield from ("- !If", f"  - {one['Sid']}Named", f"  - {lines[0]}", *(f"    {line}" for line in lines[1:]), "  - !Ref AWS::NoValue")
        else:
            yield from (f"- {lines[0]}", *(f"  {line}" for line in lines[1:]))


def fresh(program):
    """The template as it should be."""
    read, write = statements(program, "read"), statements(program, "write")
    parts = {"parameters": parameters([*read, *write]), "conditions": conditions([*read, *write]), "read": policy(read),
             "write": policy(write)}

    def part(match):
        indent = match.group(1)
        lines = "".join(f"{indent}{line}\n" for line in parts[match.group(2)])
        return f"{indent}# generated: {match.group(2)}\n{lines}{indent}# end\n"

    return PART.sub(part, TEMPLATE.read_text())


def main():
    program, *more = sys.argv[1:] or sys.exit(__doc__)
    made = fresh(program)
    if more == ["--check"]:
        sys.exit(made != TEMPLATE.read_text())
    TEMPLATE.write_text(made)


if __name__ == "__main__":
    main()
