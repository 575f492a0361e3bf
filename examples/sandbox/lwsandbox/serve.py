"""`serve`: the sandbox in the foreground. One JSON line on stdout says that it is ready and how to reach it."""
import json
import logging
import os
import socket

from .cognito import POOL
from .control import PREFIX
from .keyring import SEEDED
from . import servicenow_tables
from .state import HOME, SERVICENOW_SECRET

THREADS = 32


def listen(port):
    """A listening socket on loopback. Port 0 takes a free one; so nobody can take it between asking and binding."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", port))
    sock.listen(256)
    return sock


def describe(world):
    """What a user of the sandbox must know."""
    clients = {n: {"id": c.id, "secret": c.secret, "scopes": list(c.scopes)} for n, c in world.cognito.clients.items()}
    keys = {name: {"akid": k.akid, "secret": k.secret} for name, k in SEEDED.items()}
    issuer = f"{world.base}/{POOL}"
    return {"endpoint": world.base, "region": HOME, "issuer": issuer, "jwks_url": f"{issuer}/.well-known/jwks.json",
            "token_url": f"{world.base}/oauth2/token", "control_url": world.base + PREFIX, "clients": clients,
            "keys": keys, "servicenow_url": world.base, "servicenow_secret": SERVICENOW_SECRET,
            "ticket_number": servicenow_tables.NUMBER, "ticket_sys_id": servicenow_tables.TICKET, **world.facts}


def serve(port, journal):
    """Runs until SIGTERM. gunicorn keeps the request target as it was sent, which the signature check needs."""
    from gunicorn.app.base import BaseApplication
    from gunicorn.workers.gthread import ThreadWorker

    class Worker(ThreadWorker):
        """Closes connections in the thread that served them. gunicorn waits up to 2 s for the client to close its
        side, and does so in its only dispatching thread: one lazy client would hold up all others."""

        def handle(self, conn):
            keep = super().handle(conn)
            if not keep:
                conn.close(graceful=True)
            return keep

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    sock = listen(port)
    base = f"http://127.0.0.1:{sock.getsockname()[1]}"
    # gunicorn closes the descriptor it is given: the socket must let go of it, or would close another's later.
    settings = {"bind": f"fd://{sock.detach()}", "workers": 1, "worker_class": Worker, "threads": THREADS,
                "keepalive": 75, "timeout": 0, "graceful_timeout": 1, "limit_request_line": 8190,
                "loglevel": "error", "proc_name": "lwsandbox", "control_socket_disable": True}

    class Server(BaseApplication):
        def load_config(self):
            for name, value in settings.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self):
            """In the worker: builds the world and says so."""
            from .app import Application
            from .state import World
            world = World(base, journal)
            os.write(1, (json.dumps(describe(world)) + "\n").encode())
            return Application(world)

    Server().run()
