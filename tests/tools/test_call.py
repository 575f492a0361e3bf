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


@pytest.mark.parametrize("words, said", [
    (["get_glue_log"], 'unknown tool "get_glue_log" (did you mean get_glue_logs?)'),
    (["glue", "no equals sign"], 'unknown tool "glue" (did you mean get_glue_logs?)'),
    (["order_pizza"], 'unknown tool "order_pizza"; `lakewarden tools` lists them'),
    ([""], 'unknown tool ""; `lakewarden tools` lists them'),
    (["retry_glue_job", "job_name=x", "--dry-run"], "--dry-run is not a flag: an argument of the tool is given as NAME=VALUE: dry_run=true"),
    (["--dry_run=false", "retry_glue_job"], "--dry_run is not a flag: an argument of the tool is given as NAME=VALUE: dry_run=false"),
    (["retry_glue_job", "--job-name", "x"], "--job-name is not a flag: an argument of the tool is given as NAME=VALUE: job_name=VALUE"),
    (["retry_glue_job", "--log-leve", "info"], "--log-leve is not a flag (did you mean --log-level?)"),
])
def test_words_that_are_not_meant_so(lakewarden, tmp_path, words, said):
    done = subprocess.run([lakewarden, "call", *words], env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)}, capture_output=True,
                          text=True, timeout=60, check=False)
    assert done.returncode == 2 and said in done.stderr and not done.stdout, done


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
        assert "everything holds" in shown and "starting" not in shown
        os.write(terminal, typed.encode())
        answer = json.loads(process.stdout.read())
        assert process.wait(20) == (0 if effect == "created" else 1)
    os.close(terminal)
    assert answer["effect"] == effect
    assert sum(request.operation == "StartJobRun" for request in aws.script.requests) == starts


def test_without_a_terminal_nobody_is_asked(lakewarden, aws, tmp_path):
    aws.script = Script(cases.load(cases.HERE / "retry_glue_job" / "confirm_yes.json")["upstream"])
    done = subprocess.run([lakewarden, "call", "retry_glue_job", "job_name=load", "run_id=jr_bad"], input="y\n", capture_output=True,
                          env=environment(aws.url, tmp_path), text=True, timeout=60, check=False)
    assert "this client cannot ask a person" in done.stdout and "server" not in done.stdout and done.returncode == 1
    assert all(request.operation != "StartJobRun" for request in aws.script.requests)
