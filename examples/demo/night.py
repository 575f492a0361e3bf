"""The work of the night: from the alarm to the DAG, to the job it started, to the data it missed; from there to the retry and the
ticket.

Every argument of a later call comes out of an earlier answer, as it would for an agent.
"""
import asyncio

from place import expect

END_OF_RUN_S = 60
POLL_S = 1.0


async def read_alarm(caller, show, alarm_name):
    """What is wrong, and since when."""
    answer = await caller.ask("get_cloudwatch_alarm", {"alarm_name": alarm_name})
    show.state(answer)
    show.evidence(answer, 1)
    links = [link for link in answer["links"] if link["tool"] == "get_glue_logs"]
    expect(answer["state"]["value"] == "ALARM" and links, "an alarm that leads to a Glue job", answer["state"])
    show.link(links[0])
    return links[0]["arguments"]["job_name"]


async def read_dag(caller, show, place, job_name):
    """The task that failed, and the arguments for looking at the run of Glue that it started."""
    answer = await caller.ask("get_mwaa_logs", {"environment_name": place["airflow_environment"], "dag_id": place["dag_id"]})
    show.state(answer)
    show.evidence(answer, 2)
    links = [link for link in answer["links"] if link["tool"] == "get_glue_logs"]
    expect(links and links[0]["arguments"]["job_name"] == job_name, "a task that started that job", answer.get("links"))
    show.link(links[0])
    return links[0]["arguments"], answer


async def read_failure(caller, show, arguments):
    """Why one run failed."""
    answer = await caller.ask("get_glue_logs", arguments)
    expect(answer["state"]["failed"], "a failed run", answer["state"])
    show.state(answer)
    show.diagnosis(answer["diagnosis"])
    show.evidence(answer, 2)
    show.advice(answer["retry"])
    return answer


def failure_before(answer):
    """The run id of the failure before the one this answer is about."""
    failed = [run["id"] for run in answer["history"] if run["state"] == "FAILED" and run["id"] != answer["run"]["id"]]
    expect(failed, "an earlier failure", answer["history"])
    return failed[0]


async def find_causes(caller, show, place):
    """Reads only. Returns three answers: the DAG's, the last failure of its job, and the one before."""
    show.step("The alarm: what is wrong, since when?")
    job_name = await read_alarm(caller, show, place["alarm_name"])
    show.step("The DAG that runs this job: which task failed, and what had it started?")
    arguments, dag = await read_dag(caller, show, place, job_name)
    show.step("Why did that run fail?")
    last = await read_failure(caller, show, arguments)
    expect(last["retry"]["recommended"], "a cause that passes by itself", last["retry"])
    show.step("And the run before it?")
    first = await read_failure(caller, show, {"job_name": job_name, "run_id": failure_before(last)})
    expect(first["diagnosis"]["cause"] == "data_missing", "data that were missing", first["diagnosis"])
    return dag, last, first


async def check_data(caller, show, first):
    """Is there now what the first run could not find?"""
    show.step("Is the data it missed there now?")
    links = [link for link in first["links"] if link["tool"] == "verify_source_data"]
    expect(links, "a link to the missing data", first["links"])
    answer = await caller.ask("verify_source_data", links[0]["arguments"])
    show.line("verdict", answer["verdict"])
    totals = answer["totals"]
    show.line("holds", f"{totals['data_objects']} data files, {totals['bytes']} bytes, {totals['rows']['value']} rows")
    latest = answer["freshness"]["latest"]
    show.line("arrived", f"{show.time(latest)}; the run that missed it ended {show.time(first['state']['ended_at'])}")
    show.evidence(answer, 1)
    expect(answer["verdict"] == "available", "the verdict available", answer["verdict"])
    expect(first["state"]["ended_at"] < latest, "data that came after the first failure", latest)
    return answer


def retry_of(place, dag):
    """The arguments that clear the DAG's failed run: what stands behind the failed task runs too, which a retry of the job alone
    would leave out."""
    failed = next(run["run_id"] for run in dag["dag_runs"] if run["state"] == "failed")
    return {"environment_name": place["airflow_environment"], "dag_id": place["dag_id"], "dag_run_id": failed}


async def refuse_reader(caller, show, arguments):
    """A reader cannot start anything, and is told why."""
    show.step("May a token for reading start it again?")
    refusal = await caller.ask_in_vain("retry_airflow_dag", arguments)
    show.line("refused", refusal)
    expect("scope" in refusal, "a refusal for the scope", refusal)


async def start_retry(caller, show, arguments):
    """The request first, then the run. Returns how to follow it."""
    show.step("What would the retry send? (dry_run starts nothing)")
    dry = await caller.ask("retry_airflow_dag", {**arguments, "dry_run": True})
    show.request(dry["request"])
    show.preconditions(dry["preconditions"])
    expect(dry["effect"] == "dry_run" and not dry["request"]["sent"], "a dry run", dry["effect"])
    show.step("Start the retry")
    started = await caller.ask("retry_airflow_dag", arguments)
    show.line("effect", started["effect"])
    expect(started["effect"] == "created", "the effect created", started["effect"])
    show.line("cleared", ", ".join(task["task_id"] for task in started["cleared_tasks"]))
    return started["follow_up"]


async def refuse_second(caller, show, arguments, effect):
    """At most once: the same call again starts nothing."""
    again = await caller.ask("retry_airflow_dag", arguments)
    show.line("effect", again["effect"])
    show.line("because", "; ".join(dict.fromkeys(check["detail"] for check in again["preconditions"] if not check["ok"])))
    expect(again["effect"] == effect, f"the effect {effect}", again["effect"])


async def follow(caller, show, follow_up):
    """Asks until the run has ended; shows each state once."""
    show.call(follow_up["tool"], follow_up["arguments"], "until it ends")
    seen, deadline = [], asyncio.get_running_loop().time() + END_OF_RUN_S
    while True:
        state = (await caller.ask_quietly(follow_up["tool"], follow_up["arguments"]))["state"]
        if state["value"] not in seen:
            seen.append(state["value"])
            show.line("state", state["value"])
        if state["terminal"]:
            break
        expect(asyncio.get_running_loop().time() < deadline, f"an end within {END_OF_RUN_S} s", seen)
        await asyncio.sleep(POLL_S)
    expect(seen[-1] == "success", "a run that succeeds", seen)


async def retry(caller, show, arguments):
    """Once, and no more than once."""
    follow_up = await start_retry(caller, show, arguments)
    show.step("And once more, while it runs?")
    await refuse_second(caller, show, arguments, "already_in_flight")
    show.step("Did it help?")
    await follow(caller, show, follow_up)
    show.step("And once more, now that it has succeeded?")
    await refuse_second(caller, show, arguments, "refused")


def root_cause(dag, last, first, data):
    """The document for the ticket, made of what the tools said and nothing else."""
    def failure(answer):
        ids = answer["diagnosis"]["evidence_ids"]
        return {"run": answer["run"]["id"], "cause": answer["diagnosis"]["cause"],
                "evidence": [item["text"][:300] for item in answer["evidence"] if item["id"] in ids][:2]}
    return {"summary": "The partition was late; the run after it was throttled by S3", "dag": dag["resource"]["id"],
            "failures": [failure(first), failure(last)],
            "data": {"verdict": data["verdict"], "arrived": data["freshness"]["latest"]},
            "action": "The failed tasks of the DAG's run were cleared once; the run succeeded"}


async def tell_ticket(caller, show, place, document):
    """The ticket gets the document and is resolved; the same call again changes nothing."""
    show.step("Put it into the ticket, and resolve it")
    arguments = {"number": place["ticket_number"], "status": "resolved", "close_code": "Solution provided",
                 "resolution_notes": f"{document['summary']}. {document['action']}.", "rca": document}
    told = await caller.ask("update_servicenow_ticket", arguments)
    show.line("ticket", f"{told['resource']['id']}: {told['before']['state']}, now {told['after']['state']}")
    show.line("attached", ", ".join(item["name"] for item in told["attachments"]))
    expect(told["effect"] == "created" and not told["fields_rejected"], "a resolved ticket", told["effect"])
    again = await caller.ask("update_servicenow_ticket", arguments)
    show.line("once more", again["effect"])
    expect(again["effect"] == "already_done", "that the same call changes nothing", again["effect"])
