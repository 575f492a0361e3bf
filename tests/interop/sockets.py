"""Which connections a process holds, and which ports are listened on, read from /proc (proc(5))."""
import contextlib
import os
from pathlib import Path

ESTABLISHED, LISTEN = "01", "0A"


def open_files(pid):
    """What its descriptors stand for. Any of them, and the process itself, may be gone by the time they are looked at."""
    try:
        listed = os.listdir(f"/proc/{pid}/fd")
    except (FileNotFoundError, ProcessLookupError):
        return
    for number in listed:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            yield os.readlink(f"/proc/{pid}/fd/{number}")


def sockets_in(state):
    """(local port, remote port, inode) of each TCP socket over IPv4 in that state."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, found, *_, inode = line.split()[:10]
        if found == state:
            yield int(local.split(":")[1], 16), int(remote.split(":")[1], 16), inode


def connections(pid, port):
    """Local ports of the established TCP connections of `pid` to `port` on loopback; none where that process has ended."""
    inodes = {target[8:-1] for target in open_files(pid) if target.startswith("socket:[")}
    return {local for local, remote, inode in sockets_in(ESTABLISHED) if remote == port and inode in inodes}


def listening():
    """Ports on which somebody listens."""
    return {local for local, _, _ in sockets_in(LISTEN)}
