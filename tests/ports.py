"""Ports for servers that have to be told theirs before they start, or that come back to the one they had."""
import socket


class HeldPort:
    """A free port of loopback that stays one server's own until `close`, also while that server is down.

    It is bound and never listens: the kernel gives it to nobody who asks for any port, neither to listen on nor to connect
    from, and refuses connections to it. A server that sets SO_REUSEADDR, as all of them do, may listen there all the same."""

    def __init__(self):
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", 0))
        self.number = self._socket.getsockname()[1]

    def close(self):
        self._socket.close()

    def __enter__(self):
        return self.number

    def __exit__(self, *_):
        self.close()
