"""LangChain's MCP adapters, as their documentation uses them: a connection of its own for the list and for each call."""
import contextlib
import itertools

from langchain_mcp_adapters.callbacks import Callbacks
from langchain_mcp_adapters.client import MultiServerMCPClient
from mcp.client.auth.extensions.client_credentials import ClientCredentialsOAuthProvider
from mcp.types import ElicitResult

from plan import carry_out, entry


def connection(plan):
    if "url" not in plan:
        return {"transport": "stdio", "command": plan["command"][0], "args": plan["command"][1:]}
    reach = entry(plan, ClientCredentialsOAuthProvider, "scopes")
    return {"transport": "streamable_http", "url": plan["url"],
            **{name: reach[name] for name in ("headers", "auth") if name in reach}}


class Session:
    """Notes come to the whole client: `on_note` is that of the last call that wanted them."""

    def __init__(self, plan, on_question):
        async def on_elicitation(_context, params, _where):
            return ElicitResult(**on_question(params.message))

        async def on_progress(progress, total, message, _where):
            if self.on_note:
                await self.on_note(progress, total, message)

        self.on_note, self.tools, self.numbers = None, {}, itertools.count(1)
        self.client = MultiServerMCPClient({"server": connection(plan)}, callbacks=Callbacks(
            on_progress=on_progress, on_elicitation=on_elicitation))

    async def meet(self):
        opened = (await self.client.get_server_info())["server"]
        self.version, self.server = opened.protocolVersion, opened.serverInfo.model_dump(mode="json")

    async def list(self):
        self.tools = {tool.name: tool for tool in await self.client.get_tools()}
        return [{"name": tool.name, "description": tool.description, "inputSchema": tool.args_schema}
                for tool in self.tools.values()]

    async def call(self, name, arguments, on_note):
        if not self.tools:
            await self.list()
        self.on_note = on_note
        message = await self.tools[name].ainvoke(
            {"type": "tool_call", "id": str(next(self.numbers)), "name": name, "args": arguments})
        text = "\n".join(block["text"] for block in message.content if block["type"] == "text")
        return {"is_error": message.status == "error", "text": text,
                "structured": (message.artifact or {}).get("structured_content")}


@contextlib.asynccontextmanager
async def connect(plan, _on_error, on_question):
    session = Session(plan, on_question)
    await session.meet()
    yield session


carry_out(connect)
