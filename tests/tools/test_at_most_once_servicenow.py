"""A note is written at most once, however many ask, however they name the ticket, and whatever the instance shows of it."""
import json
import threading

import pytest

SYS_ID, NUMBER = "9d385017c611228701d22104cc95c371", "INC0010042"
SPELLINGS = [{"sys_id": SYS_ID}, {"number": NUMBER}, {"sys_id": SYS_ID, "number": NUMBER}]


class Instance:
    """One incident. `shows`: it lets its notes be read; `answers`: a PATCH is answered once it is carried out."""

    def __init__(self, shows, answers=True):
        self.shows, self.answers, self.notes, self.lock = shows, answers, [], threading.Lock()

    def ticket(self):
        fields = {"sys_id": SYS_ID, "number": NUMBER, "state": "2", "sys_mod_count": str(len(self.notes)),
                  "work_notes": "\n".join(self.notes) if self.shows else ""}
        return {name: {"value": value, "display_value": value} for name, value in fields.items()}

    def answer(self, request):
        with self.lock:
            if request.operation == "GetSecretValue":
                return {"json": {"SecretString": json.dumps({"username": "lw", "password": "s3cr3t"})}}
            if request.operation == "PATCH incident":
                self.notes.append(request.input["body"]["work_notes"])
                return {"json": {"result": {"sys_id": SYS_ID}}} if self.answers else {"fault": "reset"}
            if request.operation == "GET sys_journal_field":
                return {"status": 403, "json": {"error": {"message": "User Not Authorized"}, "status": "failure"}}
            one = self.ticket()
            return {"json": {"result": one if request.input.get("sys_id") else [one]}}


@pytest.fixture
def ask(effects, aws):
    arguments = [{**spelling, "work_notes": "Cause found."} for spelling in SPELLINGS]
    flags = ("--servicenow-url", aws.url, "--servicenow-secret", "now/basic")
    return lambda instance, *rounds: effects(instance, "update_servicenow_ticket", arguments, *rounds, flags=flags)


@pytest.mark.parametrize("shows", [True, False], ids=["shown", "hidden"])
def test_a_note_that_was_taken_is_there(ask, shows):
    instance = Instance(shows)
    assert ask(instance, 6, 1) == [["already_done"] * 5 + ["created"], ["already_done"]]
    assert len(instance.notes) == 1


def test_a_note_without_an_answer_that_does_not_show_is_not_sent_again(ask):
    instance = Instance(shows=False, answers=False)
    assert ask(instance, 1, 3) == [["unknown"], ["refused"] * 3]
    assert len(instance.notes) == 1


def test_a_note_without_an_answer_that_shows_is_found(ask):
    instance = Instance(shows=True, answers=False)
    assert ask(instance, 1, 3) == [["created"], ["already_done"] * 3]
    assert len(instance.notes) == 1
