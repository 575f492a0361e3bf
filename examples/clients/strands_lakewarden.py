"""An agent of the Strands SDK with lakewarden's tools: pip install strands-agents, and credentials for the model (Bedrock unless said).

usage: TOKEN=... strands_lakewarden.py URL QUESTION
"""
import os
import sys

from strands import Agent
from strands.tools.mcp import MCPClient


def main(url, question, model=None):
    # Who has an app client instead of a token: auth={"client_id": ..., "client_secret": ..., "scopes": ["lakewarden/read"]}
    with MCPClient(url=url, headers={"Authorization": f"Bearer {os.environ['TOKEN']}"}) as lakewarden:
        agent = Agent(model=model, tools=lakewarden.list_tools_sync())
        print(agent(question))


if __name__ == "__main__":
    main(*sys.argv[1:])
