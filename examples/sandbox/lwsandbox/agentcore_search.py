"""The search tool of a gateway with searchType SEMANTIC. The real one embeds names and descriptions; this one counts words in them."""
import json
import re

NAME = "x_amz_bedrock_agentcore_search"
FOUND_MAX = 10
TOOL = {"name": NAME, "description": "A tool that returns a trimmed down list of tools given a context",
        "inputSchema": {"type": "object", "properties": {"query": {"type": "string", "description": "The context to search by"}},
                        "required": ["query"]}}


def words_of(tool):
    """What is searched: the name, the description, and those of the arguments."""
    arguments = tool["inputSchema"].get("properties", {})
    texts = [tool["name"], tool.get("description", ""), *arguments, *(one.get("description", "") for one in arguments.values())]
    return re.findall(r"[a-z0-9]+", " ".join(texts).lower().replace("_", " "))


def result(tools, arguments):
    """The tools that share most words with the query, best first."""
    wanted = set(re.findall(r"[a-z0-9]+", str(arguments.get("query", "")).lower()))
    scored = [(len(wanted & set(words_of(tool))), tool) for tool in tools]
    best = [tool for score, tool in sorted(scored, key=lambda pair: -pair[0]) if score][:FOUND_MAX]
    return {"content": [{"type": "text", "text": json.dumps({"tools": best})}], "structuredContent": {"tools": best}, "isError": False}
