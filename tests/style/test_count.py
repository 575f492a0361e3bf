"""What scripts/count.py makes of the records of a step: a suite that did not run must not pass."""
import json
import subprocess
import sys

import pytest

CMOCKA_GOOD = "[==========] tests: Running 3 test(s).\n[  PASSED  ] 3 test(s).\n"
CMOCKA_BAD = "[  PASSED  ] 2 test(s).\n[  FAILED  ] tests: 1 test(s), listed below:\n[  FAILED  ] test_a\n\n 1 FAILED TEST(S)\n"


def program(result, stdout="", stderr=""):
    return json.dumps({"name": "a", "result": result, "stdout": stdout, "stderr": stderr}) + "\n"


def junit(tests, failures=0, errors=0, skipped=0):
    return (f'<testsuites><testsuite name="pytest" tests="{tests}" failures="{failures}" '
            f'errors="{errors}" skipped="{skipped}"/></testsuites>')


CASES = {
    # name: runner, records (None: not there), exit status, passed, failed
    "cmocka": ("meson", program("OK", CMOCKA_GOOD), "0", 3, 0),
    "cmocka-on-stderr": ("meson", program("OK", "", CMOCKA_GOOD), "0", 3, 0),
    "cmocka-failure": ("meson", program("FAIL", CMOCKA_BAD), "1", 2, 1),
    "two-programs": ("meson", program("OK", CMOCKA_GOOD) + program("FAIL", CMOCKA_BAD), "1", 5, 1),
    "crash-after-passes": ("meson", program("ERROR", CMOCKA_GOOD), "1", 3, 1),
    "timeout": ("meson", program("TIMEOUT"), "1", 0, 1),
    "plain-program": ("meson", program("OK", "17 inputs\n"), "0", 1, 0),
    "tap": ("meson", program("OK", "1..2\nok 1 - a\nok 2 - b\n"), "0", 2, 0),
    "tap-failure": ("meson", program("FAIL", "1..2\nok 1 - a\nnot ok 2 - b\n"), "1", 1, 1),
    "no-program": ("meson", "", "0", 0, 1),
    "no-meson-record": ("meson", None, "0", 0, 1),
    "pytest": ("pytest", junit(5), "0", 5, 0),
    "pytest-failures": ("pytest", junit(5, failures=1, errors=1), "1", 3, 2),
    "pytest-skipped": ("pytest", junit(5, skipped=2), "0", 3, 0),
    "pytest-all-skipped": ("pytest", junit(2, skipped=2), "0", 0, 1),
    "pytest-none": ("pytest", junit(0), "5", 0, 1),
    "pytest-status-unexplained": ("pytest", junit(5), "3", 5, 1),
    "pytest-cut-record": ("pytest", junit(5)[:40], "0", 0, 1),
    "pytest-killed": ("pytest", None, "124", 0, 1),
    "build": ("pytest", junit(5), "build", 0, 1),
}


def printed(root, *arguments):
    done = subprocess.run([sys.executable, str(root / "scripts" / "count.py"), *map(str, arguments)],
                          capture_output=True, text=True, check=True)
    return done.stdout


def count(root, *arguments):
    return [int(word) for word in printed(root, *arguments).split()[:2]]


@pytest.mark.parametrize("name", CASES)
def test_count(root, tmp_path, name):
    runner, records, status, passed, failed = CASES[name]
    path = tmp_path / "records"
    if records is not None:
        path.write_text(records)
    assert count(root, runner, path, status) == [passed, failed]


def test_a_test_that_passed_at_the_second_run_is_counted_once_and_told_of(root, tmp_path):
    (tmp_path / "records").write_text('<testsuite tests="2" failures="0" errors="0" skipped="0">'
                                      '<testcase name="a"/><testcase name="a"/><testcase name="b"/></testsuite>')
    assert printed(root, "pytest", tmp_path / "records", "0") == "2 0 1 failed at first\n"


LEAK = "==2==ERROR: LeakSanitizer: detected memory leaks\n"
CUT_OFF = "\n==2==Unable to get registers from thread 7.\n"


@pytest.mark.parametrize("text, failed", [("", 0), (CUT_OFF * 2, 0), (CUT_OFF + LEAK, 1), (LEAK, 1), ("?", 1)])
def test_a_leak_check_that_was_cut_off_tells_of_nothing(text, failed, root, tmp_path):
    (tmp_path / "records").write_text(junit(5))
    (tmp_path / "report.1").write_text(text)
    assert count(root, "pytest", tmp_path / "records", "0", tmp_path / "report.1") == [5, failed]


def test_sanitizer_reports_are_failures(root, tmp_path):
    (tmp_path / "records").write_text(junit(5))
    (tmp_path / "report.1").write_text("ERROR: AddressSanitizer")
    arguments = ["pytest", tmp_path / "records", "0", tmp_path / "report.1", tmp_path / "report.*"]
    assert count(root, *arguments) == [5, 1]
