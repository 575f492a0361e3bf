"""Lays out what goes into the bundle: the manifest of this version, the launcher, and a program per architecture.

    bundle.py FOLDER ARCH=PROGRAM..."""
import json
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def said_by(program, *words):
    return subprocess.run([program, *words], check=True, capture_output=True, text=True).stdout


def manifest_of(program):
    """The manifest with the version and the tools that the program itself tells."""
    manifest = json.loads((HERE / "manifest.json").read_text())
    manifest["version"] = said_by(program, "--version").split()[1]
    listed = json.loads(said_by(program, "tools", "--json"))["tools"]
    manifest["tools"] = [{"name": tool["name"], "description": tool["description"]} for tool in listed]
    return manifest


def runs_here(program):
    try:
        return subprocess.run([program, "--version"], capture_output=True).returncode == 0
    except OSError:
        return False


def lay_out(folder, programs):
    """`programs`: paths by architecture, as `uname -m` calls it. One of them must run on this machine."""
    if folder.exists() and any(folder.iterdir()) and not (folder / "server" / "launch.sh").is_file():
        sys.exit(f"{folder} holds something else than a bundle")
    shutil.rmtree(folder, ignore_errors=True)
    server = folder / "server"
    for arch, program in programs.items():
        (server / arch).mkdir(parents=True)
        shutil.copy2(program, server / arch / "lakewarden")
    shutil.copy2(HERE / "launch.sh", server)
    shutil.copy2(HERE.parents[1] / "LICENSE", folder)
    teller = next((program for program in programs.values() if runs_here(program)), None)
    if teller is None:
        sys.exit("none of these programs runs on this machine, so none can tell its version and tools")
    (folder / "manifest.json").write_text(json.dumps(manifest_of(teller), indent=2) + "\n")


if __name__ == "__main__":
    if len(sys.argv) < 3 or not all("=" in word for word in sys.argv[2:]):
        sys.exit(__doc__)
    lay_out(Path(sys.argv[1]), dict(word.split("=", 1) for word in sys.argv[2:]))
