"""What is left of one run of a client, for the tests to look at."""
from dataclasses import dataclass, field


@dataclass
class Seen:
    """The client's row of the table, the transport, the plan's name, its report, the server it talked to, what that server had logged as
    cancelled before anyone stopped it, and what was seen from outside meanwhile."""
    row: dict
    transport: str
    plan: str
    report: dict
    steps: dict
    server: object
    gone: list
    meanwhile: dict = field(default_factory=dict)

    @property
    def structures(self):
        """Whether this version of the protocol knows structured answers."""
        return self.row["version"] >= "2025-06-18"

    @property
    def complaints(self):
        """What the client complained of outside of any call, but for what its row says it always does."""
        known = self.row.get("complains", [])
        return [text for text in self.report["errors"] if not any(part in text for part in known)]

    @property
    def starts(self):
        """How many processes the client starts over stdio for its plan."""
        starts = self.row["starts"]
        return starts if isinstance(starts, int) else starts[self.plan]

    def step(self, name):
        assert name in self.steps, self.report
        return self.steps[name]

    def tools(self, name="list"):
        step = self.step(name)
        assert "tools" in step, step
        return step["tools"]

    def answer(self, name):
        step = self.step(name)
        assert "answer" in step, step
        return step["answer"]

    def text(self, name):
        """Of an answer that is no error."""
        answer = self.answer(name)
        assert not answer["is_error"], answer
        return answer["text"]

    def structured(self, name):
        """Of an answer that is no error."""
        self.text(name)
        return self.answer(name)["structured"]

    def refusal(self, name):
        """The text of an answer that is an error of the tool."""
        answer = self.answer(name)
        assert answer["is_error"], answer
        return answer["text"]
