"""`lakewarden call`: what a person sees who gives it the wrong arguments."""
import os
import subprocess

import pytest


@pytest.mark.parametrize("arguments, said", [
    ([], 'missing required member "job_name"'),
    (["job_name=x", "jobname=x"], "/jobname: unknown member"),
    (["job_name=x", "max_lines=0"], "/max_lines: expected at least 1"),
])
def test_arguments_that_do_not_fit(lakewarden, tmp_path, arguments, said):
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "AWS_REGION": "us-east-1"}
    done = subprocess.run([lakewarden, "call", "get_glue_logs", *arguments], env=env, capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 1 and not done.stdout
    assert done.stderr.startswith("The arguments of get_glue_logs do not fit: ") and said in done.stderr
