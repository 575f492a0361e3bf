"""An agent of the Strands SDK, whose model is a double."""
import asyncio
import contextlib

import anyio.to_thread
from mcp import StdioServerParameters, stdio_client
from mcp.types import ElicitResult
from strands import Agent
from strands.tools.mcp import MCPClient

from double import Double
from plan import carry_out


class Cancelled(Exception):
    """The agent gave its tool up."""


class Session:
    """One connection. Each call is a turn of an agent of its own, whose model is told which tool to use."""

    def __init__(self, plan, on_question):
        async def on_elicitation(_context, params):
            return ElicitResult(**on_question(params.message))

        async def on_progress(progress, total, message):
            if self.on_note:  # the SDK's thread is not that of the plan
                asyncio.run_coroutine_threadsafe(self.on_note(progress, total, message), self.loop)

        self.version = self.server = None  # neither is told
        self.loop, self.on_note, self.agent, self.tools = asyncio.get_running_loop(), None, None, None
        self.client = MCPClient(**reach(plan), elicitation_callback=on_elicitation, progress_callback=on_progress)

    async def turn(self, use=None):
        """The double, after a turn, and why the turn ended."""
        if self.tools is None:
            self.tools = await anyio.to_thread.run_sync(self.client.list_tools_sync)
        double = Double(use)
        agent = self.agent = Agent(model=double, tools=self.tools, callback_handler=None)
        result = await agent.invoke_async("Go on as planned.")
        return double, result.stop_reason

    async def list(self):
        double, _why = await self.turn()
        return [{**spec, **{name: spec[name]["json"] for name in ("inputSchema", "outputSchema") if name in spec}}
                for spec in double.specs]

    async def call(self, name, arguments, on_note):
        self.on_note = on_note
        double, why = await self.turn((name, arguments))
        if why == "cancelled":
            raise Cancelled
        text = "\n".join(block["text"] for block in double.result["content"] if "text" in block)
        if "isError" not in double.result:  # no answer of the server's
            raise RuntimeError(text)
        return {"is_error": double.result["isError"], "text": text, "structured": double.result.get("structuredContent")}

    def cancel(self):
        self.agent.cancel()


def reach(plan):
    if "url" not in plan:
        command = StdioServerParameters(command=plan["command"][0], args=plan["command"][1:])
        return {"transport_callable": lambda: stdio_client(command)}
    if account := plan.get("account"):
        return {"url": plan["url"], "auth": {"client_id": account["id"], "client_secret": account["secret"],
                                             "scopes": account["scope"].split()}}
    return {"url": plan["url"], "headers": plan["headers"]}


@contextlib.asynccontextmanager
async def connect(plan, _on_error, on_question):
    session = Session(plan, on_question)
    await anyio.to_thread.run_sync(session.client.start)
    try:
        yield session
    finally:
        await anyio.to_thread.run_sync(session.client.stop, None, None, None)


carry_out(connect)
