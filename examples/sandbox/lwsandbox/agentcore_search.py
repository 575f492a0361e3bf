"""The search tool of a gateway with searchType SEMANTIC. The real one embeds names and descriptions; this one goes by rare words."""
import json
import math
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
    """The tools that share words with the query, best first: a word counts the more, the fewer tools have it."""
    wanted = set(re.findall(r"[a-z0-9]+", str(arguments.get("query", "")).lower()))
    held = [set(words_of(tool)) for tool in tools]
    worth = {word: math.log(len(tools) / count) for word in wanted if (count := sum(word in words for words in held))}
    scored = [(sum(worth.get(word, 0) for word in words), tool) for words, tool in zip(held, tools)]
    best = [tool for score, tool in sorted(scored, key=lambda pair: -pair[0]) if score][:FOUND_MAX]
    return {"content": [{"type": "text", "text": json.dumps({"tools": best})}], "structuredContent": {"tools": best}, "isError": False}
