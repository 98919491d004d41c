"""The embedded broker: every message whole, and once, whatever else is going on in the folder."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection

from sdwg.broker import Channel


def connect(folder: Path) -> Connection:
    options = {
        "data_folder_in": folder / "queue",
        "data_folder_out": folder / "queue",
        "control_folder": folder / "tables",
    }
    places = {name: str(path) for name, path in options.items()}
    return Connection("filesystem://localhost//", transport="sdwg.broker:Transport", transport_options=places)


@pytest.fixture
def channel(tmp_path: Path) -> Iterator[Channel]:
    with connect(tmp_path) as connection:
        yield connection.default_channel


def take_all(channel: Channel, most: int) -> list[Any]:
    taken = []
    while len(taken) < most:
        try:
            taken.append(channel._get("celery")["n"])
        except Empty:
            break
    return taken


def test_messages_come_in_the_order_in_which_they_were_sent(channel: Channel) -> None:
    for n in range(20):
        channel._put("celery", {"n": n})
    assert take_all(channel, 99) == list(range(20))


def test_a_message_is_not_there_until_it_is_whole(channel: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    seen_early = []
    rename = Path.replace

    def look_then_rename(self: Path, target: Path) -> Path:
        seen_early.extend(take_all(channel, 1))
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", look_then_rename)
    channel._put("celery", {"n": 1})
    assert seen_early == []
    assert take_all(channel, 99) == [1]


def test_many_at_once_send_and_take_each_message_once(tmp_path: Path) -> None:
    def send(writer: int) -> list[int]:
        with connect(tmp_path) as connection:
            for n in range(100):
                connection.default_channel._put("celery", {"n": writer * 100 + n})
        return []

    def take(_: int) -> list[int]:
        with connect(tmp_path) as connection:
            return [n for _ in range(300) for n in take_all(connection.default_channel, 1)]

    with ThreadPoolExecutor(6) as pool:
        jobs = [pool.submit(work, n) for n, work in enumerate([send] * 4 + [take] * 2)]
        taken = Counter(n for job in jobs for n in job.result())
    with connect(tmp_path) as connection:
        taken.update(take_all(connection.default_channel, 400))
    assert taken == Counter(range(400))


def test_many_at_once_keep_every_row_of_the_table(tmp_path: Path) -> None:
    def bind(n: int) -> None:
        with connect(tmp_path) as connection:
            connection.default_channel._queue_bind("exchange", "key", "", f"queue{n}")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(bind, range(30)))
    with connect(tmp_path) as connection:
        connection.default_channel._delete("queue7", "exchange", "key", "")
        table = connection.default_channel.get_table("exchange")
    assert sorted(row.queue for row in table) == sorted(f"queue{n}" for n in range(30) if n != 7)
