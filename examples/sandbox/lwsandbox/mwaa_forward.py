"""A real Airflow behind InvokeRestApi. The call goes to its web server, whose answer MWAA hands on."""
import base64
import http.client
import json
import threading
from urllib.parse import quote, urlencode, urlsplit

LIMIT_S = 10  # what MWAA gives a call


class Forward:
    """One web server. `ask` is called without the sandbox's lock, by several threads at once."""

    def __init__(self, version, url, user, password):
        self.version, self._user, self._password = version, user, password
        parts = urlsplit(url)
        self._host, self._port = parts.hostname, parts.port
        self._token, self._lock = None, threading.Lock()

    @property
    def is_three(self):
        return not self.version.startswith("2.")

    def ask(self, method, path, query, body, may_write):
        """-> (status, document). Raises OSError when the web server does not answer in time."""
        if not may_write and method != "GET" and not path.endswith("/list"):
            return 403, {"detail": "Forbidden"} if self.is_three else {"detail": None, "status": 403,
                                                                       "title": "Forbidden", "type": "about:blank"}
        target = ("/api/v2" if self.is_three else "/api/v1") + quote(path, safe="/:+~%@!$&'()*,;=-._")
        if query:
            target += "?" + urlencode(_plain(query), doseq=True)
        data = None if body is None or method in ("GET", "DELETE") else json.dumps(body).encode()
        status, text = self._send(method, target, data, self._authorization())
        if status == 401 and self.is_three:  # the token has run out
            self._token = None
            status, text = self._send(method, target, data, self._authorization())
        try:
            return status, json.loads(text) if text else {}
        except ValueError:
            return status, text.decode("utf-8", "replace")

    def _authorization(self):
        if not self.is_three:
            return "Basic " + base64.b64encode(f"{self._user}:{self._password}".encode()).decode()
        with self._lock:
            if self._token is None:
                data = json.dumps({"username": self._user, "password": self._password}).encode()
                status, text = self._send("POST", "/auth/token", data, None)
                if status != 201:
                    raise ConnectionError(f"Airflow gives no token: {status} {text[:200]!r}")
                self._token = json.loads(text)["access_token"]
            return f"Bearer {self._token}"

    def _send(self, method, target, data, authorization):
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if authorization:
            headers["Authorization"] = authorization
        connection = http.client.HTTPConnection(self._host, self._port, timeout=LIMIT_S)
        try:
            connection.request(method, target, data, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except http.client.HTTPException as problem:
            raise ConnectionError(str(problem)) from problem
        finally:
            connection.close()


def _plain(query):
    """Values as they stand in a URL: true and false in lower case, lists repeated, null left out."""
    word = {True: "true", False: "false"}
    return {name: [word[v] if isinstance(v, bool) else v for v in (value if isinstance(value, list) else [value])]
            for name, value in query.items() if value is not None}
