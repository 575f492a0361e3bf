"""Cuts lists into pages. Tokens are opaque and hold + / and =, so a client that forgets to encode them is found out."""
import base64

_MARK = b"\xfb\xef\xff\xfe"


def seal(text):
    token = base64.b64encode(_MARK + text.encode()).decode()
    return token if token.endswith("=") else base64.b64encode(_MARK + text.encode() + b" ").decode()


def unseal(token):
    """Raises ValueError if the token is not one of ours."""
    raw = base64.b64decode(token, validate=True)
    if not raw.startswith(_MARK):
        raise ValueError("not a token of the sandbox")
    return raw[len(_MARK):].decode().rstrip(" ")


def cut(items, limit, token, bad_token):
    """-> (page, next token or None). `bad_token` is the error raised for a token that is not ours."""
    try:
        start = int(unseal(token)) if token else 0
    except ValueError:
        raise bad_token from None
    end = start + limit
    return items[start:end], seal(str(end)) if end < len(items) else None
