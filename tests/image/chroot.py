"""Folders to run commands in: a bare Debian as the first layer, with this machine's ways to Debian's packages."""
import os
import shutil
import subprocess
from pathlib import Path

APT = ("etc/apt/sources.list", "etc/apt/sources.list.d", "etc/apt/apt.conf.d", "etc/apt/auth.conf.d", "etc/resolv.conf",
       "etc/hosts", "etc/ssl/certs/ca-certificates.crt", "usr/local/share/ca-certificates")
ENV = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


def run(*command, **more):
    return subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True, **more)


def bare_debian(release, keep):
    """A tar of a Debian with nothing installed, made once."""
    packed = keep / f"{release}.tar"
    if not packed.exists():
        folder = keep / release
        shutil.rmtree(folder, ignore_errors=True)
        run("debootstrap", "--variant=minbase", release, folder)
        run("tar", "-C", folder, "-cf", f"{packed}.new", ".")
        Path(f"{packed}.new").rename(packed)
        shutil.rmtree(folder)
    return packed


def take_over(folder):
    """Gives the folder this machine's sources of packages, addresses and authorities."""
    for name in APT:
        mine, its = Path("/", name), folder / name
        if mine.is_dir():
            shutil.copytree(mine, its, dirs_exist_ok=True)
        elif mine.exists():
            its.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(mine, its)


# In a namespace of its own: what is mounted there is gone when the command ends, whatever it left behind.
INSIDE = 'mount -t proc proc "$1/proc" && mount --bind /dev "$1/dev" && exec chroot "$1" /bin/sh -c "$2"'


def inside(folder, directory, command, env, limit_s):
    """Runs a shell line in the folder, as root, with nothing of this machine's environment but its proxies."""
    given = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", **env}
    given |= {name: os.environ[name] for name in ENV if name in os.environ}
    done = subprocess.run(["unshare", "--mount", "sh", "-c", INSIDE, "sh", folder, f'cd "{directory}" && {command}'], env=given,
                          capture_output=True, text=True, timeout=limit_s, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-6000:]}"
