"""Whose keys botocore would use: the cases of our own providers, found by botocore in the same files and variables."""
import json
import os
import subprocess
import sys

ASK = """import botocore.session, sys
session = botocore.session.Session(profile=sys.argv[1] or None)
print(session.get_credentials().access_key)"""
# botocore reads the files before it looks at the variables, and gives up over one that is broken.
OURS_ALONE = {"a broken file does not matter to keys in the environment"}


def cases(root):
    """Those that end in keys without asking anybody: no replies are played to botocore."""
    for name in ("providers.json", "providers/process.json"):
        for case in json.loads((root / "tests" / "aws" / name).read_text()):
            if "key" in case:
                yield case


def ask_botocore(case, home):
    (home / ".aws").mkdir()
    texts = {".aws/config": case.get("config"), ".aws/credentials": case.get("credentials"), **case.get("files", {})}
    for path, text in texts.items():
        if text is not None:
            (home / path).write_text(text.replace("$HOME", str(home)))
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "AWS_EC2_METADATA_DISABLED": "true"}
    env.update(pair.split("=", 1) for pair in case.get("env", []))
    env = {name: value for name, value in env.items() if value}  # tools differ over empty variables; to us they are unset
    done = subprocess.run([sys.executable, "-c", ASK, case.get("flag", "")], env=env, capture_output=True, text=True, timeout=60,
                          check=False)
    return done.stdout.strip() or done.stderr


def test_the_order_is_botocores(root, tmp_path):
    found = {}
    for i, case in enumerate(cases(root)):
        (tmp_path / str(i)).mkdir()
        found[case["name"]] = (ask_botocore(case, tmp_path / str(i)), case["key"])
    assert len(found) >= 15
    assert {name for name, (theirs, ours) in found.items() if theirs != ours} == OURS_ALONE
