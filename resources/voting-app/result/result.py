"""The page that shows the result while people vote: counts votes in PostgreSQL and pushes each change to the browsers as Server-Sent Events.

PostgreSQL tells of changes by NOTIFY, from a trigger that this program puts on the table: nothing is asked in a loop, so nothing costs while nobody
votes, and it works with every worker that writes the table, the public voting app's too.
"""

import json
import os
import pathlib
import select
import signal
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg2

OPTIONS = {"a": os.environ.get("OPTION_A", "Cats"), "b": os.environ.get("OPTION_B", "Dogs")}
PORT = int(os.environ.get("PORT", "80"))
DATABASE = {
    "host": os.environ.get("POSTGRES_HOST", "db"),
    "user": os.environ.get("POSTGRES_USER", "postgres"),
    "password": os.environ.get("POSTGRES_PASSWORD", "postgres"),
    "dbname": os.environ.get("POSTGRES_DB", "postgres"),
    "connect_timeout": 3,
    # A database that vanished without a word (its node is gone) is noticed after about 25 s.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}
# One at a time: "if not exists" fails where two make the table at once.
PREPARE = """
SELECT pg_advisory_xact_lock(hashtext('votes'));
CREATE TABLE IF NOT EXISTS votes (id VARCHAR(255) PRIMARY KEY, vote VARCHAR(255) NOT NULL);
CREATE OR REPLACE FUNCTION tell_votes_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NOTIFY votes_changed; RETURN NULL; END $$;
CREATE OR REPLACE TRIGGER votes_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON votes FOR EACH STATEMENT EXECUTE FUNCTION tell_votes_changed();
LISTEN votes_changed;
"""
RETRY_SECONDS = 1
# A comment now and then, so that a browser that is gone is noticed.
HEARTBEAT_SECONDS = 20
PAGE = pathlib.Path(__file__).with_name("page.html").read_text("utf-8")


class Board:
    """The result as it is now; who shows it waits here for the next."""

    def __init__(self):
        self.changed = threading.Condition()
        self.version, self.text = 0, "{}"

    def put(self, **state):
        text = json.dumps({**state, "options": OPTIONS, "hostname": socket.gethostname()})
        with self.changed:
            if text != self.text:
                self.version, self.text = self.version + 1, text
                self.changed.notify_all()

    def after(self, version):
        """The state after this version, or None when nothing changed for a while."""
        with self.changed:
            if self.changed.wait_for(lambda: self.version != version, HEARTBEAT_SECONDS):
                return self.version, self.text
        return None


board = Board()
board.put(database=False, votes={"a": 0, "b": 0}, total=0)


def follow_database():
    is_away, votes = True, {"a": 0, "b": 0}
    print(f"result: waiting for the database at {DATABASE['host']}")
    while True:
        try:
            connection = psycopg2.connect(**DATABASE)
            connection.autocommit = True
            cursor = connection.cursor()
            cursor.execute(PREPARE)
            is_away = say(False, is_away)
            while True:
                cursor.execute("SELECT vote, COUNT(*) FROM votes GROUP BY vote")
                votes = {"a": 0, "b": 0, **{vote: count for vote, count in cursor.fetchall() if vote in OPTIONS}}
                board.put(database=True, votes=votes, total=sum(votes.values()))
                wait_for_notice(connection)
        except psycopg2.Error as error:
            is_away = say(True, is_away, error)
            board.put(database=False, votes=votes, total=sum(votes.values()))
            time.sleep(RETRY_SECONDS)


def wait_for_notice(connection):
    """Until the table has changed; many notices that came meanwhile count as one."""
    connection.poll()
    while not connection.notifies:
        select.select([connection], [], [])
        connection.poll()
    connection.notifies.clear()


def say(is_away, was_away, error=""):
    """One line when the database goes away, one when it is there."""
    if is_away and not was_away:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        print(f"result: the database at {DATABASE['host']} is away, waiting for it: {reason}")
    if was_away and not is_away:
        print(f"result: the database at {DATABASE['host']} is there")
    return is_away


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self):
        path = self.path.split("?")[0]
        if path == "/":
            self.answer(200, "text/html; charset=utf-8", PAGE)
        elif path == "/events":
            self.stream()
        else:
            self.answer(404, "text/plain; charset=utf-8", "There is no such page.\n")

    do_HEAD = do_GET

    def answer(self, status, kind, text):
        body = text.encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def stream(self):
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command == "HEAD":
            return
        version = 0
        try:
            self.wfile.write(b"retry: 1000\n\n")
            while True:
                state = board.after(version)
                if state:
                    version = state[0]
                self.wfile.write(f"data: {state[1]}\n\n".encode("utf-8") if state else b":\n\n")
        except OSError:
            # The browser has closed the page.
            return


def main():
    # Waited for in the main thread, so that nothing that blocks elsewhere delays the end.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    server = ThreadingHTTPServer(("", PORT), Handler)
    print(f"result: listening on port {PORT}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    threading.Thread(target=follow_database, daemon=True).start()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    main()
