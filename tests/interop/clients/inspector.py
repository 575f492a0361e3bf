"""The Inspector's command line: one command, and so one connection, for each step."""
import json
import sys

from commands import CommandLine, carry_out

PROGRAM = "clients/launcher/build/index.js"


class Inspector(CommandLine):
    def __init__(self, node, package, folder, plan):
        super().__init__(node, f"{package}/{PROGRAM}", folder, plan)
        self.base += ["--cli", "--config", self.config, "--server", self.server, "--format", "json", "--stored-auth-only",
                      "--protocol-era", plan["mode"]]

    def open(self):
        return {"version": None, "server": None}  # a command tells of neither

    def list(self):
        return self.run("--method", "tools/list")["result"]["tools"]

    def call(self, name, arguments, _say, _asked):
        return self.run("--method", "tools/call", "--tool-name", name, "--tool-args-json", json.dumps(arguments))["result"]

    def close(self):
        """There is nothing open between two commands."""


carry_out(lambda folder, plan: Inspector(*sys.argv[1:3], folder, plan))
