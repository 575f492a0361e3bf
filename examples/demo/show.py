"""How the demo looks: numbered steps, the commands as typed, and the part of an answer that matters."""
import json
import os
import sys
import textwrap

COLOUR = sys.stdout.isatty() and "NO_COLOR" not in os.environ
WIDTH, LABEL, LINES, CALL = 110, 11, 6, 240
BOLD, CYAN, DIM = "1", "36", "2"


def paint(code, text):
    return f"\033[{code}m{text}\033[0m" if COLOUR else text


class Show:
    """Prints; counts the steps."""

    def __init__(self):
        self.number = 0

    def step(self, title):
        self.number += 1
        print(f"\n{paint(BOLD, f'{self.number}. {title}')}", flush=True)

    def command(self, text):
        print(f"   $ {paint(CYAN, text)}", flush=True)

    def call(self, tool, arguments, more=""):
        text = json.dumps(arguments)
        self.command(f"{tool} {text if len(text) <= CALL else text[:CALL] + ' [...]'}" + (f"   ({more})" if more else ""))

    def line(self, label, text):
        """One fact; a long one is wrapped, and cut with a mark."""
        self.part(label, text)

    @staticmethod
    def part(label, text, code=None):
        lines = textwrap.wrap(" ".join(str(text).split()), WIDTH - LABEL - 4, max_lines=LINES, placeholder=" [...]",
                              break_on_hyphens=False)
        for index, part in enumerate(lines or [""]):
            print(f"   {label if index == 0 else '':<{LABEL}} {paint(code, part) if code else part}", flush=True)

    def tools(self, tools):
        width = max(len(tool["name"]) for tool in tools)
        for tool in tools:
            print(f"   {'':<{LABEL}} {tool['name']:<{width}}  {tool['title']}", flush=True)

    @staticmethod
    def time(text):
        """2026-11-21T02:10:37.400Z -> 2026-11-21 02:10:37 UTC"""
        return f"{text[:10]} {text[11:19]} UTC"

    def state(self, answer):
        state = answer["state"]
        when = f"ended {self.time(state['ended_at'])}" if state["terminal"] else f"since {self.time(state['started_at'])}"
        self.line("state", f"{answer['resource']['id']}: {state['value']}, {when}")

    def diagnosis(self, diagnosis):
        self.line("cause", f"{diagnosis['cause']}, confidence {diagnosis['confidence']}, {diagnosis['class']}"
                           f" (signature {diagnosis['signature']})")

    def evidence(self, answer, most):
        """What the diagnosis rests on; without one, the first that was seen. Each with the place it was found at."""
        items = answer["evidence"]
        named = answer.get("diagnosis", {}).get("evidence_ids")
        for item in [item for item in items if not named or item["id"] in named][:most]:
            self.line(f"evidence {item['id']}", item["text"])
            place = ", ".join(f"{key} {value}" for key, value in item["locator"].items())
            self.part("", f"at {item['source']}: {place}", DIM)

    def advice(self, advice):
        words = "yes" if advice["recommended"] else f"no ({', '.join(advice['blockers'])})"
        self.line("retry?", f"{words}: {advice['reason']}")

    def link(self, link):
        self.line("next", f"{link['tool']} {json.dumps(link['arguments'])}: {link['why']}")

    def request(self, request):
        self.line("would send", f"{request['service']} {request['operation']} {json.dumps(request['input'])}")

    def preconditions(self, checks):
        self.line("checked", "; ".join(check["detail"] for check in checks))
