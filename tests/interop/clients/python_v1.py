"""The official Python SDK, version 1: only ever opens with `initialize`."""
import contextlib

import httpx
from mcp import ClientSession, StdioServerParameters
from mcp.client.auth import OAuthClientProvider
from mcp.client.auth.extensions.client_credentials import ClientCredentialsOAuthProvider
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata
from mcp.types import ElicitResult

from person import sign_in_of
from plan import carry_out, entry


class Session:
    def __init__(self, session, opened):
        self.session, self.version = session, opened.protocolVersion
        self.server = opened.serverInfo.model_dump(mode="json")

    async def list(self):
        return (await self.session.list_tools()).model_dump(mode="json", by_alias=True, exclude_none=True)["tools"]

    async def call(self, name, arguments, on_note):
        result = await self.session.call_tool(name, arguments, progress_callback=on_note)
        text = "\n".join(block.text for block in result.content if block.type == "text")
        return {"is_error": result.isError, "structured": result.structuredContent, "text": text}


def person(plan, memory):
    return sign_in_of(plan, memory, OAuthClientProvider, OAuthClientMetadata, OAuthClientInformationFull, lambda code, state: (code, state))


@contextlib.asynccontextmanager
async def streams(plan):
    if "url" not in plan:
        async with stdio_client(StdioServerParameters(command=plan["command"][0], args=plan["command"][1:])) as (r, w):
            yield r, w
        return
    async with httpx.AsyncClient(**entry(plan, ClientCredentialsOAuthProvider, "scopes", person)) as http:
        async with streamable_http_client(plan["url"], http_client=http) as (r, w, _):
            yield r, w


@contextlib.asynccontextmanager
async def connect(plan, on_error, on_question):
    async def on_elicit(_context, params):
        return ElicitResult(**on_question(params.message))

    async def on_message(message):
        if isinstance(message, Exception):
            on_error(message)

    async with streams(plan) as (r, w), ClientSession(
            r, w, message_handler=on_message, elicitation_callback=on_elicit) as session:
        yield Session(session, await session.initialize())


carry_out(connect)
