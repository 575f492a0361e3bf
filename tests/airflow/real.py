"""A real Airflow on loopback: how it is set up, started, waited for and stopped."""
import contextlib
import json
import os
import secrets
import signal
import sqlite3
import subprocess
import time
import urllib.request
from pathlib import Path

from lwsandbox.processes import alive, mark, start, tail
from ports import HeldPort

HERE = Path(__file__).resolve().parent
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
USER = PASSWORD = "admin"
START_S, STOP_S = 240, 8


class NotStarted(Exception):
    """It did not come up; the text says what its logs end with."""


def of_session(leader):
    """The processes of the session that `leader` began. Airflow's own children make groups, but no sessions."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader and fields[0] != "Z":
            found.append(int(path.parent.name))
    return found


class RealAirflow:
    """One version in a folder of its own, logging into the CloudWatch of a sandbox."""

    def __init__(self, version, venv, folder, sandbox):
        self.version, self.three = version, not version.startswith("2.")
        self.environment = "real-" + version.replace(".", "-")
        self.folder, self._venv, self._sandbox = folder, venv, sandbox
        self.dags, self._running = folder / "dags", {}
        self._ports = [HeldPort(), HeldPort()]  # Airflow takes seconds until it binds
        self.port, self._execution_port = (port.number for port in self._ports)
        self.url = f"http://127.0.0.1:{self.port}"
        self._execution = f"http://127.0.0.1:{self._execution_port}/execution"

    def start(self):
        """Raises NotStarted, and then leaves nothing running."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.dags.mkdir()
        for source in (HERE / "airside" / "dags").glob("*.py"):
            (self.dags / source.name).write_text(source.read_text())
        (self.folder / "passwords.json").write_text(json.dumps({USER: PASSWORD}))
        self._note_running()
        self._run("db", "migrate")
        with contextlib.closing(sqlite3.connect(self.folder / "airflow.db")) as base:
            base.execute("PRAGMA journal_mode=WAL")  # so that readers and one writer do not lock each other out
        if not self.three:
            self._run("users", "create", "--username", USER, "--password", PASSWORD, "--role", "Admin", "--firstname",
                      "A", "--lastname", "B", "--email", "a@example.com")
        try:
            for name, words in self._parts().items():
                command = [str(self._venv / "bin" / "airflow"), *words]
                self._running[name] = start(command, self.log(name), self.settings(), cwd=self.folder)
                self._note_running()
            self._wait()
        except BaseException:
            self.stop()
            raise

    def _parts(self):
        """Airflow 3.3 writes its audit log in the event loop: on SQLite it would wait there for a task's own write,
        which the same loop has to finish. So tasks have a server of their own."""
        scheduler = ("scheduler", "--skip-serve-logs")
        if not self.three:
            return {"web": ("webserver",), "scheduler": scheduler}
        return {"web": ("api-server", "--apps", "core", "--port", str(self.port)), "scheduler": scheduler,
                "execution": ("api-server", "--apps", "execution", "--port", str(self._execution_port)),
                "dag-processor": ("dag-processor",)}

    def _note_running(self):
        """For the next run of the suite, should this one be killed before it can stop what it started."""
        marks = [mark(process.pid) for process in self._running.values()]
        (self.folder.parent / "running.json").write_text(json.dumps([m for m in marks if m]))

    def log(self, name):
        return self.folder / f"{name}.log"

    def settings(self):
        """Its environment: where it lives, how it logs, and shorter intervals than anybody would run it with."""
        base = {k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW", "AWS_", "PYTHON"))}
        group = f"airflow-{self.environment}-Task"
        keys = self._sandbox["keys"]["writer"]
        return {**base, "PATH": f"{self._venv / 'bin'}:{base['PATH']}", "PYTHONPATH": str(HERE / "airside"),
                "PYTHONDONTWRITEBYTECODE": "1", "AIRFLOW_HOME": str(self.folder), "SHIPPING_GROUP": group,
                "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1",
                "AWS_ACCESS_KEY_ID": keys["akid"], "AWS_SECRET_ACCESS_KEY": keys["secret"],
                "AWS_DEFAULT_REGION": "us-east-1", "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
                "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": self._sandbox["endpoint"],
                "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{self.folder}/airflow.db?timeout=30",
                **{f"AIRFLOW__{name}": value for name, value in {
                    **COMMON, "CORE__DAGS_FOLDER": str(self.dags), "CORE__FERNET_KEY": "",
                    **(self._three(group) if self.three else self._two())}.items()},
                "AIRFLOW_CONN_AWS_DEFAULT": "aws://", "_AIRFLOW__SKIP_DATABASE_EXECUTOR_COMPATIBILITY_CHECK": "1"}

    def _two(self):
        return {"WEBSERVER__WEB_SERVER_HOST": "127.0.0.1", "WEBSERVER__WEB_SERVER_PORT": str(self.port),
                "WEBSERVER__WORKERS": "1", "WEBSERVER__WORKER_REFRESH_INTERVAL": "0", "WEBSERVER__SECRET_KEY": SECRET,
                "API__AUTH_BACKENDS": "airflow.providers.fab.auth_manager.api.auth.backend.basic_auth,"
                                      "airflow.api.auth.backend.session",
                "SCHEDULER__MIN_FILE_PROCESS_INTERVAL": "2", "SCHEDULER__DAG_DIR_LIST_INTERVAL": "3",
                "SCHEDULER__PARSING_PROCESSES": "1", "LOGGING__LOGGING_CONFIG_CLASS": "shipping.CONFIG"}

    def _three(self, group):
        return {"API__HOST": "127.0.0.1", "API__PORT": str(self.port), "API__BASE_URL": self.url, "API__WORKERS": "1",
                "API__SECRET_KEY": SECRET, "API_AUTH__JWT_SECRET": SECRET, "API_AUTH__JWT_ISSUER": "suite",
                "CORE__EXECUTION_API_SERVER_URL": self._execution + "/",
                "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
                "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(self.folder / "passwords.json"),
                "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "2", "DAG_PROCESSOR__REFRESH_INTERVAL": "3",
                "DAG_PROCESSOR__PARSING_PROCESSES": "1", "WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
                # 3.0 knows only this for its DAG processor, which counts as unhealthy after twice as long without a word
                "SCHEDULER__JOB_HEARTBEAT_SEC": "60", "DAG_PROCESSOR__HEALTH_CHECK_THRESHOLD": "300",
                "WORKERS__EXECUTION_API_TIMEOUT": "30", "LOGGING__REMOTE_LOGGING": "True",
                "LOGGING__REMOTE_BASE_LOG_FOLDER": f"cloudwatch://{GROUPS}:{group}"}

    def _run(self, *words):
        done = subprocess.run([str(self._venv / "bin" / "airflow"), *words], env=self.settings(), cwd=self.folder,
                              capture_output=True, text=True, timeout=START_S, stdin=subprocess.DEVNULL, check=False)
        if done.returncode:
            raise NotStarted(f"airflow {' '.join(words[:2])} ended with {done.returncode}:\n{done.stderr[-2000:]}")

    def _wait(self):
        """Until everything says healthy. The first call of the execution API builds its router, which takes seconds."""
        end = time.monotonic() + START_S
        health = f"{self.url}/api/v2/monitor/health" if self.three else f"{self.url}/api/v1/health"
        while not (self._healthy(health) and self._runs_tasks()):
            for name, process in self._running.items():
                if process.poll() is not None:
                    raise NotStarted(f"{name} ended with {process.returncode}:\n{self._logs()}")
            if time.monotonic() > end:
                raise NotStarted(f"Airflow {self.version} is not healthy after {START_S} s:\n{self._logs()}")
            time.sleep(0.25)

    def _runs_tasks(self):
        if not self.three:
            return True
        try:
            DIRECT.open(f"{self._execution}/health", timeout=30).close()
        except OSError:
            return False
        return True

    def _healthy(self, url):
        try:
            with DIRECT.open(url, timeout=20) as answer:
                parts = json.load(answer)
        except (OSError, ValueError):
            return False
        wanted = ("metadatabase", "scheduler", "dag_processor") if self.three else ("metadatabase", "scheduler")
        return all((parts.get(name) or {}).get("status") == "healthy" for name in wanted)

    def _logs(self):
        return "\n".join(f"{path.name}:\n{tail(path)}" for path in sorted(self.folder.glob("*.log")))

    def stop(self):
        """SIGTERM to those we started, and SIGKILL to whatever is left of their sessions: the scheduler would wait for
        tasks that are still running, and one of ours never ends."""
        for process in self._running.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        end = time.monotonic() + STOP_S
        for process in self._running.values():
            try:
                process.wait(max(end - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                pass
        for process in self._running.values():
            kill_session(process.pid)
            process.wait(10)
        self._running = {}
        self._note_running()
        for port in self._ports:
            port.close()


def kill_session(leader):
    for pid in of_session(leader):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # it ended by itself meanwhile


def stop_left_over(home):
    """Ends what an earlier run of the suite, itself killed, left behind in this folder."""
    note = home / "running.json"
    marks = json.loads(note.read_text()) if note.exists() else []
    for marked in marks:
        if alive(marked):
            kill_session(marked["pid"])
    note.unlink(missing_ok=True)


SECRET = secrets.token_hex(48)
GROUPS = "arn:aws:logs:us-east-1:123456789012:log-group"
COMMON = {"CORE__LOAD_EXAMPLES": "False", "CORE__EXECUTOR": "LocalExecutor", "CORE__PARALLELISM": "2",
          "CORE__DAGS_ARE_PAUSED_AT_CREATION": "False", "CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL": "1",
          "CORE__MIN_SERIALIZED_DAG_FETCH_INTERVAL": "1", "USAGE_DATA_COLLECTION__ENABLED": "False",
          "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2", "SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "2",
          "SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "300"}  # a busy machine is no fault of Airflow's
