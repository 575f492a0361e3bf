"""Everything the sandbox remembers, and the way back to the seeded night."""
import threading
from collections import defaultdict
from contextlib import contextmanager

from . import motodoor
from .agentcore import AgentCoreStore
from .alarmstore import AlarmStore
from .athena import AthenaStore
from .clock import CLOCK
from .cloudtrail import TrailStore
from .cognito import Cognito
from .emr import EmrStore
from .emr_jobs import eks_store, serverless_store
from .faults import Faults
from .glue import GlueStore
from .journal import Journal
from .keyring import Keyring
from .lambda_ import LambdaStore
from .logstore import LogStore
from .msk import MskStore
from .mwaa import MwaaStore
from .patches import Patches
from .servicenow import Instance

HOME = "us-east-1"
SERVICENOW_SECRET = "lakewarden/servicenow"
PACE = {"starting_s": 2.0, "running_s": 4.0, "outcome": "SUCCEEDED"}


class Region:
    """What the account has in one region. Only the home region is seeded."""

    def __init__(self, name):
        self.glue, self.logs, self.alarms = GlueStore(), LogStore(), AlarmStore(name)
        self.athena, self.trail = AthenaStore(), TrailStore()
        self.mwaa, self.lambda_, self.msk = MwaaStore(), LambdaStore(name), MskStore(name)
        self.emr, self.emr_serverless, self.emr_containers = EmrStore(name), serverless_store(), eks_store()


class _Regions(defaultdict):
    def __missing__(self, name):
        self[name] = Region(name)
        return self[name]


class World:
    """One account and one user pool. `lock` is held while an operation runs; faults wait outside of it."""
    home = HOME

    def __init__(self, base, journal_path=None):
        self.base, self.lock = base, threading.RLock()
        self.keys, self.faults, self.journal = Keyring(), Faults(), Journal(journal_path)
        self.patches, self.cognito, self.servicenow = Patches(), Cognito(), Instance()
        self.agentcore = AgentCoreStore()
        self.secrets = {SERVICENOW_SECRET: self.servicenow.credentials()}
        self.regions, self.pace = _Regions(), dict(PACE)
        self._seed()

    def _seed(self):
        from .night import seed
        self.on_start = seed.write_logs_of_started_run
        self.facts = seed.seed_all(self.regions[HOME], self.pace)

    @contextmanager
    def unlocked(self):
        """For an operation that asks somebody else, who may be asking us: others go on meanwhile."""
        self.lock.release()
        try:
            yield
        finally:
            self.lock.acquire()

    def reset(self):
        """Back to the seeded night. The journal stays: it has its own DELETE."""
        with self.lock:
            CLOCK.reset()
            motodoor.reset()
            self.keys.reset(), self.faults.clear(), self.patches.clear(), self.cognito.reset(), self.servicenow.reset()
            self.agentcore = AgentCoreStore()
            self.regions, self.pace = _Regions(), dict(PACE)
            self._seed()
