"""A small Airflow: DAGs, runs and task instances of one environment, and how a cleared or triggered run goes on.

Nothing runs here. What will happen is written down when it begins, and carried out when its time has come and someone
looks. The rules are those of Airflow 2.11 and 3.x, which agree in them."""
import datetime as dt
import uuid
from dataclasses import dataclass, field

from .clock import now

FAILED = ("failed", "upstream_failed")


@dataclass(frozen=True)
class Task:
    task_id: str
    operator: str = "PythonOperator"
    upstream: tuple = ()
    retries: int = 0
    glue_job: str | None = None  # what a GlueJobOperator starts


@dataclass
class Dag:
    dag_id: str
    schedule: str | None
    tasks: tuple
    created: dt.datetime
    paused: bool = False
    import_error: str | None = None  # the stack trace; such a DAG cannot be triggered
    runs: dict = field(default_factory=dict)  # run id -> Run

    @property
    def file(self):
        return f"{self.dag_id}.py"


@dataclass
class TaskInstance:
    task: Task
    state: str | None = None
    try_number: int = 0  # 0: never ran
    max_tries: int = 0
    start: dt.datetime | None = None
    end: dt.datetime | None = None
    map_index: int = -1
    uid: str = field(default_factory=lambda: str(uuid.uuid4()))
    past: list = field(default_factory=list)  # earlier tries: (try_number, state, start, end)

    def forget(self):
        """What clearing does: no state, another identity, and room for as many tries as it had."""
        if self.try_number:
            self.past.append((self.try_number, self.state, self.start, self.end))
        self.max_tries = self.try_number + self.task.retries
        self.state, self.start, self.end, self.uid = None, None, None, str(uuid.uuid4())


@dataclass
class Run:
    dag: Dag
    run_id: str
    run_type: str  # scheduled, manual, backfill
    state: str
    logical_date: dt.datetime | None
    run_after: dt.datetime
    tasks: list
    queued: dt.datetime | None = None
    start: dt.datetime | None = None
    end: dt.datetime | None = None
    conf: dict = field(default_factory=dict)
    note: str | None = None


class Airflow:
    """What one environment runs. `ran(run, instance, began, ended, good)` is told of every try that is planned."""

    def __init__(self, version, pace, ran):
        self.version, self._pace, self._ran = version, pace, ran
        self.dags, self._plan = {}, []

    @property
    def is_three(self):
        return not self.version.startswith("2.")

    def add(self, dag):
        self.dags[dag.dag_id] = dag
        return dag

    def advance(self):
        """Carries out what has come due, in order."""
        self._plan.sort(key=lambda step: step[0])
        while self._plan and self._plan[0][0] <= now():
            when, change = self._plan.pop(0)
            change(when)

    def runs(self):
        return [run for dag in self.dags.values() for run in dag.runs.values()]

    def pause(self, dag, paused):
        """A run that waited for its DAG goes on when that is unpaused."""
        was, dag.paused = dag.paused, paused
        if was and not paused:
            for run in dag.runs.values():
                if run.state == "queued":
                    self._go(run)

    def trigger(self, dag, run_id, logical_date, conf, note):
        tasks = [TaskInstance(task, max_tries=task.retries) for task in dag.tasks]
        run = dag.runs[run_id] = Run(dag, run_id, "manual", "queued", logical_date, now(), tasks, now(), conf=conf,
                                     note=note)
        if not dag.paused:
            self._go(run)
        return run

    @staticmethod
    def would_clear(run, only_failed, only_running, task_ids, downstream):
        """The instances a clear takes. task_ids holds names, or [name, map index] (Airflow 3)."""
        wanted = None if task_ids is None else {t if isinstance(t, str) else tuple(t) for t in task_ids}
        names = {t if isinstance(t, str) else t[0] for t in wanted or ()}
        behind = _downstream(run.dag, names) if downstream else set()
        return [ti for ti in run.tasks
                if (wanted is None or ti.task.task_id in wanted | behind or (ti.task.task_id, ti.map_index) in wanted)
                and (not only_failed or ti.state in FAILED) and (not only_running or ti.state == "running")]

    def clear(self, run, instances, reset_run):
        """Without reset_run the run stays what it was: failed, with tasks that nobody will start."""
        for instance in instances:
            instance.forget()
        if instances and reset_run and run.state != "running":
            run.state, run.queued, run.start, run.end = "queued", now(), None, None
            if not run.dag.paused:
                self._go(run)

    def set_state(self, run, state):
        run.state, run.end = state, None if state == "queued" else now()
        self._plan = [step for step in self._plan if getattr(step[1], "run", None) is not run]
        if state == "queued" and not run.dag.paused:
            self._go(run)

    def _go(self, run):
        """Plans the tasks that have no state, one after the other."""
        begins = now() + dt.timedelta(seconds=self._pace["starting_s"])
        todo, good = [ti for ti in run.tasks if ti.state is None], self._pace["outcome"] == "SUCCEEDED"
        share = dt.timedelta(seconds=self._pace["running_s"] / max(len(todo), 1))
        self._at(begins, run, lambda when: _set(run, state="running", start=when))
        ends = begins
        for n, instance in enumerate(todo):
            if not good and n:
                self._at(ends, run, lambda when, ti=instance: _set(ti, state="upstream_failed", start=when, end=when))
                continue
            self._at(ends, run, lambda when, ti=instance: _set(ti, state="running", start=when,
                                                               try_number=ti.try_number + 1))
            self._ran(run, instance, ends, ends + share, good)
            ends += share
            self._at(ends, run, lambda when, ti=instance: _set(ti, state="success" if good else "failed", end=when))
        self._at(ends, run, lambda when: _set(run, end=when, state="failed" if any(
            ti.state in FAILED for ti in run.tasks) else "success"))

    def _at(self, when, run, change):
        change.run = run
        self._plan.append((when, change))


def _set(thing, **values):
    for name, value in values.items():
        setattr(thing, name, value)


def _downstream(dag, names):
    """Everything that waits for one of these tasks, directly or not. Tasks stand in the order of their running."""
    found = set()
    for task in dag.tasks:
        if set(task.upstream) & (names | found):
            found.add(task.task_id)
    return found
