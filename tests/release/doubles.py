"""Peers of the release tests on loopback: an HTTP(S) server, and a name server."""
import http.server
import socket
import ssl
import struct
import threading


REFUSAL = 400, b'{"__type":"AccessDeniedException","message":"no"}'  # of a service whose caller may not do anything


class Handler(http.server.BaseHTTPRequestHandler):
    """Gives its server's answer, whatever is asked."""
    protocol_version = "HTTP/1.1"

    def answer(self):
        self.server.hosts.append(self.headers["Host"])
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, body = self.server.answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_HEAD = do_POST = answer

    def log_message(self, *_):
        """Says nothing: pytest shows what matters."""


class Answers:
    """The server, as a context."""

    def __init__(self, certificate=None, key=None, answer=REFUSAL):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.hosts = []
        self.server.answer = answer
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, key)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    @property
    def port(self):
        return self.server.server_address[1]

    @property
    def hosts(self):
        return set(self.server.hosts)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)


class NameServer:
    """Says of every name that it is 127.0.0.1 and has no IPv6 address, or says nothing at all."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.asked = []
        self.silent = False
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def serve(self):
        while True:
            query, peer = self.socket.recvfrom(4096)
            if not query:
                return
            name, kind, end = self.question(query)
            self.asked.append(name)
            if not self.silent:
                self.socket.sendto(self.answer(query, kind, end), peer)

    @staticmethod
    def question(query):
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode())
            at += 1 + query[at]
        return ".".join(labels), struct.unpack(">H", query[at + 1:at + 3])[0], at + 5

    @staticmethod
    def answer(query, kind, end):
        is_a = kind == 1
        head = query[:2] + struct.pack(">HHHHH", 0x8180, 1, int(is_a), 0, 0) + query[12:end]
        record = struct.pack(">HHHIH", 0xC00C, 1, 1, 60, 4) + socket.inet_aton("127.0.0.1")
        return head + (record if is_a else b"")

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            one.sendto(b"", ("127.0.0.1", self.port))
        self.thread.join(5)
        self.socket.close()
