"""What is run: scenarios of the suite, at a revision of the protocol, against one of two servers."""
from dataclasses import dataclass

import suite

REVISIONS = ("2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26")
WITH_REQUIREMENTS = REVISIONS[:2]

# What the product is asked: all that needs no tool, prompt or resource of the suite's own.
PRODUCT = {"tools-list", "server-initialize", "ping", "server-session-lifecycle", "dns-rebinding-protection",
           "server-sse-multiple-streams", "caching", "resources-list", "prompts-list", "sep-2164-resource-not-found",
           "http-header-validation", "input-required-result-unsupported-methods"}


@dataclass(frozen=True)
class Run:
    """Some scenarios against a server of their own. `wire` names the file of checks/ that says what each must check."""
    title: str
    server: str
    wire: str
    names: tuple
    commands: tuple  # arguments of the suite's command, one process each


def requirements(revision):
    return Run(f"requirements {revision}", "fixture", revision, tuple(suite.required(revision)), (("--requirements", revision),))


def everything(server, revision, names):
    """The product answers the scenarios it is not asked as well as it can: they do not count."""
    command = ("--suite", "all", "--spec-version", revision)
    title, wire = ("suite all", revision) if server == "fixture" else ("product", f"product-{revision}")
    return Run(f"{title} {revision}", server, wire, tuple(names), (command,))


def tasks(names):
    """The suite leaves extensions out of its runs at a revision, so they are named, without one."""
    return Run("extension tasks", "fixture", "tasks", tuple(names), tuple(("--scenario", name) for name in names))


def planned():
    """All runs, in the order of the report."""
    scenarios = suite.server_scenarios()

    def at(revision):
        return [name for name, revisions in scenarios.items() if revision in revisions]
    return [*map(requirements, WITH_REQUIREMENTS),
            *(everything("fixture", revision, at(revision)) for revision in REVISIONS),
            tasks([name for name in scenarios if name.startswith("tasks-")]),
            *(everything("product", revision, sorted(PRODUCT & set(at(revision)))) for revision in REVISIONS)]
