"""Run with the interpreter that has parliament: a JSON list of policy documents on stdin, what is wrong with each on stdout."""
import json
import sys

import parliament


def findings(document):
    """[issue, detail] of one policy."""
    policy = parliament.analyze_policy_string(json.dumps(document))
    return [[finding.issue, str(finding.detail)] for finding in policy.findings]


print(json.dumps([findings(document) for document in json.load(sys.stdin)]))
