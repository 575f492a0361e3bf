"""Tokens as Cognito makes them, checked against the published keys with a library of its own."""
import base64
import json
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest
from conftest import DIRECT
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256


def ask(sandbox, basic=None, method="POST", **form):
    """-> (status, document)"""
    headers = {"Authorization": "Basic " + base64.b64encode(":".join(basic).encode()).decode()} if basic else {}
    data = urllib.parse.urlencode(form).encode() if method == "POST" else None
    try:
        with DIRECT.open(urllib.request.Request(sandbox["token_url"], data, headers, method=method), timeout=60) as got:
            return got.status, json.load(got)
    except urllib.error.HTTPError as problem:
        return problem.code, json.load(problem)


def client(sandbox, name="operator"):
    return sandbox["clients"][name]["id"], sandbox["clients"][name]["secret"]


def token_of(sandbox, name="operator", **form):
    status, document = ask(sandbox, client(sandbox, name), grant_type="client_credentials", **form)
    assert status == 200, document
    return document["access_token"]


def fetch(url):
    with DIRECT.open(url, timeout=60) as answer:
        return json.load(answer)


def unpack(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def verify(token, keys):
    """-> (header, claims). KeyError for an unknown kid, InvalidSignature for a wrong one."""
    head, claims, signature = token.split(".")
    header = json.loads(unpack(head))
    key = {k["kid"]: k for k in keys["keys"]}[header["kid"]]
    numbers = rsa.RSAPublicNumbers(*(int.from_bytes(unpack(key[n]), "big") for n in ("e", "n")))
    numbers.public_key().verify(unpack(signature), f"{head}.{claims}".encode(), padding.PKCS1v15(), SHA256())
    return header, json.loads(unpack(claims))


def test_claims_are_exactly_cognitos(sandbox):
    before = int(time.time())
    header, claims = verify(token_of(sandbox), fetch(sandbox["jwks_url"]))
    assert set(header) == {"kid", "alg"} and header["alg"] == "RS256"
    assert set(claims) == {"sub", "token_use", "scope", "auth_time", "iss", "exp", "iat", "version", "jti", "client_id"}
    assert claims["sub"] == claims["client_id"] == client(sandbox)[0]
    assert (claims["token_use"], claims["version"], claims["iss"]) == ("access", 2, sandbox["issuer"])
    assert claims["scope"] == "lakewarden/read lakewarden/write"
    assert claims["exp"] - claims["iat"] == 3600 and before <= claims["iat"] <= time.time()
    assert claims["auth_time"] == claims["iat"]


def test_two_tokens_differ(sandbox):
    assert token_of(sandbox) != token_of(sandbox)


@pytest.mark.parametrize(("name", "scope", "granted"), [
    ("reader", None, "lakewarden/read"), ("operator", "lakewarden/write", "lakewarden/write"),
    ("operator", "lakewarden/write lakewarden/read", "lakewarden/write lakewarden/read")])
def test_scopes(name, scope, granted, sandbox):
    form = {"scope": scope} if scope else {}
    assert verify(token_of(sandbox, name, **form), fetch(sandbox["jwks_url"]))[1]["scope"] == granted


def test_secret_in_the_form(sandbox):
    who, secret = client(sandbox, "reader")
    status, document = ask(sandbox, grant_type="client_credentials", client_id=who, client_secret=secret)
    assert status == 200 and set(document) == {"access_token", "expires_in", "token_type"}
    assert (document["expires_in"], document["token_type"]) == (3600, "Bearer")


@pytest.mark.parametrize(("basic", "form", "error"), [
    (("nobody", "x"), {"grant_type": "client_credentials"}, "invalid_client"),
    ("wrong secret", {"grant_type": "client_credentials"}, "invalid_client"),
    (None, {"grant_type": "client_credentials"}, "invalid_client"),
    ("right", {"grant_type": "password"}, "unsupported_grant_type"),
    ("right", {}, "invalid_request"),
    ("right", {"grant_type": "client_credentials", "scope": "lakewarden/write"}, "invalid_scope"),
    ("right", {"grant_type": "client_credentials", "scope": "openid"}, "invalid_scope")])
def test_refusals(basic, form, error, sandbox):
    who, secret = client(sandbox, "reader")
    basic = {"right": (who, secret), "wrong secret": (who, secret[:-1])}.get(basic, basic)
    assert ask(sandbox, basic, **form) == (400, {"error": error})


def test_get_is_no_way_to_a_token(sandbox):
    assert ask(sandbox, client(sandbox), method="GET")[0] == 405


@pytest.mark.parametrize(("lifetime", "told", "says"), [(-28, 3600, 3600), (5, None, 5)])
def test_app_clients_with_a_lifetime_of_their_own(lifetime, told, says, sandbox):
    """A token may be over sooner than it was said to be: clocks differ, and keys change."""
    one = sandbox.control("POST", "clients", {"scopes": ["lakewarden/read"], "lifetime_s": lifetime, "told_s": told})
    before = int(time.time())
    status, document = ask(sandbox, (one["id"], one["secret"]), grant_type="client_credentials")
    assert status == 200 and document["expires_in"] == says
    _, claims = verify(document["access_token"], fetch(sandbox["jwks_url"]))
    assert before + lifetime <= claims["exp"] <= time.time() + lifetime and claims["iat"] < claims["exp"]
    assert (claims["client_id"], claims["scope"]) == (one["id"], "lakewarden/read")


def test_discovery_leads_to_the_keys(sandbox):
    document = fetch(sandbox["issuer"] + "/.well-known/openid-configuration")
    assert (document["issuer"], document["jwks_uri"]) == (sandbox["issuer"], sandbox["jwks_url"])
    assert document["token_endpoint"] == sandbox["token_url"]
    assert "code_challenge_methods_supported" not in document  # Cognito leaves it out


def test_key_set_is_public_and_ours(sandbox):
    keys = fetch(sandbox["jwks_url"])["keys"]
    assert [set(k) for k in keys] == [{"alg", "e", "kid", "kty", "n", "use"}]


@pytest.mark.parametrize(("keep", "old_is_good", "published"), [(True, True, 2), (False, False, 1)])
def test_rotation(keep, old_is_good, published, sandbox):
    old = token_of(sandbox)
    assert len(sandbox.control("POST", "rotate", {"keep": keep})["keys"]) == published
    keys, new = fetch(sandbox["jwks_url"]), token_of(sandbox)
    assert verify(new, keys)[0]["kid"] != json.loads(unpack(old.split(".")[0]))["kid"]
    if old_is_good:
        verify(old, keys)
    else:
        with pytest.raises(KeyError):
            verify(old, keys)
    sandbox.control("POST", "reset")
    verify(old, fetch(sandbox["jwks_url"]))  # the first key is back


def test_a_changed_token_does_not_verify(sandbox):
    head, claims, signature = token_of(sandbox).split(".")
    with pytest.raises(InvalidSignature):
        verify(f"{head}.{claims[:-2]}xx.{signature}", fetch(sandbox["jwks_url"]))
