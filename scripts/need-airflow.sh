# shellcheck shell=sh
# Real Airflow for suite airflow, each version in an environment of its own. Sourced after need.sh.

AIRFLOW_VERSIONS='2.11.2 3.0.6 3.3.2'

# airflow_python: the pins were made for Python 3.11; where there is none, another may do.
airflow_python() {
    command -v python3.11 || command -v python3
}

# need_airflow: what cannot be installed leaves a sentence in .cache/airflow/VERSION/missing, which the suite repeats.
need_airflow() {
    for need_version in $AIRFLOW_VERSIONS; do
        need_dir=.cache/airflow/$need_version
        need_lock=tests/airflow/locks/$need_version.txt
        need_stamp=$({ "$(airflow_python)" --version && cat "$need_lock" tests/airflow/locks/cloudwatch.txt; } | sha256sum)
        if grep -qxF "$need_stamp" "$need_dir/complete" 2>/dev/null; then continue; fi
        say "installing for suite airflow: Apache Airflow $need_version into $need_dir"
        mkdir -p "$need_dir"
        rm -f "$need_dir/missing"
        if patiently install_airflow >"$need_dir/install.log" 2>&1; then
            echo "$need_stamp" >"$need_dir/complete"
        else
            printf 'Apache Airflow %s does not install with %s: %s\n' "$need_version" "$("$(airflow_python)" --version)" \
                "$(grep -i error "$need_dir/install.log" | tail -n 1)" | tee "$need_dir/missing" >&2
        fi
    done
}

# The pins are complete, so nothing else may come with them: --no-deps.
install_airflow() {
    "$(airflow_python)" -m venv --clear "$need_dir/venv" &&
        "$need_dir/venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps \
            -r "$need_lock" -r tests/airflow/locks/cloudwatch.txt
}
