"""`lakewarden call`: what a person sees who gives it the wrong arguments, and who is asked before something is changed."""
import json
import os
import pty
import subprocess

import pytest

import cases
from ask import environment
from fake_aws import Script


@pytest.mark.parametrize("arguments, said", [
    ([], 'missing required member "job_name"'),
    (["job_name=x", "jobname=x"], "/jobname: unknown member"),
    (["job_name=x", "max_lines=0"], "/max_lines: expected at least 1"),
])
def test_arguments_that_do_not_fit(lakewarden, tmp_path, arguments, said):
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "AWS_REGION": "us-east-1"}
    done = subprocess.run([lakewarden, "call", "get_glue_logs", *arguments], env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1 and not done.stdout
    assert done.stderr.startswith("The arguments of get_glue_logs do not fit: ") and said in done.stderr


def read_until(terminal, text):
    """What the terminal shows, up to that text."""
    shown = ""
    while text not in shown:
        shown += os.read(terminal, 4096).decode()
    return shown


@pytest.mark.parametrize("typed, effect, starts", [
    ("y\n", "created", 1), ("Yes\n", "created", 1), ("\n", "refused", 0), ("n\n", "refused", 0), ("yellow\n", "refused", 0),
    ("\x04", "refused", 0)])
def test_a_person_at_the_terminal_is_asked(lakewarden, aws, tmp_path, typed, effect, starts):
    aws.script = Script(cases.load(cases.HERE / "retry_glue_job" / "confirm_yes.json")["upstream"])
    terminal, person = pty.openpty()
    with subprocess.Popen([lakewarden, "call", "retry_glue_job", "job_name=load", "run_id=jr_bad", "--json", "--log-level", "error"],
                          stdin=person, stderr=person, stdout=subprocess.PIPE, env=environment(aws.url, tmp_path), text=True) as process:
        os.close(person)
        shown = read_until(terminal, "Do it? [y/N]")
        assert 'Run the Glue job "load"' in shown and "hunter2secret" not in shown
        os.write(terminal, typed.encode())
        answer = json.loads(process.stdout.read())
        assert process.wait(20) == 0
    os.close(terminal)
    assert answer["effect"] == effect
    assert sum(request.operation == "StartJobRun" for request in aws.script.requests) == starts


def test_without_a_terminal_nobody_is_asked(lakewarden, aws, tmp_path):
    aws.script = Script(cases.load(cases.HERE / "retry_glue_job" / "confirm_yes.json")["upstream"])
    done = subprocess.run([lakewarden, "call", "retry_glue_job", "job_name=load", "run_id=jr_bad"], input="y\n", capture_output=True,
                          env=environment(aws.url, tmp_path), text=True, timeout=60, check=False)
    assert "this client cannot ask a person" in done.stdout
    assert all(request.operation != "StartJobRun" for request in aws.script.requests)
