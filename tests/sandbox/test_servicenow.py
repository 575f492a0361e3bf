"""The ServiceNow double: who may come in, what it demands of an update, and what people do beside it."""
import json
import urllib.error
import urllib.parse
import urllib.request

import pytest
from conftest import DIRECT


def http(url, method="GET", body=None, token=None, kind="application/json"):
    """-> (status, headers, document or text)"""
    headers = {"Accept": "application/json", **({"Content-Type": kind} if body is not None else {}),
               **({"Authorization": f"Bearer {token}"} if token else {})}
    try:
        answer = DIRECT.open(urllib.request.Request(url, body, headers, method=method), timeout=60)
    except urllib.error.HTTPError as problem:
        answer = problem
    with answer:
        text = answer.read().decode()
        return answer.status, answer.headers, json.loads(text) if "json" in answer.headers["Content-Type"] else text


@pytest.fixture
def now(sandbox):
    """Calls of the instance: now(method, path, fields=None, **query) -> (status, headers, document)."""
    control(sandbox, "reset")
    secret = secret_of(sandbox)
    form = urllib.parse.urlencode({"grant_type": "client_credentials", **secret}).encode()
    status, _, token = http(sandbox["servicenow_url"] + "/oauth_token.do", "POST", form, kind="application/x-www-form-urlencoded")
    assert status == 200 and token["expires_in"] == 1799

    def call(method, path, fields=None, token=token["access_token"], **query):
        names = {"sysparm_" + k: v for k, v in query.items()}
        url = f"{sandbox['servicenow_url']}/api/now/{path}" + ("?" + urllib.parse.urlencode(names) if names else "")
        return http(url, method, None if fields is None else json.dumps(fields).encode(), token)
    yield call
    control(sandbox, "reset")


def control(sandbox, name, document=None):
    request = urllib.request.Request(f"{sandbox['control_url']}/{name}", json.dumps(document or {}).encode(), method="POST")
    with DIRECT.open(request, timeout=60) as answer:
        return json.load(answer)


def secret_of(sandbox):
    import botocore.session
    key = sandbox["keys"]["reader"]
    client = botocore.session.Session().create_client("secretsmanager", "us-east-1", endpoint_url=sandbox["endpoint"],
                                                      aws_access_key_id=key["akid"], aws_secret_access_key=key["secret"])
    return json.loads(client.get_secret_value(SecretId=sandbox["servicenow_secret"])["SecretString"])


def ticket(sandbox):
    return f"table/incident/{sandbox['ticket_sys_id']}"


def test_nobody_comes_in_without_a_token(sandbox, now):
    assert now("GET", ticket(sandbox), token=None)[0] == 401
    assert now("GET", ticket(sandbox), token="forged")[0] == 401
    control(sandbox, "servicenow", {"expire_tokens": True})
    status, _, document = now("GET", ticket(sandbox))
    assert status == 401 and document == {"error": {"message": "User Not Authenticated", "detail": "Required to provide Auth information"},
                                          "status": "failure"}


def test_a_wrong_secret_gets_no_token(sandbox):
    form = b"grant_type=client_credentials&client_id=lakewarden-integration&client_secret=wrong"
    assert http(sandbox["servicenow_url"] + "/oauth_token.do", "POST", form, kind="application/x-www-form-urlencoded")[0] == 401


POLICIES = [
    ({"state": "6"}, "Resolution code, Resolution notes"),
    ({"state": "6", "close_code": "Solution provided"}, "Resolution notes"),
    ({"state": "6", "close_code": "Solved (Permanently)", "close_notes": "x"}, "invalid choice for close_code"),
    ({"state": "3"}, "On hold reason"),
    ({"state": "42"}, "invalid choice for State"),
]


@pytest.mark.parametrize("fields, words", POLICIES)
def test_data_policies_refuse_all_of_an_update(sandbox, now, fields, words):
    status, _, document = now("PATCH", ticket(sandbox), {**fields, "work_notes": "must not stay"})
    assert status == 403 and words in document["error"]["detail"]
    _, _, after = now("GET", ticket(sandbox), display_value="all")
    assert after["result"]["state"]["value"] == "2" and after["result"]["sys_mod_count"]["value"] == "3"
    assert after["result"]["work_notes"]["display_value"] == ""


def test_a_full_update_counts_once_and_shows_its_note(sandbox, now):
    fields = {"state": "6", "close_code": "Solution provided", "close_notes": "done", "work_notes": "seen", "no_such_field": "x"}
    assert now("PATCH", ticket(sandbox), fields)[0] == 200
    _, _, document = now("GET", ticket(sandbox), display_value="all", fields="state,sys_mod_count,work_notes,sys_updated_by")
    result = document["result"]
    assert result["state"] == {"value": "6", "display_value": "Resolved"} and result["sys_mod_count"]["value"] == "4"
    assert "seen" in result["work_notes"]["display_value"] and result["work_notes"]["value"] == ""
    assert result["sys_updated_by"]["value"] == "lakewarden.integration"
    query = f"element_id={sandbox['ticket_sys_id']}^element=work_notes^valueLIKEseen"
    assert len(now("GET", "table/sys_journal_field", query=query)[2]["result"]) == 1
    assert not now("GET", "table/sys_journal_field", query=query + "^value=other")[2]["result"]


def test_a_closed_ticket_stays_as_it_is(now):
    closed = now("GET", "table/incident", query="number=INC0010041")[2]["result"][0]["sys_id"]
    status, _, document = now("PATCH", f"table/incident/{closed}", {"state": "2"})
    assert status == 403 and "read only" in document["error"]["detail"]


def test_people_edit_at_once_and_in_between(sandbox, now):
    control(sandbox, "servicenow", {"number": "INC0010042", "set": {"assigned_to": "46d44a5dc0a8010e0000b35b2b4d1a5a"}, "by": "david.loo"})
    control(sandbox, "servicenow", {"number": "INC0010042", "set": {"priority": "1"}, "after_reads": 1})
    first = now("GET", ticket(sandbox), display_value="all")[2]["result"]
    second = now("GET", ticket(sandbox))[2]["result"]
    assert (first["sys_mod_count"]["value"], first["assigned_to"]["display_value"], first["priority"]["value"]) == ("4", "David Loo", "3")
    assert (second["sys_mod_count"], second["priority"]) == ("5", "1")


def test_attachments_are_kept_and_listed(sandbox, now):
    where = f"table_name=incident&table_sys_id={sandbox['ticket_sys_id']}&file_name=rca.json"
    status, _, document = now("POST", f"attachment/file?{where}", {"a": 1})
    assert status == 201 and len(document["result"]["sys_id"]) == 32
    listed = now("GET", "attachment", query=f"table_name=incident^table_sys_id={sandbox['ticket_sys_id']}")[2]["result"]
    assert [row["file_name"] for row in listed] == ["rca.json"]
    assert now("POST", "attachment/file?table_name=incident&table_sys_id=" + "f" * 32 + "&file_name=x", {})[0] == 404


def test_faults_and_locked_tables(sandbox, now):
    control(sandbox, "faults", {"service": "servicenow", "operation": "GET incident", "kind": "error", "headers": {"Retry-After": "7"}})
    status, headers, _ = now("GET", ticket(sandbox))
    assert status == 429 and headers["Retry-After"] == "7"
    control(sandbox, "faults", {"service": "servicenow", "kind": "html"})
    assert "hibernating" in now("GET", ticket(sandbox))[2]
    control(sandbox, "servicenow", {"lock": ["sys_choice"]})
    assert now("GET", "table/sys_choice")[0] == 403


def test_paths_walk_nowhere(sandbox, now):
    assert now("GET", "table/incident/../sys_user/" + "4" * 32)[0] == 400
    assert now("PATCH", "table/sys_user/46d44a5dc0a8010e0000b35b2b4d1a5a", {"active": "false"})[0] == 403
    assert now("GET", "table/incident/" + "0" * 32)[0] == 404
