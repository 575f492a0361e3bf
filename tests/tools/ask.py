"""The program asked over stdio as any client asks it."""
import json
import os
import subprocess

KEPT = ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS")


def environment(url, home, changes=()):
    """The program's, with AWS at `url`; `changes` sets variables, or takes them away where they are None."""
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "AWS_ENDPOINT_URL": url, "AWS_REGION": "us-east-1",
           "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_EC2_METADATA_DISABLED": "true"}
    env = {name: value for name, value in {**env, **dict(changes)}.items() if value is not None}
    return {**env, **{name: os.environ[name] for name in KEPT if name in os.environ}}


def send(process, *messages):
    process.stdin.writelines(json.dumps({"jsonrpc": "2.0", **message}) + "\n" for message in messages)
    process.stdin.flush()


def ask(program, url, case, home):
    """The CallToolResult of one tools/call in a process of its own, with AWS at `url`; `case` is {tool, arguments, env?, writes?,
    flags?}."""
    env = environment(url, home, case.get("env", {}))
    command = [program, "stdio", "--writes", case.get("writes", "allow"), "--log-level", "error",
               *(flag.replace("{aws}", url) for flag in case.get("flags", []))]
    messages = [
        {"id": 1, "method": "initialize", "params": {"protocolVersion": "2025-11-25", "capabilities": {},
                                                     "clientInfo": {"name": "cases", "version": "1"}}},
        {"method": "notifications/initialized"},
        {"id": 2, "method": "tools/call", "params": {"name": case["tool"], "arguments": case["arguments"]}},
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env,
                          text=True) as process:
        send(process, *messages)
        answer = next((m for m in map(json.loads, process.stdout) if m.get("id") == 2), None)
        process.stdin.close()
        process.stdout.read()
        errors = process.stderr.read()
        assert process.wait(20) == 0 and answer, errors
    assert "result" in answer, answer
    return answer["result"]
