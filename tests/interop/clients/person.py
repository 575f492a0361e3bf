"""Whom a client of either Python SDK signs in, and what their browser does: it goes where it is sent, and on to the callback."""
import http.client
from urllib.parse import parse_qs, urlsplit


class Browser:
    def __init__(self, callback):
        self.callback, self.query = callback, {}

    async def go(self, url):
        place = urlsplit(url)
        connection = http.client.HTTPConnection(place.netloc, timeout=20)
        connection.request("GET", f"{place.path}?{place.query}")
        answer = connection.getresponse()
        text, location = answer.read(), answer.getheader("Location") or ""
        connection.close()
        if not location.startswith(self.callback):
            raise ConnectionError(f"the authorization server answered {answer.status}: {text}")
        self.query = parse_qs(urlsplit(location).query)

    def came_back_with(self, name):
        return self.query.get(name, [None])[0]


def sign_in_of(plan, memory, provider, metadata, information, answer_of):
    """The SDK's `provider` for the account of a person; the classes are the SDK's. `answer_of` makes of code and state what it wants."""
    account = plan["account"]
    browser = Browser(account["callback"])
    method = "client_secret_post" if account["secret"] else "none"
    common = {"redirect_uris": [account["callback"]], "token_endpoint_auth_method": method}
    memory.info = information(client_id=account["id"], client_secret=account["secret"] or None, **common)

    async def callback():
        return answer_of(browser.came_back_with("code"), browser.came_back_with("state"))

    return provider(plan["url"], metadata(client_name="interop", **common), memory, browser.go, callback)
