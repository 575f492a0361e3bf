# shellcheck shell=sh
# What suite kafka takes: a JDK and Maven for the brokers, openssl for their certificates, a client of another make. Sourced
# after need.sh. The brokers' jars themselves the suite fetches, into .cache/kafka.

# kafka_packages: the Debian packages to ask for; none where the programs are there, from wherever they came.
kafka_packages() {
    for need_program in javac mvn openssl; do
        if ! command -v $need_program >/dev/null; then
            echo default-jdk-headless maven openssl
            return 0
        fi
    done
}

need_kafka() {
    need_env .venv "for suite kafka" \
        examples/sandbox/requirements.txt tests/requirements-mcp2.txt tests/requirements.txt tests/requirements-kafka.txt
}
