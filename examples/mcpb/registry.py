"""Writes the server.json that is published: the one of this folder's root with the version and the hash of a bundle.

    registry.py BUNDLE.mcpb OUT"""
import hashlib
import json
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def published(bundle):
    server = json.loads((ROOT / "server.json").read_text())
    before = server["version"]
    with zipfile.ZipFile(bundle) as unpacked:
        server["version"] = json.loads(unpacked.read("manifest.json"))["version"]
    package, = server["packages"]
    package["identifier"] = package["identifier"].replace(before, server["version"])
    package["fileSha256"] = hashlib.sha256(bundle.read_bytes()).hexdigest()
    return server


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    Path(sys.argv[2]).write_text(json.dumps(published(Path(sys.argv[1])), indent=2) + "\n")
