"""The official Python SDK, version 2: `server/discover`, or `initialize` when told so."""
import contextlib

import httpx2
from mcp import Client, StdioServerParameters
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.client.auth.extensions.client_credentials import ClientCredentialsOAuthProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata
from mcp.types import ElicitResult

from person import sign_in_of
from plan import carry_out, entry


class Session:
    def __init__(self, client):
        self.client, self.version = client, client.protocol_version
        self.server = client.server_info.model_dump(mode="json") if client.server_info else None

    async def list(self):
        return (await self.client.list_tools()).model_dump(mode="json", by_alias=True, exclude_none=True)["tools"]

    async def call(self, name, arguments, on_note):
        result = await self.client.call_tool(name, arguments, progress_callback=on_note)
        text = "\n".join(block.text for block in result.content if block.type == "text")
        return {"is_error": result.is_error, "structured": result.structured_content, "text": text}


def person(plan, memory):
    return sign_in_of(plan, memory, OAuthClientProvider, OAuthClientMetadata, OAuthClientInformationFull,
                      lambda code, state: AuthorizationCodeResult(code=code, state=state))


@contextlib.asynccontextmanager
async def connect(plan, on_error, on_question):
    async def on_elicit(_context, params):
        return ElicitResult(**on_question(params.message))

    async def on_message(message):
        if isinstance(message, Exception):
            on_error(message)

    async with contextlib.AsyncExitStack() as stack:
        if "url" in plan:
            options = entry(plan, ClientCredentialsOAuthProvider, "scope", person)
            http = await stack.enter_async_context(httpx2.AsyncClient(**options))
            server = streamable_http_client(plan["url"], http_client=http)
        else:
            server = StdioServerParameters(command=plan["command"][0], args=plan["command"][1:])
        mode = plan["mode"].removeprefix("pin ")
        client = Client(server, mode=mode, message_handler=on_message, elicitation_callback=on_elicit)
        yield Session(await stack.enter_async_context(client))


carry_out(connect)
