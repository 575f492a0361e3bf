"""What differs from run to run, and means nothing: times, ids, ports."""
import re

MASKS = [
    (r"eyJ[\w-]+(\.[\w-]+)*", "TOKEN"),
    (r"\bjr_[0-9a-f]+", "RUN"),
    (r"\bs-[0-9A-F]{14}\b", "STEP"),
    (r"\b00[0-9a-f]{14}\b", "RUN"),
    (r"\[retry:[0-9a-f]{8}\]", "MARK"),
    (r"\b(STARTING|SUBMITTED|RUNNING)\b", "STATE"),
    (r"\blog-[0-9a-f]{12}\b", "FENCE"),
    (r"^Date: .*$", "Date: DATE"),
    (r"\b\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?Z?)?", "DATE"),
    (r"\b\d\d/\d\d/\d\d \d\d:\d\d:\d\d\b", "DATE"),
    (r"\b\d+ (d|h|min|s|ms)\b( \d+ (h|min|s)\b)*", "TIME"),
    (r"\b\d+ bytes\b", "SIZE"),
    (r"\bRows: (at least )?\d+", "Rows: COUNT"),
    (r"\b127\.0\.0\.1:\d+", "LOOPBACK"),
    (r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "ID"),
    (r"\b[0-9a-f]{32}\b", "ID"),
]


def masked(text):
    """The text with a word in place of each such thing."""
    for pattern, word in MASKS:
        text = re.sub(pattern, word, text, flags=re.MULTILINE)
    return text.strip()
