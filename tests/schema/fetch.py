"""Brings the official JSON Schema test suite into .cache/, where git does not look.

It travels in the source package of the Python library jsonschema, so pip fetches it, from
wherever pip is set up to. The version and the hash are pinned in suite.txt.
"""
import shutil
import sys
import tarfile
import tempfile
from pathlib import Path

from fetching import fetch

HERE = Path(__file__).resolve().parent
CACHE = HERE.parents[1] / ".cache" / "json-schema-suite"
PACKAGE = "jsonschema-4.26.0"


def suite_dir():
    """The folder of the draft 2020-12 files; fetched unless it is there."""
    folder = CACHE / PACKAGE / "json" / "tests" / "draft2020-12"
    if not folder.is_dir():
        CACHE.mkdir(parents=True, exist_ok=True)
        fetch(
            [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--require-hashes",
             "--no-deps", "--no-binary", "jsonschema", "--requirement", HERE / "suite.txt", "--dest", CACHE])
        unpack(folder)
    return folder


def unpack(folder):
    """Writes the test files, and nothing else of the package, into a folder that appears complete or not at all."""
    prefix = f"{PACKAGE}/json/tests/{folder.name}/"
    with tempfile.TemporaryDirectory(dir=CACHE) as scratch, tarfile.open(CACHE / f"{PACKAGE}.tar.gz") as archive:
        for member in archive.getmembers():
            name = member.name.removeprefix(prefix)
            if member.isfile() and name != member.name and "/" not in name:
                (Path(scratch) / name).write_bytes(archive.extractfile(member).read())
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(scratch, folder.with_suffix(".part"), dirs_exist_ok=True)
    folder.with_suffix(".part").rename(folder)
