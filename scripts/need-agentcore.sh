# shellcheck shell=sh
# What suite agentcore needs besides: the linters of CloudFormation and of IAM policies. Sourced after need.sh.

need_agentcore() {
    need_env .venv-agentcore "for the CloudFormation template" tests/requirements-agentcore.txt
}
