"""Brings botocore's own test vectors into .cache/, where git does not look.

They travel in its source package only, so pip fetches that, from wherever pip is set up to. Version and hash are
pinned in vectors.txt; the version is the one that is installed to compare with.
"""
import fcntl
import shutil
import sys
import tarfile
from pathlib import Path

from fetching import fetch

HERE = Path(__file__).resolve().parent
CACHE = HERE.parents[1] / ".cache" / "vectors"
PACKAGE = "botocore-1.44.5"


def botocore_tests():
    """The folder `tests/unit` of botocore's source package; fetched unless it is there."""
    folder = CACHE / PACKAGE / "tests" / "unit"
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / "lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            fetch(
                [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
                 "--require-hashes", "--no-deps", "--no-binary", "botocore",
                 "--requirement", HERE / "vectors.txt", "--dest", CACHE])
            unpack()
    return folder


def unpack():
    """Writes the unit tests, and nothing else of the package, into a folder that appears complete or not at all."""
    scratch = CACHE / "part"
    shutil.rmtree(scratch, ignore_errors=True)
    with tarfile.open(CACHE / f"{PACKAGE}.tar.gz") as archive:
        wanted = [m for m in archive.getmembers() if m.isfile() and m.name.startswith(f"{PACKAGE}/tests/unit/")]
        for member in wanted:
            target = scratch / member.name
            assert scratch in target.resolve().parents, member.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.extractfile(member).read())
    (scratch / PACKAGE).rename(CACHE / PACKAGE)


if __name__ == "__main__":
    print(botocore_tests())
