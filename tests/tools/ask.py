"""The program asked over stdio as any client asks it: one tools/call in a process of its own."""
import json
import os
import subprocess

KEPT = ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS")


def ask(program, url, case, home):
    """The CallToolResult of a case ({tool, arguments, env?, writes?, flags?}), with AWS at `url`."""
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "AWS_ENDPOINT_URL": url, "AWS_REGION": "us-east-1",
           "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_EC2_METADATA_DISABLED": "true"}
    env = {name: value for name, value in {**env, **case.get("env", {})}.items() if value is not None}
    env.update({name: os.environ[name] for name in KEPT if name in os.environ})
    command = [program, "stdio", "--writes", case.get("writes", "allow"), "--log-level", "error",
               *(flag.replace("{aws}", url) for flag in case.get("flags", []))]
    messages = [
        {"id": 1, "method": "initialize", "params": {"protocolVersion": "2025-11-25", "capabilities": {},
                                                     "clientInfo": {"name": "cases", "version": "1"}}},
        {"method": "notifications/initialized"},
        {"id": 2, "method": "tools/call", "params": {"name": case["tool"], "arguments": case["arguments"]}},
    ]
    lines = "".join(json.dumps({"jsonrpc": "2.0", **m}) + "\n" for m in messages)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env,
                          text=True) as process:
        process.stdin.write(lines)
        process.stdin.flush()
        answer = next((m for m in map(json.loads, process.stdout) if m.get("id") == 2), None)
        process.stdin.close()
        process.stdout.read()
        errors = process.stderr.read()
        assert process.wait(20) == 0 and answer, errors
    assert "result" in answer, answer
    return answer["result"]
