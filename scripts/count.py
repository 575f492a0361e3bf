"""How many tests of one step passed and failed, from the records the step left behind.

usage: count.py meson|pytest|pytests RECORDS STATUS REPORT...

Prints "PASSED FAILED" and, where there is something to say, a remark. What did not run is a
failure: no records, not one test, an exit status nothing in the records explains, or a report
of a sanitizer (the REPORT files that tell of something).
"""
import json
import os
import re
import sys
import xml.etree.ElementTree as ElementTree

CMOCKA_LINE = re.compile(r"\[\s+(PASSED|FAILED)\s+\] (?:.*: )?(\d+) test\(s\)")
TAP_LINE = re.compile(r"^(not ok|ok)\b(?!.*# SKIP)", re.MULTILINE)
CUT_OFF = re.compile(r"(==\d+==Unable to get registers from thread \d+\.|\s)*")


def count_program(record):
    """Counts inside one test program: cmocka's or TAP's own, else the program itself is one test."""
    text = (record.get("stdout") or "") + "\n" + (record.get("stderr") or "")
    counts = {"PASSED": 0, "FAILED": 0}
    for word, number in CMOCKA_LINE.findall(text):
        counts[word] += int(number)
    if not sum(counts.values()):
        for word in TAP_LINE.findall(text):
            counts["PASSED" if word == "ok" else "FAILED"] += 1
    passed, failed = counts["PASSED"], counts["FAILED"]
    ended_well = record["result"] in ("OK", "EXPECTEDFAIL")
    if ended_well and not passed + failed:
        passed = 1
    if not ended_well and record["result"] != "SKIP" and not failed:
        failed = 1
    return passed, failed, int(record["result"] == "SKIP")


def count_meson(path):
    """Reads meson's log: one JSON object a line, one line a test program."""
    with open(path, encoding="utf-8") as lines:
        counted = [count_program(json.loads(line)) for line in lines if line.strip()]
    return tuple(map(sum, zip(*counted))) if counted else (0, 0, 0)


def count_pytest(path):
    """Reads pytest's JUnit file."""
    total = failed = skipped = 0
    for suite in ElementTree.parse(path).iter("testsuite"):
        total += int(suite.get("tests", 0))
        failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped += int(suite.get("skipped", 0))
    return max(total - failed - skipped, 0), failed, skipped


def count_runs_again(path):
    """How often pytest ran a test again: it counts the test once, and records each run."""
    return sum(len(suite.findall("testcase")) - int(suite.get("tests", 0))
               for suite in ElementTree.parse(path).iter("testsuite"))


def tells_of_something(report):
    """A process that is killed while its leaks are looked for leaves a report that is empty or only names its threads."""
    if not os.path.isfile(report):
        return False
    with open(report, encoding="utf-8", errors="replace") as text:
        return not CUT_OFF.fullmatch(text.read())


def count_step(runner, records, status, reports):
    """Returns passed, failed and a remark."""
    if status == "build":
        return 0, 1, "the build failed"
    try:
        counter = count_meson if runner == "meson" else count_pytest
        passed, failed, skipped = counter(records)
    except (OSError, ValueError, ElementTree.ParseError) as error:
        return 0, 1, f"left no record ({type(error).__name__}), exit status {status}"
    remarks = [f"{skipped} skipped"] if skipped else []
    again = count_runs_again(records) if counter is count_pytest else 0
    if again > 0:
        remarks.append(f"{again} failed at first")
    if passed + failed == 0:
        failed, remarks = 1, remarks + ["no test ran"]
    if status != "0" and not failed:
        failed, remarks = 1, remarks + [f"exit status {status}"]
    if reports:
        failed, remarks = max(failed, len(reports)), remarks + [f"{len(reports)} sanitizer report(s)"]
    return passed, failed, ", ".join(remarks)


def main():
    runner, records, status, *reports = sys.argv[1:]
    reports = [path for path in reports if tells_of_something(path)]
    passed, failed, remark = count_step(runner, records, status, reports)
    print(passed, failed, remark)


main()
