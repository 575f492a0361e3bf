"""lakewarden's tools in LangChain: pip install langchain-mcp-adapters. What is printed here goes to an agent otherwise.

usage: TOKEN=... langchain_lakewarden.py URL
"""
import asyncio
import os
import sys

from langchain_mcp_adapters.client import MultiServerMCPClient


async def tools_of(url):
    headers = {"Authorization": f"Bearer {os.environ['TOKEN']}"}
    return await MultiServerMCPClient({"lakewarden": {"transport": "streamable_http", "url": url, "headers": headers}}).get_tools()


if __name__ == "__main__":
    for tool in asyncio.run(tools_of(sys.argv[1])):
        print(f"{tool.name}: {tool.description.splitlines()[0]}")
