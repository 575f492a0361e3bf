"""A server in the user pool's place. What it is asked for can be made to wait, so that a test sees what happens meanwhile."""
import http.server
import threading

LONGEST_S = 20


class GatedServer(http.server.ThreadingHTTPServer):
    """Answers each GET with what `answer` says of its path: (status, text)."""
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server_address[1]}"
        self.gate, self.asked = threading.Event(), 0
        self.thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def answer(self, path):
        raise NotImplementedError

    def wait(self):
        """Counts who asked, and returns once the gate is open."""
        self.asked += 1
        self.gate.wait(LONGEST_S)

    def stop(self):
        self.gate.set()
        self.shutdown()
        self.thread.join()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        status, text = self.server.answer(self.path)
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass
