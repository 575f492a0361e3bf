"""CloudFormation as far as the template uses it: reads it, and says what it comes to with these parameters."""
import re

import yaml


class Loader(yaml.SafeLoader):
    """`!Sub x` becomes {"Fn::Sub": x}, as CloudFormation has it."""


def short_form(loader, suffix, node):
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        return {name: value.split(".", 1) if suffix == "GetAtt" else value}
    return {name: loader.construct_sequence(node, deep=True)}


Loader.add_multi_constructor("!", short_form)
NOTHING = object()  # AWS::NoValue


def load(path):
    return yaml.load(path.read_text(), Loader)


class Stack:
    """The template with parameters: `policies(role)`, and `resources` with everything worked out."""

    def __init__(self, template, account="111122223333", region="eu-central-1", **given):
        lists = {name for name, one in template["Parameters"].items() if one["Type"] == "CommaDelimitedList"}
        texts = {name: given.get(name, one.get("Default")) for name, one in template["Parameters"].items()}
        assert None not in texts.values() and set(given) <= set(texts), texts
        self.names = {"AWS::Partition": "aws", "AWS::AccountId": account, "AWS::Region": region, "AWS::NoValue": NOTHING,
                      **{name: text.split(",") if name in lists else text for name, text in texts.items()}}
        self.conditions = {}
        for name, one in template.get("Conditions", {}).items():
            self.conditions[name] = self.value(one)
        self.resources = {name: self.value(one) for name, one in template["Resources"].items()
                          if self.conditions.get(one.get("Condition"), True)}

    def value(self, part):
        """What an expression comes to. A resource's own reference is its name."""
        if isinstance(part, list):
            return [one for one in map(self.value, part) if one is not NOTHING]
        if not isinstance(part, dict):
            return part
        name, inner = next(iter(part.items()), (None, None))
        if len(part) == 1 and (name == "Ref" or str(name).startswith("Fn::")):
            return getattr(self, name.replace("Fn::", "").lower())(inner)
        worked_out = {key: self.value(one) for key, one in part.items()}
        return {key: one for key, one in worked_out.items() if one is not NOTHING}

    def ref(self, name):
        return self.names.get(name, name)

    def sub(self, text):
        return re.sub(r"\$\{([\w:]+)\}", lambda match: self.ref(match.group(1)), text)

    def getatt(self, parts):
        return f"arn:aws:iam::{self.names['AWS::AccountId']}:role/{parts[0]}" if parts[1] == "Arn" else ".".join(parts)

    def equals(self, pair):
        return self.value(pair[0]) == self.value(pair[1])

    def join(self, pair):
        return pair[0].join(self.value(pair[1]))

    def policies(self, role):
        """The documents of one role."""
        return [one["PolicyDocument"] for one in self.resources[role]["Properties"]["Policies"]]


# Their names are words of Python.
setattr(Stack, "if", lambda self, parts: self.value(parts[1] if self.conditions[parts[0]] else parts[2]))
setattr(Stack, "not", lambda self, parts: not self.value(parts[0]))
