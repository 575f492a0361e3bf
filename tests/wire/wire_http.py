"""A small HTTP client that sends exactly the bytes it is told, and reads answers as they come."""
import json
import re
import socket
import time


class Closed(Exception):
    """The server closed the connection where more was awaited."""


class Reply:
    """Status line and headers of one answer; the body once it has been read."""

    def __init__(self, head):
        lines = head.decode("latin-1").split("\r\n")
        self.version, status, *_ = lines[0].split(" ", 2)
        self.status = int(status)
        self.headers = [(name.strip().lower(), value.strip())
                        for name, _, value in (line.partition(":") for line in lines[1:] if line)]
        self.body = b""

    def header(self, name):
        values = [value for known, value in self.headers if known == name.lower()]
        return ", ".join(values) if values else None

    @property
    def media_type(self):
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    def json(self):
        return json.loads(self.body)

    def events(self):
        """The JSON of every event of a stream that has been read to its end."""
        return [json.loads(line[6:]) for line in self.body.decode().splitlines() if line.startswith("data: ")]


class Connection:
    """One TCP connection."""

    def __init__(self, address, timeout_s=30):
        host, _, port = address.rpartition(":")
        self.address = address
        self.begun = time.monotonic()
        self.socket = socket.create_connection((host.strip("[]"), int(port)), timeout_s)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.port = self.socket.getsockname()[1]
        self.kept = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def age(self):
        """Seconds since before there was a connection: never less than the server can have counted."""
        return time.monotonic() - self.begun

    def send(self, data):
        self.socket.sendall(data)

    def more(self):
        data = self.socket.recv(65536)
        if not data:
            raise Closed(self.kept[:200])
        self.kept += data

    def until(self, mark):
        while mark not in self.kept:
            self.more()
        part, self.kept = self.kept.split(mark, 1)
        return part

    def exactly(self, count):
        while len(self.kept) < count:
            self.more()
        part, self.kept = self.kept[:count], self.kept[count:]
        return part

    def head(self):
        return Reply(self.until(b"\r\n\r\n"))

    def chunks(self):
        """Parts of a chunked body, until its end."""
        while True:
            size = int(self.until(b"\r\n").partition(b";")[0], 16)
            part = self.exactly(size)
            self.until(b"\r\n")
            if not size:
                return
            yield part

    def reply(self, head_only=False):
        """One whole answer."""
        reply = self.head()
        if head_only or reply.status in (204, 304) or reply.status < 200:
            return reply
        if reply.header("transfer-encoding") == "chunked":
            reply.body = b"".join(self.chunks())
        elif reply.header("content-length") is not None:
            reply.body = self.exactly(int(reply.header("content-length")))
        else:
            reply.body = self.rest()
        return reply

    def rest(self):
        """All that comes until the server closes; a reset counts as that."""
        try:
            while True:
                self.more()
        except (Closed, ConnectionResetError):
            part, self.kept = self.kept, b""
            return part

    def ends(self):
        """How old it was when the server closed it, whatever it said before."""
        self.rest()
        return self.age()


def events(connection):
    """Events of a stream as they come: JSON, or the text of a comment."""
    kept = b""
    for chunk in connection.chunks():
        kept += chunk
        while b"\n\n" in kept:
            event, kept = kept.split(b"\n\n", 1)
            match = re.fullmatch(rb"event: message\ndata: (.*)", event)
            yield json.loads(match[1]) if match else event.decode()


def request(address, body, headers=None, method="POST", path="/mcp", version="HTTP/1.1"):
    """The bytes of one request. `headers` add to the usual ones; None takes one away, a list repeats it."""
    if not isinstance(body, bytes):
        body = (body if isinstance(body, str) else json.dumps(body)).encode()
    wanted = {"Host": address, "Content-Type": "application/json",
              "Accept": "application/json, text/event-stream", "Content-Length": str(len(body))}
    for name, value in (headers or {}).items():
        wanted.pop(next((known for known in wanted if known.lower() == name.lower()), None), None)
        wanted[name] = value
    lines = [f"{method} {path} {version}"]
    for name, value in wanted.items():
        for each in value if isinstance(value, list) else [value]:
            if each is not None:
                lines.append(f"{name}: {each}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


def post(address, body, headers=None, **more):
    """One POST on a connection of its own."""
    with Connection(address) as connection:
        connection.send(request(address, body, headers, **more))
        return connection.reply(head_only=more.get("method") == "HEAD")
