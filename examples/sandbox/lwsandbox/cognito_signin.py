"""People who sign in at the user pool: /oauth2/authorize, and the codes it hands out. Nobody is asked for a password: whoever comes
is the test user, and is sent back at once."""
import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from .reply import Reply, json_reply

USER = {"sub": "5b1f0c6e-3a64-4f2c-9d0a-0a8f5e2d7c11", "username": "oncall"}


@dataclass(frozen=True)
class Grant:
    """What a code, or a refresh token, stands for."""
    client_id: str
    scopes: tuple
    resource: str | None      # becomes the `aud` of tokens (RFC 8707)
    callback: str = ""
    challenge: str | None = None


class Codes:
    def __init__(self):
        self._codes, self._refresh = {}, {}

    def authorize(self, find, target):
        """The answer to a browser. `find` gives the app client of an id. An unknown client or callback is told to the person; all
        else to the client, by way of its callback."""
        asked = dict(parse_qsl(target.partition("?")[2], keep_blank_values=True))
        client = find(asked.get("client_id"))
        callback = asked.get("redirect_uri")
        if client is None or callback not in client.callbacks:
            return json_reply(400, {"error": "invalid_client" if client is None else "redirect_mismatch"})
        scopes = tuple(asked.get("scope", "").split())
        method = asked.get("code_challenge_method")
        if asked.get("response_type") != "code" or ("code_challenge" in asked) != (method is not None) or method not in (None, "S256"):
            answer = {"error": "invalid_request"}
        elif not set(scopes) <= set(client.scopes):
            answer = {"error": "invalid_scope"}
        else:
            answer = {"code": secrets.token_urlsafe(24)}
            self._codes[answer["code"]] = Grant(client.id, scopes, asked.get("resource"), callback, asked.get("code_challenge"))
        if "state" in asked:
            answer["state"] = asked["state"]
        return Reply(302, {"Location": f"{callback}?{urlencode(answer)}", "Cache-Control": "no-store"}, b"")

    def exchange(self, client, form):
        """The grant behind a code, which is good once; None where anything does not fit. A code that was asked for without any scope
        cannot be exchanged: so does Cognito."""
        grant = self._codes.pop(form.get("code"), None)
        fits = grant and (grant.client_id, grant.callback) == (client.id, form.get("redirect_uri")) and grant.scopes
        return grant if fits and _verifies(grant.challenge, form.get("code_verifier")) else None

    def refresh(self, client, form):
        grant = self._refresh.get(form.get("refresh_token"))
        return grant if grant and grant.client_id == client.id else None

    def refresh_token(self, grant):
        """A new one for this grant."""
        token = secrets.token_urlsafe(48)
        self._refresh[token] = grant
        return token


def _verifies(challenge, verifier):
    """RFC 7636 section 4.6. Where the code was asked for without a challenge there must be no verifier either."""
    if challenge is None or verifier is None:
        return challenge is verifier
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(digest, challenge.encode())
