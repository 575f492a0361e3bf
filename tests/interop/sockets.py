"""Which connections a process holds, read from /proc (proc(5))."""
import os
from pathlib import Path

ESTABLISHED = "01"


def connections(pid, port):
    """Local ports of the established TCP connections of `pid` to `port` on loopback."""
    inodes = set()
    for fd in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = os.readlink(fd)
        except FileNotFoundError:  # closed since it was listed
            continue
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    found = set()
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, state, *_, inode = line.split()[:10]
        if state == ESTABLISHED and inode in inodes and int(remote.split(":")[1], 16) == port:
            found.add(int(local.split(":")[1], 16))
    return found
