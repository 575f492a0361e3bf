"""Accounts and tokens of the sandbox's user pool."""
import base64
import json
import urllib.parse
import urllib.request

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
LEEWAY_S = 30  # for which a server still takes a token that is over


def short_lived(place, lasts_s, told_s):
    """An app client whose tokens a server takes for so long; `told_s` is what their issuer says."""
    wanted = {"scopes": ["lakewarden/read"], "lifetime_s": lasts_s - LEEWAY_S, "told_s": told_s}
    return {**place.control("POST", "clients", wanted),
            "more": {"token_url": place["token_url"]}}


def token_of(place, client):
    """An access token, fresh from the pool."""
    form = urllib.parse.urlencode({"grant_type": "client_credentials", "client_id": client["id"], "client_secret": client["secret"]})
    with DIRECT.open(place["token_url"], form.encode(), timeout=10) as answer:
        return json.load(answer)["access_token"]


def good_until(headers):
    """When a server stops taking the token of these headers: seconds since the epoch."""
    claims = headers["Authorization"].split(".")[1]
    return json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["exp"] + LEEWAY_S
