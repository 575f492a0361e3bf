"""Reads a Dockerfile: the instructions that ours uses, and no others."""
import json
import re
import shlex
from dataclasses import dataclass, field


@dataclass
class Stage:
    base: str
    name: str
    steps: list = field(default_factory=list)  # (instruction, text)

    def last(self, instruction):
        found = [text for name, text in self.steps if name == instruction]
        return found[-1] if found else None

    def command(self):
        """What a container runs unless it is told otherwise."""
        return json.loads(self.last("ENTRYPOINT")) + json.loads(self.last("CMD"))

    def labels(self):
        pairs = [pair.split("=", 1) for name, text in self.steps if name == "LABEL" for pair in shlex.split(text)]
        return dict(pairs)


KNOWN = {"ARG", "WORKDIR", "COPY", "RUN", "LABEL", "USER", "EXPOSE", "ENTRYPOINT", "CMD"}


def stages_of(text):
    """The stages in order. A line that ends with a backslash goes on in the next; comments are left out."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    whole = "\n".join(lines).replace("\\\n", " ")
    stages = []
    for line in filter(None, map(str.strip, whole.splitlines())):
        instruction, _, rest = line.partition(" ")
        if instruction == "FROM":
            base, name = re.fullmatch(r"(?:--platform=\S+ )?(\S+)(?: AS (\S+))?", rest).groups()
            stages.append(Stage(base, name))
        elif instruction in KNOWN:
            stages[-1].steps.append((instruction, rest.strip()))
        else:
            raise ValueError(f"an instruction that the test cannot carry out: {line}")
    return stages
