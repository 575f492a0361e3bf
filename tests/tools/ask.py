"""The program asked over stdio as any client asks it, and the client's answers where the program asks back."""
import json
import os
import subprocess

META = "io.modelcontextprotocol/"
MODERN = "2026-07-28"
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


def messages_until(process, wanted):
    """The program's messages, up to the answer to the request with that id."""
    for message in map(json.loads, process.stdout):
        yield message
        if message.get("id") == wanted and "method" not in message:
            return


def call_in_session(process, case, asked):
    """A client of 2025-11-25: answers what the program asks on the same line."""
    answers = list(case.get("answers", []))
    send(process,
         {"id": 1, "method": "initialize", "params": {"protocolVersion": "2025-11-25", "capabilities": case["can"],
                                                      "clientInfo": {"name": "cases", "version": "1"}}},
         {"method": "notifications/initialized"},
         {"id": 2, "method": "tools/call", "params": {"name": case["tool"], "arguments": case["arguments"]}})
    answer = None
    for answer in messages_until(process, 2):
        if answer.get("method") == "elicitation/create":
            asked.append(answer["params"])
            send(process, {"id": answer["id"], "result": answers.pop(0)})
    return answer


def call_in_rounds(process, case, asked):
    """A client of 2026-07-28: sends the call again with its answers."""
    answers, answer = list(case.get("answers", [])), None
    params = {"name": case["tool"], "arguments": case["arguments"],
              "_meta": {META + "protocolVersion": MODERN, META + "clientCapabilities": case["can"]}}
    for number in range(1, 6):
        send(process, {"id": number, "method": "tools/call", "params": params})
        *_, answer = messages_until(process, number)
        if answer.get("result", {}).get("resultType") != "input_required":
            return answer
        questions = answer["result"]["inputRequests"]
        asked += [question["params"] for question in questions.values()]
        params = {**params, "inputResponses": {key: answers.pop(0) for key in questions},
                  "requestState": answer["result"]["requestState"]}
    return answer


def ask(program, url, case, home, asked=None):
    """The CallToolResult of one tools/call in a process of its own, with AWS at `url`; `case` is {tool, arguments, env?, writes?,
    flags?, answers?, modern?}. With `answers` it is a client that can be asked; what it was asked goes into `asked`."""
    case = {**case, "can": {"elicitation": {}} if "answers" in case else {}}
    env = environment(url, home, case.get("env", {}))
    command = [program, "stdio", "--writes", case.get("writes", "allow"), "--log-level", "error",
               *(flag.replace("{aws}", url) for flag in case.get("flags", []))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env,
                          text=True) as process:
        talk = call_in_rounds if case.get("modern") else call_in_session
        answer = talk(process, case, [] if asked is None else asked)
        process.stdin.close()
        process.stdout.read()
        errors = process.stderr.read()
        assert process.wait(20) == 0 and answer, errors
    assert "result" in answer, answer
    return answer["result"]
