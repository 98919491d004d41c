"""PostgreSQL and Redis for one CI run: `services.py open` makes a fresh database and finds an empty Redis number.

Prints the two addresses as shell exports; `services.py close` removes the database it is told of, test copy included.
"""

import os
import sys
from urllib.parse import urlsplit

import psycopg
import redis
from psycopg import sql

POSTGRES = os.environ.get("CI_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432")
REDIS = os.environ.get("CI_REDIS_URL", "redis://127.0.0.1:6379")


def connect() -> psycopg.Connection:
    try:
        return psycopg.connect(f"{POSTGRES}/postgres", autocommit=True, connect_timeout=5)
    except psycopg.OperationalError as reason:
        host = urlsplit(POSTGRES)
        sys.exit(f"PostgreSQL at {host.hostname}:{host.port} is required here and cannot be reached: {reason}")


def empty_number() -> int:
    """The highest Redis number that holds nothing, so that nobody else's keys are met."""
    try:
        for number in range(15, -1, -1):
            with redis.Redis.from_url(f"{REDIS}/{number}", socket_connect_timeout=5) as client:
                if client.dbsize() == 0:
                    return number
    except redis.RedisError as reason:
        host = urlsplit(REDIS)
        sys.exit(f"Redis at {host.hostname}:{host.port} is required here and cannot be reached: {reason}")
    sys.exit("Every number of the Redis server holds keys already; none is free for the tests.")


def remove(name: str) -> None:
    with connect() as connection:
        for database in (name, f"test_{name}"):
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


def main() -> None:
    name = sys.argv[2]
    if sys.argv[1] == "close":
        remove(name)
        with redis.Redis.from_url(sys.argv[3], socket_connect_timeout=5) as client:
            client.flushdb()
        return
    number = empty_number()
    with connect() as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    print(f"export DATABASE_URL={POSTGRES}/{name} REDIS_URL={REDIS}/{number}")


if __name__ == "__main__":
    main()
