"""The Inspector's mcpdo: a daemon of its own holds one connection, commands use it.

The daemon takes up a call when the one before it has been answered; which of two commands reaches it first is chance.
"""
import json
import os
import sys

from commands import CommandLine, carry_out

PROGRAM = "clients/mcpdo/build/mcp-bin.js"
NAME = "interop"


class Mcpdo(CommandLine):
    AT_ONCE = False

    def __init__(self, node, package, folder, plan):
        super().__init__(node, f"{package}/{PROGRAM}", folder, plan)
        self.base += ["--format", "json", "--config", self.config, "--stored-auth-only", "--connection", NAME]
        self.environment |= {"MCP_INSPECTOR_DAEMON_DIR": os.path.join(folder, "daemon"), "MCP_INSPECTOR_DAEMON_TOKEN": "interop"}
        self.era = plan["mode"]

    def open(self):
        try:
            self.run("connect", self.server, "--era", self.era)
            shown = self.run("connections/show")
        except Exception:
            self.run("daemon", "stop")
            raise
        return {"version": shown["protocolVersion"], "server": shown["serverInfo"]}

    def list(self):
        return self.run("tools/list")["tools"]

    def call(self, name, arguments, say, asked):
        """A question ends the command; another one answers it and has what the tool said then."""
        result = self.run("tools/call", name, json.dumps(arguments))
        while pending := result.get("elicitationPending"):
            asked.append(pending["message"])
            reply = [json.dumps(say)] if say else ["--decline"]
            result = self.run("elicitation/respond", pending["elicitationId"], *reply)
        return result

    def close(self):
        self.run("disconnect", NAME)
        self.run("daemon", "stop")


carry_out(lambda folder, plan: Mcpdo(*sys.argv[1:3], folder, plan))
