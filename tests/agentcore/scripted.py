"""An MCP server that answers what a test says, and remembers what it was asked."""
import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

GOOD = {
    "initialize": {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}, "serverInfo": {"name": "scripted", "version": "1"}},
    "tools/list": {"tools": [{"name": "echo", "inputSchema": {"type": "object"}}]},
    "tools/call": {"content": [{"type": "text", "text": "done"}], "isError": False},
}


class Scripted:
    """`answers` says for a method: a result, {"error": ...}, a list of results for one request after the other, {"http": status},
    {"sleep": seconds}, or {"headers": ..., "result": ...}; {"stream": result} comes as an event. Else those of GOOD, else -32601."""

    def __init__(self, answers):
        self.answers, self.seen, self.lock = {**GOOD, **answers}, [], threading.Lock()

    def methods(self):
        return [message.get("method") for message, _ in self.seen]

    def headers_of(self, method):
        return next(headers for message, headers in self.seen if message.get("method") == method)

    def answer(self, message, headers):
        """-> (status, headers, body)"""
        with self.lock:
            self.seen.append((message, headers))
            chosen = self.answers.get(message["method"], {"error": {"code": -32601, "message": "Method not found"}})
            if isinstance(chosen, list):
                chosen = chosen.pop(0) if len(chosen) > 1 else chosen[0]
        time.sleep(chosen.get("sleep", 0))
        if "http" in chosen or "id" not in message:
            return chosen.get("http", 202), {}, b""
        extra = chosen.get("headers", {})
        content = chosen.get("stream") or chosen.get("result") or chosen
        body = {"jsonrpc": "2.0", "id": message["id"], **({"error": chosen["error"]} if "error" in chosen else {"result": content})}
        text = json.dumps(body)
        if "stream" in chosen:
            note = json.dumps({"jsonrpc": "2.0", "method": "notifications/message", "params": {"level": "info", "data": "a"}})
            return 200, {"Content-Type": "text/event-stream", **extra}, f"data: {note}\n\nevent: message\ndata: {text}\n\n".encode()
        return 200, {"Content-Type": "application/json", **extra}, text.encode()


@contextmanager
def scripted_running(answers):
    """Yields (scripted, its URL)."""
    scripted = Scripted(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):  # noqa: N802  (the name is the library's)
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, headers, body = scripted.answer(message, dict(self.headers.items()))
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                self.wfile.write(body)
            except ConnectionError:
                pass  # the gateway's time was up

        def log_message(self, *_):
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield scripted, f"http://127.0.0.1:{server.server_port}/mcp"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
