"""A real Apache Kafka broker, one node on loopback: its jars, its settings, its process."""
import base64
import fcntl
import os
import shutil
import signal
import subprocess
import uuid
from pathlib import Path

from confluent_kafka.admin import AdminClient

from fetching import fetch
from ports import HeldPort
from waiting import wait_for

HERE = Path(__file__).resolve().parent

# Small and quick. The short broker session lets one that was killed come back in 6 seconds instead of 13; it expires
# transactions every second and not every tenth.
SETTINGS = """
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
controller.listener.names=CONTROLLER
listeners=PLAIN://127.0.0.1:{plain},CONTROLLER://127.0.0.1:{controller}{more_listeners}
advertised.listeners=PLAIN://127.0.0.1:{plain}{more_advertised}
listener.security.protocol.map=PLAIN:PLAINTEXT,CONTROLLER:PLAINTEXT{more_protocols}
inter.broker.listener.name=PLAIN
log.dirs={folder}/data
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
transaction.abort.timed.out.transaction.cleanup.interval.ms=1000
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
num.network.threads=2
num.io.threads=2
log.cleaner.enable=false
"""


def missing_parts():
    """What this machine lacks to run a broker, in words; "" when nothing."""
    lacking = [program for program in ("java", "javac", "mvn", "openssl") if not shutil.which(program)]
    return f"needs {', '.join(lacking)} (Debian: default-jdk-headless maven openssl)" if lacking else ""


def fetch_jars(cache, version):
    """The folder of a broker's jars, fetched by Maven where it is not there yet."""
    folder = cache / "kafka" / version
    folder.mkdir(parents=True, exist_ok=True)
    with open(cache / "kafka" / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder / "complete"
        if not done.exists():
            maven = ["mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), f"-Dkafka.version={version}", f"-Dlib.dir={folder}", "package"]
            fetch(maven, timeout=300)
            done.touch()
    return folder


class Broker:
    """One broker. `listeners` adds doors: {name: {"protocol": ..., settings}}; their addresses are in `doors`."""

    def __init__(self, jars, folder, listeners=None, scram=(), classes=(), settings=None):
        self.folder = Path(folder)
        self.class_path = ":".join([*map(str, classes), f"{jars}/*"])
        self.listeners = listeners or {}
        self.process = None
        self.ports = [HeldPort() for _ in range(2 + len(self.listeners))]  # its own, also while it is dead
        self.plain_port, controller, *ports = (port.number for port in self.ports)
        self.doors = dict(zip(self.listeners, (f"localhost:{port}" for port in ports)))
        self.address = f"127.0.0.1:{self.plain_port}"
        (self.folder / "tmp").mkdir(parents=True)
        self.config = self.folder / "server.properties"
        self.config.write_text(self.properties(controller, settings or {}), encoding="utf-8")
        self.format(scram)

    def properties(self, controller, settings):
        def joined(form):
            return "".join("," + form.format(name=name, door=self.doors[name], protocol=door["protocol"])
                           for name, door in self.listeners.items())

        lines = [SETTINGS.format(plain=self.plain_port, controller=controller, folder=self.folder,
                                 more_listeners=joined("{name}://{door}"), more_advertised=joined("{name}://{door}"),
                                 more_protocols=joined("{name}:{protocol}"))]
        for name, door in self.listeners.items():
            lines += [f"listener.name.{name.lower()}.{key}={value}" for key, value in door.items() if key != "protocol"]
        lines += [f"{key}={value}" for key, value in settings.items()]
        return "\n".join(lines) + "\n"

    def java(self, main, *arguments):
        return ["java", "-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                f"-Djava.io.tmpdir={self.folder}/tmp", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp", self.class_path, main, *arguments]

    def format(self, scram):
        # The first byte makes it begin with a letter: a hyphen would be taken for an option.
        cluster = base64.urlsafe_b64encode(b"\0" + uuid.uuid4().bytes[1:]).decode().rstrip("=")
        users = [word for user in scram for word in ("-S", user)]
        done = subprocess.run(self.java("kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(self.config), *users),
                              capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self):
        """Starts it and waits until it answers; a port that is open is not enough."""
        with open(self.folder / "broker.log", "ab") as log:
            self.process = subprocess.Popen(self.java("kafka.Kafka", str(self.config)), stdout=log, stderr=log,
                                            stdin=subprocess.DEVNULL, start_new_session=True)
        self.wait_until_ready()
        return self

    def wait_until_ready(self):
        admin = AdminClient({"bootstrap.servers": self.address, "log_level": 0, "reconnect.backoff.max.ms": 200})

        def answers():
            assert self.process.poll() is None, (self.folder / "broker.log").read_text()[-3000:]
            try:
                return bool(admin.list_topics(timeout=1).brokers)
            except Exception:  # the client library raises one kind for every reason not to answer yet
                return False

        wait_for(answers, 120, "the broker to answer")

    def signal(self, number):
        os.kill(self.process.pid, number)

    def kill(self):
        """As by a lost machine; the data stay."""
        self.signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.signal(signal.SIGCONT)
            self.signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()
        for port in self.ports:
            port.close()
