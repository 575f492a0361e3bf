"""How the demo looks: numbered steps, the commands as typed, and the part of an answer that matters."""
import os
import sys
import textwrap

COLOUR = sys.stdout.isatty() and "NO_COLOR" not in os.environ
WIDTH = 100


def paint(code, text):
    return f"\033[{code}m{text}\033[0m" if COLOUR else text


class Show:
    """Prints; counts the steps."""

    def __init__(self):
        self.number = 0

    def step(self, title):
        self.number += 1
        print(f"\n{paint('1', f'{self.number}. {title}')}", flush=True)

    def command(self, text):
        print(f"   $ {paint('36', text)}", flush=True)

    def line(self, label, text):
        if text in (None, "", []):
            return
        lines = textwrap.wrap(" ".join(str(text).split()), WIDTH - 15) or [""]
        print(f"   {label:<11} {lines[0]}")
        for more in lines[1:4]:
            print(f"   {'':<11} {more}")
        sys.stdout.flush()

    def answer(self, envelope):
        """State, diagnosis and the evidence it rests on, verdict, advice and effect: what the answer has of these."""
        state, diagnosis = envelope.get("state") or {}, envelope.get("diagnosis") or {}
        retry = envelope.get("retry") or {}
        self.line("state", state.get("value"))
        self.line("verdict", envelope.get("verdict"))
        if diagnosis:
            self.line("diagnosis", f"{diagnosis['cause']} ({diagnosis['class']}, "
                                   f"confidence {diagnosis.get('confidence')})")
        for item in self.deciding(envelope):
            self.line(f"evidence {item['id']}", item["text"])
        for blocker in retry.get("blockers", []):
            self.line("against", blocker)
        self.line("retry", retry.get("reason"))
        self.line("effect", envelope.get("effect"))

    @staticmethod
    def deciding(envelope):
        """The evidence the diagnosis names, three pieces at most; without a diagnosis the first."""
        evidence = envelope.get("evidence") or []
        named = (envelope.get("diagnosis") or {}).get("evidence_ids") or [item["id"] for item in evidence[:1]]
        return [item for item in evidence if item["id"] in named][:3]
