"""Whether an answer is right about an incident, and how often answers are."""
import collections


def verdict(answer):
    """The cause an answer names first, or None."""
    cause = answer.get("structuredContent", {}).get("diagnosis", {}).get("cause", "unknown")
    return None if cause == "unknown" else cause


def unfounded(answer):
    """What an answer claims without evidence that stands in it."""
    found = answer.get("structuredContent", {})
    diagnosis = found.get("diagnosis", {})
    known = {item["id"] for item in found.get("evidence", [])}
    ids = diagnosis.get("evidence_ids", [])
    if verdict(answer) and (not ids or not set(ids) <= known):
        yield f"{diagnosis['cause']} rests on {ids}, and the evidence is {sorted(known)}"


def faults(incident, answer):
    """Sentences on what is wrong with the answer; none when it is right."""
    wanted, text = incident["expect"], "\n".join(block["text"] for block in answer["content"])
    if answer.get("isError"):
        yield f"an error: {text}"
        return
    found = answer["structuredContent"]
    diagnosis, retry = found.get("diagnosis", {}), found.get("retry", {})
    if verdict(answer) != wanted["cause"]:
        yield f"cause {verdict(answer)} ({diagnosis.get('signature')}), not {wanted['cause']}"
    for member in ("class", "signature"):
        if member in wanted and diagnosis.get(member) != wanted[member]:
            yield f"{member} {diagnosis.get(member)}, not {wanted[member]}"
    if "recommended" in wanted and retry.get("recommended") != wanted["recommended"]:
        yield f"retry recommended {retry.get('recommended')} ({retry.get('blockers')}), not {wanted['recommended']}"
    if "blocker" in wanted and wanted["blocker"] not in retry.get("blockers", []):
        yield f"blockers {retry.get('blockers')} without {wanted['blocker']}"
    shown = "\n".join(item["text"] for item in found.get("evidence", []) if item["id"] in diagnosis.get("evidence_ids", []))
    for words in wanted.get("evidence", []):
        if words not in shown:
            yield f"{words!r} is not in the evidence of the diagnosis: {shown[:600]!r}"
    for tool in wanted.get("links", []):
        if tool not in [link["tool"] for link in found.get("links", [])]:
            yield f"no link to {tool}"
    yield from unfounded(answer)


class Score:
    """Counts of what was expected and what was said."""

    def __init__(self):
        self.expected, self.said, self.right = (collections.Counter() for _ in range(3))
        self.healthy = self.undiagnosed = self.unfounded = self.total = 0

    def add(self, incident, answer):
        wanted, got = incident["expect"]["cause"], verdict(answer)
        self.total += 1
        self.expected[wanted] += 1
        self.said[got] += 1
        self.right[wanted] += wanted == got
        self.healthy += wanted is None
        self.undiagnosed += wanted is None and got is None
        self.unfounded += any(unfounded(answer))

    def share_right(self):
        return sum(self.right.values()) / self.total

    def lines(self):
        """The table: a line per cause."""
        yield f"{'cause':<16}{'incidents':>10}{'said':>6}{'right':>7}{'precision':>11}{'recall':>8}"
        for cause in sorted({*self.expected, *self.said}, key=str):
            n, said, right = self.expected[cause], self.said[cause], self.right[cause]
            precision, recall = (f"{100 * right / x:.0f} %" if x else "-" for x in (said, n))
            yield f"{cause or '(none)':<16}{n:>10}{said:>6}{right:>7}{precision:>11}{recall:>8}"
        yield (f"right cause first: {sum(self.right.values())} of {self.total} ({100 * self.share_right():.1f} %); "
               f"healthy left undiagnosed: {self.undiagnosed} of {self.healthy}; claims without evidence: {self.unfounded}")
