"""Starting what tests speak to."""
import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

SANDBOX = Path(__file__).resolve().parents[1] / "examples" / "sandbox"


@contextmanager
def sandbox_running(folder, *options):
    """Yields what it says of itself. It must stop when told to and have complained of nothing."""
    errors = folder / "sandbox.err"
    with errors.open("wb") as stderr:
        process = subprocess.Popen([sys.executable, "-m", "lwsandbox", "serve", "--port", "0", *options], cwd=SANDBOX,
                                   env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}, stdout=subprocess.PIPE, stderr=stderr)
    line = process.stdout.readline()
    assert line, f"the sandbox ended before it was ready:\n{errors.read_text()}"
    try:
        yield json.loads(line)
    finally:
        process.terminate()
        status = process.wait(60)
        process.stdout.close()
    assert status == 0 and errors.read_text() == "", (status, errors.read_text())
