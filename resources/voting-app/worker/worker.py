"""Takes votes from the list `votes` in redis and keeps each voter's last one in the table `votes` in PostgreSQL.

A vote is first moved to a list of this worker's own and removed from there once it is stored: whatever ends in between, it is not lost. When redis or the
database is away the worker waits, says so once, and goes on when it is back. Protocol and table of the well-known public voting app.
"""

import json
import os
import signal
import socket
import threading
import time

import psycopg2
import redis

REDIS_HOST = os.environ.get("REDIS_HOST", "redis")
DATABASE = {
    "host": os.environ.get("POSTGRES_HOST", "db"),
    "user": os.environ.get("POSTGRES_USER", "postgres"),
    "password": os.environ.get("POSTGRES_PASSWORD", "postgres"),
    "dbname": os.environ.get("POSTGRES_DB", "postgres"),
    "connect_timeout": 3,
}
# One at a time: "if not exists" fails where two make it at once.
LOCK = "SELECT pg_advisory_xact_lock(hashtext('votes'))"
TABLE = "CREATE TABLE IF NOT EXISTS votes (id VARCHAR(255) PRIMARY KEY, vote VARCHAR(255) NOT NULL)"
UPSERT = "INSERT INTO votes (id, vote) VALUES (%s, %s) ON CONFLICT (id) DO UPDATE SET vote = EXCLUDED.vote"
RETRY_SECONDS = 1
# A peer that vanished without a word (its node is gone) is noticed after about 25 s, without any traffic of ours.
KEEPALIVE = {socket.TCP_KEEPIDLE: 10, socket.TCP_KEEPINTVL: 5, socket.TCP_KEEPCNT: 3}
LIBPQ_KEEPALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
# A container that is restarted in its pod has the same name and finds what it had taken.
TAKEN = f"votes:taken:{socket.gethostname()}"


class Side:
    """One of the two servers: tells once when it goes away and once when it is back."""

    def __init__(self, name):
        self.name, self.is_away = name, True
        print(f"worker: waiting for {name}")

    def away(self, error):
        if not self.is_away:
            print(f"worker: {self.name} is away, waiting for it: {first_line(error)}")
        self.is_away = True

    def here(self):
        if self.is_away:
            print(f"worker: {self.name} is there")
        self.is_away = False


def first_line(error):
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def open_redis(**options):
    return redis.Redis(REDIS_HOST, socket_connect_timeout=3, socket_keepalive=True, socket_keepalive_options=KEEPALIVE, **options)


def take_votes(queue_side, store_vote):
    queue = open_redis()
    while True:
        try:
            give_back(queue)
            queue_side.here()
            while True:
                raw = queue.blmove("votes", TAKEN, 0, "LEFT", "RIGHT")
                store_vote(raw)
                queue.lrem(TAKEN, 1, raw)
        except redis.RedisError as error:
            queue_side.away(error)
            time.sleep(RETRY_SECONDS)


def give_back(queue):
    """What an earlier run had taken and not stored goes back to the front of the list."""
    while queue.lmove(TAKEN, "votes", "RIGHT", "LEFT"):
        pass


class Votes:
    """The table. `store` returns when the vote is in it, however long that takes."""

    def __init__(self, side):
        self.side, self.connection = side, None

    def store(self, raw):
        try:
            vote = json.loads(raw)
            row = (str(vote["voter_id"])[:255], str(vote["vote"])[:255])
        except (ValueError, KeyError, TypeError):
            print(f"worker: left out, no vote: {raw[:200]!r}")
            return
        while not self.try_to(lambda cursor: cursor.execute(UPSERT, row)):
            time.sleep(RETRY_SECONDS)
        print(f"worker: stored vote for {row[1]!r} by {row[0]}")

    def wait(self):
        while not self.try_to(lambda cursor: None):
            time.sleep(RETRY_SECONDS)

    def try_to(self, run):
        try:
            if self.connection is None:
                self.connection = psycopg2.connect(**DATABASE, **LIBPQ_KEEPALIVE)
                with self.connection, self.connection.cursor() as cursor:
                    cursor.execute(LOCK)
                    cursor.execute(TABLE)
            with self.connection, self.connection.cursor() as cursor:
                run(cursor)
            self.side.here()
            return True
        except psycopg2.Error as error:
            self.connection = None
            self.side.away(error)
            return False


def work():
    queue_side, database_side = Side(f"redis at {REDIS_HOST}"), Side(f"the database at {DATABASE['host']}")
    votes = Votes(database_side)
    # The table is there before the first vote, so that who reads it need not wait for one.
    votes.wait()
    take_votes(queue_side, votes.store)


def main():
    # Waited for in the main thread, so that nothing that blocks elsewhere delays the end.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    threading.Thread(target=work, daemon=True).start()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    try:
        give_back(open_redis(socket_timeout=0.5))
    except redis.RedisError as error:
        print(f"worker: a vote may be left in {TAKEN}: {error}")


if __name__ == "__main__":
    main()
