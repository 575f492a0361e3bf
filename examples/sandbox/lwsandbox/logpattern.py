"""CloudWatch Logs filter patterns for plain text: terms, "phrases", ?optional, -excluded and %regular expressions%."""
import re

from .reply import AwsError, not_implemented

TERM = re.compile(r'\s*([?-]?)(?:"((?:[^"\\]|\\.)*)"|(%[^%]+%)|([^\s"]+))')


def compile_pattern(pattern):
    """-> a predicate over a message. JSON and column patterns are refused, and say so."""
    pattern = (pattern or "").strip()
    if pattern[:1] in ("{", "["):
        raise not_implemented("JSON and space-delimited filter patterns")
    must, may, never, at = [], [], [], 0
    while at < len(pattern):
        match = TERM.match(pattern, at)
        if not match:
            raise AwsError("InvalidParameterException", "Invalid filter pattern", 400)
        sign, quoted, regex, plain = match.groups()
        at = match.end()
        {"": must, "?": may, "-": never}[sign].append(_test(quoted, regex, plain))
    if must:
        may = []  # AWS ignores ?terms beside terms that must be there
    return lambda text: (all(t(text) for t in must) and not any(t(text) for t in never)
                         and (not may or any(t(text) for t in may)))


def _test(quoted, regex, plain):
    if regex:
        try:
            search = re.compile(regex[1:-1]).search
        except re.error:
            raise AwsError("InvalidParameterException", "Invalid filter pattern", 400) from None
        return lambda text: search(text) is not None
    term = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else plain
    return lambda text: term in text
