"""Detached processes: start one, recognise it later, stop it by its own pid."""
import os
import select
import signal
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path


class StartError(Exception):
    """A process did not come up. `log` is the file that says why."""

    def __init__(self, message, log):
        super().__init__(message)
        self.log = log


def start(command, log, env, stdout=None, cwd=None):
    """In a session of its own, so that it outlives the shell. stderr (and stdout unless given) go to the file `log`."""
    with open(log, "ab") as out:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stdout or out, stderr=out, env=env, cwd=cwd,
                                start_new_session=True)


@contextmanager
def held_port():
    """A port of loopback for a server that has to be told its number. Until the block ends it stays bound, so nobody else is given it;
    the server, which sets SO_REUSEADDR too, can listen there all the same, because nobody does."""
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(("127.0.0.1", 0))
        yield sock.getsockname()[1]


def mark(pid):
    """What tells this process from a later one with the same pid: its time of start (proc(5), field 22 of stat)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] == "Z" else {"pid": pid, "born": int(fields[19])}


def alive(marked):
    return marked is not None and mark(marked["pid"]) == marked


def stop(marked, patience_s):
    """SIGTERM, and SIGKILL for what is still there after that. -> False if it was gone already."""
    if not alive(marked):
        return False
    pid = marked["pid"]
    try:
        fd = os.pidfd_open(pid)
    except ProcessLookupError:
        return False
    try:
        for sign, wait_s in ((signal.SIGTERM, patience_s), (signal.SIGKILL, 5)):
            signal.pidfd_send_signal(fd, sign)
            if select.select([fd], [], [], wait_s)[0]:
                return True
    except ProcessLookupError:
        pass
    finally:
        os.close(fd)
    return True


def read_line(process, pipe, log, timeout_s):
    """The first line the process prints. Raises StartError if it ends or stays silent."""
    data, deadline = b"", time.monotonic() + timeout_s
    while not data.endswith(b"\n"):
        ready, _, _ = select.select([pipe], [], [], max(0, deadline - time.monotonic()))
        if not ready:
            raise StartError(f"nothing heard within {timeout_s} s", log)
        piece = os.read(pipe, 65536)
        if not piece:
            raise StartError(f"ended with status {process.wait()}", log)
        data += piece
    return data.decode()


def wait_until(check, process, log, timeout_s):
    """Polls `check` until it is true. Raises StartError if the process ends or takes too long."""
    deadline = time.monotonic() + timeout_s
    while not check():
        if process.poll() is not None:
            raise StartError(f"ended with status {process.returncode}", log)
        if time.monotonic() > deadline:
            raise StartError(f"not ready within {timeout_s} s", log)
        time.sleep(0.02)


def tail(path, lines=30):
    try:
        return "\n".join(Path(path).read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
