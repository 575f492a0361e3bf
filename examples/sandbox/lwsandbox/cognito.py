"""The HTTP side of a Cognito user pool: /oauth2/token, the key set and OIDC discovery; people who sign in: cognito_signin.py."""
import base64
import binascii
import hmac
import os
import secrets
import time
import uuid
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote

from .cognito_signin import USER, Codes
from .reply import json_reply

POOL = "us-east-1_LakeWard1"
LIFETIME_S = 3600


@dataclass(frozen=True)
class Client:
    """`lifetime_s` until `exp`, negative for one that is over; `told_s`: what the endpoint says of it, else the same. One with
    `callbacks` signs people in, any other is a machine's; one with an empty `secret` is public."""
    id: str
    scopes: tuple
    lifetime_s: int = LIFETIME_S
    told_s: int | None = None
    callbacks: tuple = ()
    secret: str = field(default_factory=lambda: secrets.token_hex(26))


def _new_key():
    from joserfc import jwk
    kid = base64.b64encode(os.urandom(32)).decode()
    return jwk.RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})


class Cognito:
    """Clients keep their secrets for the life of the process; the first signing key comes back with `reset`."""

    def __init__(self):
        self.clients = {"reader": Client("6lakewardenreadersandbox01", ("lakewarden/read",)),
                        "operator": Client("7lakewardenoperatorsandb02", ("lakewarden/read", "lakewarden/write"))}
        self._first = _new_key()
        self.reset()

    def reset(self):
        self._signing, self._published = self._first, [self._first]
        self._others, self._codes = {}, Codes()

    def add_client(self, scopes, lifetime_s=LIFETIME_S, told_s=None, callbacks=(), public=False):
        """One more app client, until `reset`."""
        secret = {"secret": ""} if public else {}
        client = Client(secrets.token_hex(13), tuple(scopes), int(lifetime_s), told_s, tuple(callbacks), **secret)
        self._others[client.id] = client
        return client

    def _client(self, who):
        return next((c for c in self.clients.values() if c.id == who), self._others.get(who))

    def authorize(self, target):
        return self._codes.authorize(self._client, target)

    def rotate(self, keep):
        """Signs with a new key from now on. `keep` leaves the old ones in the set, as Cognito does for a while."""
        self._signing = _new_key()
        self._published = [self._signing, *(self._published if keep else [])]

    def claims(self, token):
        """What a token of this pool says, or None where it is none, or not any more."""
        from joserfc import errors, jwk, jwt
        try:
            claims = jwt.decode(token, jwk.KeySet(self._published), algorithms=["RS256"]).claims
        except (errors.JoseError, ValueError):
            return None
        return claims if claims["exp"] > time.time() else None

    def subject(self, token):
        """Who such a token is about, or None."""
        claims = self.claims(token)
        return claims and claims["sub"]

    def jwks(self):
        names = ("alg", "e", "kid", "kty", "n", "use")
        keys = [k.as_dict(private=False) for k in self._published]
        return json_reply(200, {"keys": [{n: k[n] for n in names} for k in keys]})

    def discovery(self, base):
        """Cognito's members, and like Cognito without code_challenge_methods_supported."""
        issuer = f"{base}/{POOL}"
        return json_reply(200, {
            "authorization_endpoint": f"{base}/oauth2/authorize", "end_session_endpoint": f"{base}/logout",
            "id_token_signing_alg_values_supported": ["RS256"], "issuer": issuer,
            "jwks_uri": f"{issuer}/.well-known/jwks.json", "response_types_supported": ["code", "token"],
            "revocation_endpoint": f"{base}/oauth2/revoke",
            "scopes_supported": ["openid", "email", "phone", "profile"], "subject_types_supported": ["public"],
            "token_endpoint": f"{base}/oauth2/token",
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "userinfo_endpoint": f"{base}/oauth2/userInfo"})

    def token(self, method, headers, body, base):
        """Errors are Cognito's: 400 with {"error": ...} and nothing more."""
        if method != "POST":
            return json_reply(405, {"error": "method_not_allowed"})
        form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        client = self._authenticate(form, headers.get("authorization", ""))
        if "grant_type" not in form:
            return _refuse("invalid_request")
        if client is None:
            return _refuse("invalid_client")
        grants = {"client_credentials": self._to_machine, "authorization_code": self._to_person, "refresh_token": self._to_person_again}
        if form["grant_type"] not in grants:
            return _refuse("unsupported_grant_type")
        if bool(client.callbacks) == (form["grant_type"] == "client_credentials"):
            return _refuse("unauthorized_client")
        return grants[form["grant_type"]](client, form, base)

    def _to_machine(self, client, form, base):
        scopes = form.get("scope", "").split() or list(client.scopes)
        if not set(scopes) <= set(client.scopes):
            return _refuse("invalid_scope")
        return _granted(client, self._issue(client, scopes, base, {"sub": client.id}))

    def _to_person(self, client, form, base):
        grant = self._codes.exchange(client, form)
        return self._granted_to(client, grant, base, refresh_token=self._codes.refresh_token(grant)) if grant else _refuse("invalid_grant")

    def _to_person_again(self, client, form, base):
        grant = self._codes.refresh(client, form)
        return self._granted_to(client, grant, base) if grant else _refuse("invalid_grant")

    def _granted_to(self, client, grant, base, **more):
        audience = {"aud": grant.resource} if grant.resource else {}
        return _granted(client, self._issue(client, grant.scopes, base, {**USER, "origin_jti": str(uuid.uuid4()), **audience}), **more)

    def _authenticate(self, form, authorization):
        who, secret = form.get("client_id"), form.get("client_secret", "")
        if authorization.lower().startswith("basic "):
            try:
                pair = base64.b64decode(authorization[6:], validate=True).decode()
            except (binascii.Error, ValueError):
                return None
            who, _, secret = (unquote(part) for part in pair.partition(":"))
        client = self._client(who)
        return client if client and hmac.compare_digest(client.secret.encode(), secret.encode()) else None

    def _issue(self, client, scopes, base, whose):
        from joserfc import jwt
        now = int(time.time())
        expires = now + client.lifetime_s
        issued = min(now, expires - 1)
        claims = {**whose, "token_use": "access", "scope": " ".join(scopes), "auth_time": issued,
                  "iss": f"{base}/{POOL}", "exp": expires, "iat": issued, "version": 2,
                  "jti": str(uuid.uuid4()), "client_id": client.id}
        # joserfc would add "typ": "JWT"; Cognito's header holds kid and alg, and nothing else.
        return jwt.encode({"kid": self._signing.kid, "alg": "RS256"}, claims, self._signing, default_type=None)


def _granted(client, token, **more):
    told_s = client.lifetime_s if client.told_s is None else client.told_s
    return json_reply(200, {"access_token": token, "expires_in": told_s, "token_type": "Bearer", **more}, **{"Cache-Control": "no-store"})


def _refuse(error):
    return json_reply(400, {"error": error})
