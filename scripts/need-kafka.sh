# shellcheck shell=sh
# What suite kafka takes: a JDK and Maven for the brokers, openssl for their certificates, a client of another make. Sourced
# after need.sh. The brokers' jars themselves the suite fetches, into .cache/kafka.

need_kafka() {
    for need_program in javac mvn openssl; do
        command -v $need_program >/dev/null || need_apt "for suite kafka" default-jdk-headless maven openssl
    done
    need_env .venv "for suite kafka" \
        examples/sandbox/requirements.txt tests/requirements-mcp2.txt tests/requirements.txt tests/requirements-kafka.txt
}
