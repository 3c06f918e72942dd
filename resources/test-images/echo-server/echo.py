"""Echoes each HTTP request: who served it, its first line, its headers, its body."""

import os
import signal
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT = int(os.environ.get("PORT", "8080"))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def echo(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = "".join(f"{name}: {value}\n" for name, value in self.headers.items())
        # As the public one writes it: `HTTP/1.1 GET /path`.
        line = f"{self.request_version} {self.command} {self.path}"
        answer = f"Request served by {socket.gethostname()}\n\n{line}\n\n{headers}\n".encode("utf-8") + body
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = echo


def main():
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    server = ThreadingHTTPServer(("", PORT), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"Echo server listening on port {PORT}.")
    signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    main()
