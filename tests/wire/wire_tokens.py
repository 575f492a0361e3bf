"""Access tokens as Cognito makes them, signed here with a key that lives as long as the run."""
import base64
import json
import time

from cryptography.hazmat.primitives import hashes
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
}


def url64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Mint:
    """One key: its JWKS, and tokens signed with it."""

    def __init__(self):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def jwks(self):
        numbers = self.key.public_key().public_numbers()
        size = (numbers.n.bit_length() + 7) // 8
        return {"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "wire-key",
                          "n": url64(numbers.n.to_bytes(size, "big")), "e": url64(numbers.e.to_bytes(3, "big"))}]}

    def token(self, **claims):
        now = int(time.time())
        usual = {"sub": "a-subject", "iss": ISSUER, "client_id": CLIENT, "token_use": "access", "version": 2,
                 "auth_time": now, "iat": now, "exp": now + 3600, "jti": "0d8a2c7e"}
        body = {name: value for name, value in {**usual, **claims}.items() if value is not None}
        text = ".".join(url64(json.dumps(part).encode())
                        for part in ({"kid": "wire-key", "alg": "RS256", "typ": "JWT"}, body))
        return text + "." + url64(self.key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))

    def tokens(self):
        made = {name: self.token(**claims) for name, claims in CLAIMS.items()}
        head, body, signature = made["read"].split(".")
        made["tampered"] = ".".join([head, body, ("A" if signature[0] != "A" else "B") + signature[1:]])
        return made
