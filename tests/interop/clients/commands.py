"""Carries out a plan with a client that is a command line. README.md beside this file has the words of plans and reports."""
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

STEP_LIMIT_S = 60


class Unable(Exception):
    """The command line has no means for a step; the rest of the plan makes no sense then."""


class Refused(Exception):
    """What a command printed as its error: {"code", "message"}."""


class CommandLine:
    """One of the Inspector's programs: NODE PROGRAM, with a settings file of its own and nothing kept in the home folder."""

    AT_ONCE = True

    def __init__(self, node, program, folder, plan):
        self.base, self.config, self.server = [node, program], os.path.join(folder, "mcp.json"), "server"
        self.environment = {**os.environ, "HOME": folder, "MCP_INSPECTOR_SECRET_STORE": "memory", "NO_COLOR": "1"}
        if "url" in plan:
            entry = {"type": "streamable-http", "url": plan["url"], "headers": plan.get("headers", {})}
        else:
            entry = {"command": plan["command"][0], "args": plan["command"][1:]}
        with open(self.config, "w", encoding="utf-8") as file:
            json.dump({"mcpServers": {self.server: entry}}, file)

    def run(self, *arguments):
        """What one command printed, as JSON, even where it ended with an error status after an answer."""
        process = subprocess.Popen([*self.base, *arguments], env=self.environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            out, errors = process.communicate(timeout=STEP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise Refused({"code": "timeout", "message": f"no end after {STEP_LIMIT_S} s"}) from None
        if out.strip():
            return json.loads(out)
        for line in errors.splitlines():
            if line.startswith('{"error":'):
                raise Refused(json.loads(line)["error"])
        raise Refused({"code": None, "message": f"status {process.returncode}: {errors}"})


def answer_of(result):
    text = "\n".join(block["text"] for block in result["content"] if block["type"] == "text")
    return {"is_error": result.get("isError", False), "structured": result.get("structuredContent"), "text": text}


def call(client, step, began):
    if {"cancel_on", "leave_on"} & set(step):
        raise Unable
    if "punctual_ms" in step:  # is about notes alone, of which none is ever shown
        return {"notes": [], "error": {"code": None, "message": "shows no notes"}}
    report = {"notes": [], "asked": [], "cancelled": False}
    try:
        report["answer"] = answer_of(client.call(step["call"], step.get("arguments", {}), step.get("say"), report["asked"]))
    except Refused as refused:
        report["error"] = refused.args[0]
    report["ended_ms"] = (time.monotonic() - began) * 1000
    return report


def take_step(client, step, began):
    if "together" in step and not client.AT_ONCE:
        return [{"error": {"code": None, "message": "one call at a time"}} for _one in step["together"]]
    if "together" in step:
        with ThreadPoolExecutor() as pool:
            return list(pool.map(lambda one: take_step(client, one, began), step["together"]))
    if "pause_ms" in step:
        time.sleep(step["pause_ms"] / 1000)
        return {}
    if "hold" in step:
        sys.stdin.readline()
        return {}
    if "list" in step:
        try:
            return {"tools": client.list()}
        except Refused as refused:
            return {"error": refused.args[0]}
    return call(client, step, began)


def follow(client, plan, report):
    """`client` has open, which gives {version, server}, list, call and close."""
    report["connected"] = client.open()
    began = time.monotonic()
    try:
        for step in plan["steps"]:
            report["steps"].append(take_step(client, step, began))
    except Unable:
        report["unable"] = True
    closing = time.monotonic()
    client.close()
    report["close_ms"] = (time.monotonic() - closing) * 1000


def carry_out(make_client):
    """`make_client(folder, plan)` gives the client. Reads the plan from stdin, prints the report."""
    plan, report = json.loads(sys.stdin.readline()), {"steps": [], "errors": []}
    with tempfile.TemporaryDirectory() as folder:
        try:
            follow(make_client(folder, plan), plan, report)
        except Refused as refused:
            report["refused"] = refused.args[0]
    print(json.dumps(report))
