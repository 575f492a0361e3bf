"""The official Python SDK as client: over HTTP with a bearer token, and over stdio with a command."""
import contextlib
import json
import os
import shlex

import httpx2
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client

from place import expect


class Caller:
    """Calls tools, and shows the call and what the answer said."""

    def __init__(self, client, show):
        self.client, self.show = client, show

    async def ask(self, tool, arguments):
        """The envelope of an answer that is no error."""
        self.show.call(tool, arguments)
        return await self.ask_quietly(tool, arguments)

    async def ask_quietly(self, tool, arguments):
        result = await self.client.call_tool(tool, arguments)
        text = "\n".join(block.text for block in result.content if block.type == "text")
        expect(not result.is_error, f"an answer of {tool}", text)
        return result.structured_content

    async def ask_in_vain(self, tool, arguments):
        """What the server says to a call it does not let through."""
        self.show.call(tool, arguments)
        try:
            result = await self.client.call_tool(tool, arguments)
        except MCPError as error:
            return str(error)
        expect(False, f"{tool} to be refused", json.dumps(result.structured_content))


@contextlib.asynccontextmanager
async def over_http(place, token, show):
    """Loopback never goes through a proxy."""
    async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=60, trust_env=False) as http:
        async with Client(streamable_http_client(place["mcp_url"], http_client=http)) as client:
            yield Caller(client, show)


@contextlib.asynccontextmanager
async def over_stdio(place):
    """The server's log is of no interest here."""
    command, *arguments = shlex.split(place["stdio_command"])
    with open(os.devnull, "w") as nowhere:
        server = stdio_client(StdioServerParameters(command=command, args=arguments), errlog=nowhere)
        async with Client(server) as client:
            yield client
