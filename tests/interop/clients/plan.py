"""Carries out a plan with a client of either Python SDK. README.md beside this file has the words of plans and reports."""
import json
import logging
import sys
import time

import anyio
import anyio.to_thread

STEP_LIMIT_S = 20


class Complaints(logging.Handler):
    """What the SDK warns of; it has no other way to say that something on the wire was not as it should be."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.texts = []

    def emit(self, record):
        why = f" ({record.exc_info[0].__name__})" if record.exc_info and record.exc_info[0] else ""
        self.texts.append(record.getMessage() + why)


class Memory:
    """Where an SDK that signs in by itself keeps its tokens."""

    def __init__(self):
        self.tokens = self.info = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.info

    async def set_client_info(self, client_info):
        self.info = client_info


def entry(plan, provider, scope_word, person=None):
    """Arguments of an HTTP client: the token of the plan, or an account that the SDK signs in with by itself. `person` does it for one
    with a callback."""
    account = plan.get("account")
    if account and "callback" in account:
        return {"auth": person(plan, Memory()), "trust_env": False, "timeout": STEP_LIMIT_S}
    if account:
        return {"auth": provider(plan["url"], Memory(), account["id"], account["secret"],
                                 **{scope_word: account["scope"]}, issuer=account["issuer"]), "trust_env": False, "timeout": STEP_LIMIT_S}
    return {"headers": plan["headers"], "trust_env": False, "timeout": STEP_LIMIT_S}


class Person:
    """Who answers the questions of a server. One belongs to the last call: no plan asks during two at once."""

    def __init__(self):
        self.say, self.asked = None, []

    def attend(self, step):
        self.say, self.asked = step.get("say"), []
        return self.asked

    def answer(self, message):
        """Members of an ElicitResult, which each SDK has as a class of its own."""
        self.asked.append(message)
        return {"action": "accept", "content": self.say} if self.say else {"action": "decline"}


class Run:
    """One connection and what is measured over its life."""

    def __init__(self, client, group, person):
        self.client, self.group, self.person, self.began = client, group, person, time.monotonic()

    def now_ms(self):
        return (time.monotonic() - self.began) * 1000


def innermost(error):
    """What a group, or a chain of causes, began with."""
    while inner := error.exceptions[0] if isinstance(error, BaseExceptionGroup) else error.__cause__:
        error = inner
    return error


def fault(error):
    """With its JSON-RPC code if it has one."""
    first = innermost(error)
    inner = getattr(error, "error", None) or getattr(first, "error", None)
    return {"code": getattr(inner, "code", None), "message": f"{type(first).__name__}: {first}"}


def fits(report, wanted):
    structured = (report.get("answer") or {}).get("structured") or {}
    return all(structured.get(key) == value for key, value in wanted.items())


async def next_word():
    return await anyio.to_thread.run_sync(sys.stdin.readline)


async def call_once(run, step):
    """One call, in a task that may outlive the step. `ended_ms` counts from the start of the plan."""
    report, noted, done, scope = {"notes": [], "asked": run.person.attend(step)}, anyio.Event(), anyio.Event(), anyio.CancelScope()

    async def on_note(progress, total, message):
        report["notes"].append({"progress": progress, "total": total, "message": message})
        noted.set()

    async def ask():
        try:
            with scope, anyio.fail_after(STEP_LIMIT_S):
                report["answer"] = await run.client.call(step["call"], step.get("arguments", {}),
                                                         on_note if step.get("progress") else None)
        except Exception as error:  # whatever the SDK raises is what the report is about
            report["error"] = fault(error)
        report["ended_ms"] = run.now_ms()
        noted.set()
        done.set()

    run.group.start_soon(ask)
    if step.get("leave_on") == "note":
        await noted.wait()
        return {"left": True, "notes": report["notes"]}
    if cause := step.get("cancel_on"):
        await (noted.wait() if cause == "note" else next_word())
        getattr(run.client, "cancel", scope.cancel)()
    await done.wait()
    return {**report, "cancelled": bool(cause)}


async def call_until(run, step):
    deadline = run.now_ms() + step["within_ms"]
    while True:
        report = await call_once(run, step)
        if fits(report, step["until"]) or run.now_ms() > deadline:
            return report


async def take_step(run, step):
    if "together" in step:
        reports = [None] * len(step["together"])

        async def take(index, one):
            reports[index] = await take_step(run, one)

        async with anyio.create_task_group() as group:
            for index, one in enumerate(step["together"]):
                group.start_soon(take, index, one)
        return reports
    if step.get("list"):
        try:
            return {"tools": await run.client.list()}
        except Exception as error:  # as above
            return {"error": fault(error)}
    if "pause_ms" in step:
        await anyio.sleep(step["pause_ms"] / 1000)
        return {}
    if step.get("hold"):
        await next_word()
        return {}
    return await (call_until if "until" in step else call_once)(run, step)


async def follow(plan, open_client, report):
    """`open_client(plan, on_error, on_question)` is a context manager that gives an object with version, server, list and call."""
    person = Person()
    async with anyio.create_task_group() as group:
        async with open_client(plan, lambda error: report["errors"].append(fault(error)["message"]), person.answer) as client:
            report["connected"] = {"version": client.version, "server": client.server}
            run = Run(client, group, person)
            for step in plan["steps"]:
                report["steps"].append(await take_step(run, step))
            closing = run.now_ms()
        report["close_ms"] = run.now_ms() - closing
        group.cancel_scope.cancel()  # a call that was left may never end by itself


def carry_out(open_client):
    """Reads the plan from the first line of stdin, prints the report."""
    complaints = Complaints()
    logging.getLogger().addHandler(complaints)
    plan, report = json.loads(sys.stdin.readline()), {"steps": [], "errors": []}
    try:
        anyio.run(follow, plan, open_client, report)
    except Exception as error:  # as above; where it was connected the test fails on what is missing
        report["refused"] = fault(error)
    report["errors"] += complaints.texts
    print(json.dumps(report))
