"""A model for agents of the Strands SDK that plays one tool use and keeps what it was given."""
import json

from strands.models import Model


class Double(Model):
    """Asks for one tool, if there is a `use`, and ends the turn when it sees the result."""

    def __init__(self, use=None):
        self.use, self.specs, self.result = use, None, None

    def update_config(self, **_config):
        pass

    def get_config(self):
        return {}

    def structured_output(self, *_arguments, **_more):
        raise NotImplementedError("no agent here asks for it")

    async def stream(self, messages, tool_specs=None, *_arguments, **_more):
        self.specs = tool_specs
        for block in messages[-1]["content"]:
            self.result = block.get("toolResult", self.result)
        yield {"messageStart": {"role": "assistant"}}
        if self.use and not self.result:
            name, arguments = self.use
            yield {"contentBlockStart": {"start": {"toolUse": {"toolUseId": "use-1", "name": name}}}}
            yield {"contentBlockDelta": {"delta": {"toolUse": {"input": json.dumps(arguments)}}}}
            yield {"contentBlockStop": {}}
            yield {"messageStop": {"stopReason": "tool_use"}}
        else:
            yield {"contentBlockStart": {"start": {}}}
            yield {"contentBlockDelta": {"delta": {"text": "done"}}}
            yield {"contentBlockStop": {}}
            yield {"messageStop": {"stopReason": "end_turn"}}
