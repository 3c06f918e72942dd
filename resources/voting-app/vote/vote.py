"""The page one votes on. A vote goes to the end of the list `votes` in redis, as {"voter_id", "vote"}; the worker takes it from there.

The browser keeps a voter id in a cookie, so that who votes again changes the vote. Protocol of the well-known public voting app.
"""

import html
import json
import os
import pathlib
import secrets
import signal
import socket
import sys
import threading
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import redis

OPTIONS = {"a": os.environ.get("OPTION_A", "Cats"), "b": os.environ.get("OPTION_B", "Dogs")}
PORT = int(os.environ.get("PORT", "80"))
REDIS_HOST = os.environ.get("REDIS_HOST", "redis")
PAGE = pathlib.Path(__file__).with_name("page.html").read_text("utf-8")
MAX_BODY_BYTES = 1024

# Connects when it is first used, and again after redis was away. No retry: the voter is told, and tries again.
store = redis.Redis(REDIS_HOST, socket_connect_timeout=2, socket_timeout=2)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self):
        if self.path.split("?")[0] == "/":
            self.answer(200, voter_id_of(self), "")
        else:
            self.answer(404, voter_id_of(self), "", "There is no such page.")

    do_HEAD = do_GET

    def do_POST(self):
        voter_id = voter_id_of(self)
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > MAX_BODY_BYTES:
            self.close_connection = True
            return self.answer(413, voter_id, "", "That is no vote.")
        vote = parse_qs(self.rfile.read(int(length)).decode("utf-8", "replace")).get("vote", [""])[0]
        if vote not in OPTIONS:
            return self.answer(400, voter_id, "", "That is no vote.")
        try:
            store.rpush("votes", json.dumps({"voter_id": voter_id, "vote": vote}))
        except redis.RedisError as error:
            print(f"vote not stored: redis at {REDIS_HOST} says: {error}", file=sys.stderr)
            return self.answer(503, voter_id, "", "Your vote could not be stored: redis does not answer. Please try again.")
        self.answer(200, voter_id, vote, f"You voted for {OPTIONS[vote]}.")

    def answer(self, status, voter_id, vote, message=""):
        body = render(vote, message).encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:; form-action 'self'")
        self.send_header("Set-Cookie", f"voter_id={voter_id}; Path=/; HttpOnly; SameSite=Lax")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def voter_id_of(request):
    try:
        cookie = SimpleCookie(request.headers.get("Cookie", "")).get("voter_id")
    except CookieError:
        cookie = None
    # The database keeps 255 characters.
    return cookie.value if cookie and cookie.value.isalnum() and len(cookie.value) <= 64 else secrets.token_hex(8)


def render(vote, message):
    page = PAGE.replace(f'value="{vote}" aria-pressed="false"', f'value="{vote}" aria-pressed="true"')
    for name, value in {
        "option_a": OPTIONS["a"],
        "option_b": OPTIONS["b"],
        "message": message,
        "hostname": socket.gethostname(),
    }.items():
        page = page.replace("{{" + name + "}}", html.escape(value))
    return page


def main():
    # Waited for in the main thread, so that nothing that blocks elsewhere delays the end.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    server = ThreadingHTTPServer(("", PORT), Handler)
    print(f"vote: listening on port {PORT}, redis at {REDIS_HOST}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    main()
