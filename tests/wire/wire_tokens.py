"""Access tokens as Cognito makes them, signed here with a key that lives as long as the run."""
import base64
import hmac
import json
import time

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

ISSUER = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_wire"
CLIENT = "wireclient"

# The claims of each token the cases name, beside the usual ones. None takes one away.
CLAIMS = {
    "read": {"scope": "lakewarden/read"},
    "other_reader": {"scope": "lakewarden/read", "sub": "another-subject"},
    "write": {"scope": "lakewarden/read lakewarden/write"},
    "only_write": {"scope": "lakewarden/write"},
    "no_scope": {"scope": "openid"},
    "expired": {"scope": "lakewarden/read", "exp": 1},
    "stranger": {"scope": "lakewarden/read", "client_id": "someoneelse"},
    "no_client": {"scope": "lakewarden/read", "client_id": None},
    "no_subject": {"scope": "lakewarden/read", "sub": None},
    "other_issuer": {"scope": "lakewarden/read", "iss": "https://issuer.example.com"},
    "our_issuer": {"scope": "lakewarden/read", "iss": "https://lake.example.com"},
    "other_pool": {"scope": "lakewarden/read", "iss": ISSUER + "2"},
    "id_token": {"scope": "lakewarden/read", "token_use": "id"},
    "no_use": {"scope": "lakewarden/read", "token_use": None},
    "other_audience": {"scope": "lakewarden/read", "aud": "https://other.example.com/mcp"},
    "many_audiences": {"scope": "lakewarden/read", "aud": ["https://lake.example.com/mcp", "https://other.example.com/mcp"]},
    "not_yet": {"scope": "lakewarden/read", "nbf": 4102444800},
    "from_tomorrow": {"scope": "lakewarden/read", "iat": 4102444800},
    "endless": {"scope": "lakewarden/read", "exp": None},
    "near_scope": {"scope": "lakewarden/reader xlakewarden/read lakewarden lakewarden/"},
    "scope_list": {"scope": ["lakewarden/read"]},
}

HEAD = {"kid": "wire-key", "alg": "RS256", "typ": "JWT"}


def url64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unsigned(head, claims):
    """The first two parts of a token: usual claims, with those given; None takes one away."""
    now = int(time.time())
    usual = {"sub": "a-subject", "iss": ISSUER, "client_id": CLIENT, "token_use": "access", "version": 2,
             "auth_time": now, "iat": now, "exp": now + 3600, "jti": "0d8a2c7e"}
    body = {name: value for name, value in {**usual, **claims}.items() if value is not None}
    return ".".join(url64(json.dumps(part).encode()) for part in (head, body))


class Mint:
    """One key: its JWKS, and tokens signed with it."""

    def __init__(self):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def jwk(self):
        numbers = self.key.public_key().public_numbers()
        size = (numbers.n.bit_length() + 7) // 8
        return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "wire-key",
                "n": url64(numbers.n.to_bytes(size, "big")), "e": url64(numbers.e.to_bytes(3, "big"))}

    def jwks(self):
        return {"keys": [self.jwk()]}

    def token(self, head=None, digest=None, **claims):
        """Signed with RSA, whatever the head says."""
        text = unsigned(head or HEAD, claims)
        return text + "." + url64(self.key.sign(text.encode(), padding.PKCS1v15(), digest or hashes.SHA256()))

    def forged(self):
        """Tokens for a reader that a careless check of signatures would let in."""
        reader, other = CLAIMS["read"], Mint()
        public = self.key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        hmac_text = unsigned({**HEAD, "alg": "HS256"}, reader)
        return {"unsigned": unsigned({**HEAD, "alg": "none"}, reader) + ".",
                "hmac": hmac_text + "." + url64(hmac.digest(public, hmac_text.encode(), "sha256")),
                "other_key": other.token(**reader),
                "own_key": other.token({**HEAD, "jwk": other.jwk()}, **reader),
                "unknown_key": other.token({**HEAD, "kid": "other-key"}, **reader),
                "no_key": self.token({"alg": "RS256", "typ": "JWT"}, **reader),
                "rs512": self.token({**HEAD, "alg": "RS512"}, hashes.SHA512(), **reader),
                "critical": self.token({**HEAD, "crit": ["exp"]}, **reader)}

    def tokens(self):
        made = {**{name: self.token(**claims) for name, claims in CLAIMS.items()}, **self.forged()}
        head, body, signature = made["read"].split(".")
        made["tampered"] = ".".join([head, body, ("A" if signature[0] != "A" else "B") + signature[1:]])
        return made
