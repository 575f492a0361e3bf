"""Every incident is diagnosed right, and nothing is diagnosed where nothing is wrong."""
import collections

import pytest

import judge
import load
from fake_aws import Server
from run import answer_to

WRITTEN = load.written()


@pytest.fixture
def aws():
    server = Server()
    yield server
    server.close()


def check(incident, lakewarden, aws, tmp_path):
    incident = load.begin(incident)
    answer, unknown = answer_to(incident, lakewarden, aws, tmp_path)
    assert not (wrong := list(judge.faults(incident, answer))), "\n".join([*wrong, *unknown])


@pytest.mark.parametrize("incident", WRITTEN, ids=lambda i: i["name"])
def test_incident(incident, lakewarden, aws, tmp_path):
    check(incident, lakewarden, aws, tmp_path)


@pytest.mark.parametrize("signature", load.signatures(), ids=lambda s: s["id"])
def test_signature_decides_where_nothing_else_does(signature, lakewarden, aws, tmp_path):
    check(load.of_signature(signature), lakewarden, aws, tmp_path)


def test_there_are_enough_of_each_kind():
    kinds = collections.Counter(incident.get("kind", "fault") for incident in WRITTEN)
    assert len(WRITTEN) >= 60 and kinds["healthy"] >= 10 and kinds["herring"] >= 10, kinds
    assert all((i["expect"]["cause"] is None) == (i.get("kind") in ("healthy", "elsewhere")) for i in WRITTEN)
    assert all(i["expect"].get("links") for i in WRITTEN if i.get("kind") == "elsewhere")
    assert len({i["tool"] for i in WRITTEN}) >= 7


def test_the_judge_sees_what_is_wrong():
    """Or it could find every answer right."""
    claim = {"content": [{"text": ""}], "structuredContent": {
        "diagnosis": {"cause": "oom", "class": "needs_human", "evidence_ids": ["e9"]}, "evidence": [{"id": "e1", "text": "x"}]}}
    wrong = list(judge.faults({"expect": {"cause": "throttling", "evidence": ["SlowDown"]}}, claim))
    assert len(wrong) == 3 and any("rests on" in sentence for sentence in wrong)
    assert list(judge.faults({"expect": {"cause": None}}, claim))
