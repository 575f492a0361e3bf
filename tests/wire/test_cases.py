"""Every case, over each of its transports."""
import pytest

from wire_cases import OverHttp, OverStdio, all_cases
from wire_server import SHAPES

CASES = {name: (transport, case) for name, transport, case in all_cases()}


@pytest.mark.parametrize("name", CASES)
def test_case(name, servers, start_child, tokens):
    transport, case = CASES[name]
    assert case["row"], "a case names the rule it pins"
    if transport == "stdio":
        peer = OverStdio(start_child(**SHAPES[case.get("server", "default")]), case)
    else:
        peer = OverHttp(servers(case.get("server", "default")), case, tokens)
    for step in case["steps"]:
        peer.run(step)


def test_case_names_are_unique():
    assert len(CASES) == len(list(all_cases()))
