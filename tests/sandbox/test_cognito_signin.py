"""People who sign in at the pool: codes, PKCE (RFC 7636) and what they are exchanged for."""
import base64
import hashlib
import http.client
import urllib.parse

import pytest
from test_cognito import ask, fetch, verify

CALLBACK = "http://localhost:8765/callback"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-0"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
SCOPES = ["lakewarden/read", "lakewarden/write"]
USUAL = {"response_type": "code", "redirect_uri": CALLBACK, "scope": "lakewarden/read", "state": "s 1", "code_challenge": CHALLENGE,
         "code_challenge_method": "S256"}


@pytest.fixture
def app(sandbox):
    return sandbox.control("POST", "clients", {"scopes": SCOPES, "callbacks": [CALLBACK], "public": True})


def authorize(sandbox, app, **changes):
    """-> (status, where to without its query, query). None takes a parameter away."""
    asked = {name: value for name, value in {"client_id": app["id"], **USUAL, **changes}.items() if value is not None}
    place = urllib.parse.urlsplit(fetch(sandbox["issuer"] + "/.well-known/openid-configuration")["authorization_endpoint"])
    connection = http.client.HTTPConnection(place.netloc, timeout=60)
    connection.request("GET", f"{place.path}?{urllib.parse.urlencode(asked)}")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    to, _, query = (answer.getheader("Location") or "").partition("?")
    return answer.status, to, dict(urllib.parse.parse_qsl(query))


def exchange(sandbox, app, code, /, **changes):
    form = {"grant_type": "authorization_code", "client_id": app["id"], "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    return ask(sandbox, **{name: value for name, value in {**form, **changes}.items() if value is not None})


def code_of(sandbox, app, **changes):
    status, to, query = authorize(sandbox, app, **changes)
    assert (status, to) == (302, CALLBACK), query
    return query["code"]


def claims_of(sandbox, document):
    return verify(document["access_token"], fetch(sandbox["jwks_url"]))[1]


def test_a_person_gets_a_token(sandbox, app):
    status, to, query = authorize(sandbox, app, resource="https://lake.example.com/mcp")
    assert (status, to, set(query), query["state"]) == (302, CALLBACK, {"code", "state"}, "s 1")
    status, document = exchange(sandbox, app, query["code"])
    assert status == 200 and set(document) == {"access_token", "refresh_token", "expires_in", "token_type"}
    claims = claims_of(sandbox, document)
    assert (claims["client_id"], claims["scope"], claims["username"]) == (app["id"], "lakewarden/read", "oncall")
    assert claims["aud"] == "https://lake.example.com/mcp" and claims["sub"] != app["id"]


def test_no_audience_unless_it_was_asked_for(sandbox, app):
    assert "aud" not in claims_of(sandbox, exchange(sandbox, app, code_of(sandbox, app))[1])


def test_a_refresh_token_gives_another(sandbox, app):
    first = exchange(sandbox, app, code_of(sandbox, app))[1]
    status, again = ask(sandbox, grant_type="refresh_token", client_id=app["id"], refresh_token=first["refresh_token"])
    assert status == 200 and set(again) == {"access_token", "expires_in", "token_type"}
    assert again["access_token"] != first["access_token"] and claims_of(sandbox, again)["scope"] == "lakewarden/read"
    assert ask(sandbox, grant_type="refresh_token", client_id=app["id"], refresh_token="x") == (400, {"error": "invalid_grant"})


@pytest.mark.parametrize("changes", [
    {"code_verifier": VERIFIER[:-1] + "1"}, {"code_verifier": CHALLENGE}, {"code_verifier": None},
    {"redirect_uri": CALLBACK + "/"}, {"redirect_uri": None}, {"code": "made-up"}])
def test_what_does_not_fit_is_no_token(changes, sandbox, app):
    code = code_of(sandbox, app)
    assert exchange(sandbox, app, code, **changes) == (400, {"error": "invalid_grant"})


def test_a_code_is_good_once_and_for_one_client(sandbox, app):
    code = code_of(sandbox, app)
    assert exchange(sandbox, app, code)[0] == 200
    assert exchange(sandbox, app, code) == (400, {"error": "invalid_grant"})
    other = sandbox.control("POST", "clients", {"scopes": SCOPES, "callbacks": [CALLBACK], "public": True})
    assert exchange(sandbox, other, code_of(sandbox, app)) == (400, {"error": "invalid_grant"})


def test_a_code_without_a_scope_cannot_be_exchanged(sandbox, app):
    assert exchange(sandbox, app, code_of(sandbox, app, scope=None)) == (400, {"error": "invalid_grant"})


@pytest.mark.parametrize(("changes", "error"), [
    ({"scope": "openid"}, "invalid_scope"), ({"scope": "lakewarden/read lakewarden/approve"}, "invalid_scope"),
    ({"response_type": "token"}, "invalid_request"), ({"response_type": None}, "invalid_request"),
    ({"code_challenge_method": "plain"}, "invalid_request"), ({"code_challenge_method": None}, "invalid_request"),
    ({"code_challenge": None}, "invalid_request")])
def test_the_client_is_told_by_way_of_its_callback(changes, error, sandbox, app):
    assert authorize(sandbox, app, **changes) == (302, CALLBACK, {"error": error, "state": "s 1"})


@pytest.mark.parametrize("changes", [
    {"redirect_uri": CALLBACK + "/"}, {"redirect_uri": "http://127.0.0.1:8765/callback"},
    {"redirect_uri": "http://localhost:8766/callback"}, {"redirect_uri": None}, {"client_id": "nobody"}])
def test_nobody_is_sent_to_an_address_that_is_not_registered(changes, sandbox, app):
    assert authorize(sandbox, app, **changes)[:2] == (400, "")


def test_machines_and_people_have_clients_of_their_own(sandbox, app):
    assert ask(sandbox, grant_type="client_credentials", client_id=app["id"]) == (400, {"error": "unauthorized_client"})
    secret = sandbox["clients"]["reader"]
    form = {"grant_type": "authorization_code", "code": "x", "redirect_uri": CALLBACK}
    assert ask(sandbox, (secret["id"], secret["secret"]), **form) == (400, {"error": "unauthorized_client"})


def test_a_client_with_a_secret_must_show_it(sandbox):
    app = sandbox.control("POST", "clients", {"scopes": SCOPES, "callbacks": [CALLBACK]})
    assert exchange(sandbox, app, code_of(sandbox, app)) == (400, {"error": "invalid_client"})
    assert exchange(sandbox, app, code_of(sandbox, app), client_secret=app["secret"])[0] == 200
