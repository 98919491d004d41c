"""The embedded broker: Celery messages as files in a folder, safe with several processes at once.

The library's own filesystem transport opens a message's file under its final name and then fills it, and rewrites its
table of queues in place. A worker that looks in between reads half a message, and stops. Here each file is written
aside and renamed, so that it is there whole or not at all, and whoever renames a message first has it.
"""

import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path
from queue import Empty
from typing import Any
from uuid import uuid4

from kombu.transport import filesystem
from kombu.transport.filesystem import exchange_queue_t
from kombu.utils.json import dumps, loads

Table = list[exchange_queue_t]


class Channel(filesystem.Channel):
    """One process's view of the folder."""

    def get_table(self, exchange: str) -> Table:  # type: ignore[override]
        try:
            text = self._file(exchange).read_text(encoding="utf-8")
        except FileNotFoundError:
            return []
        return [exchange_queue_t(*row) for row in loads(text)]

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str | None, queue: str) -> None:
        row = exchange_queue_t(routing_key or "", pattern or "", queue or "")
        self._change_table(exchange, lambda table: table if row in table else [row, *table])

    def _delete(self, queue: str, exchange: str, routing_key: str, pattern: str, *args: Any, **kwargs: Any) -> None:
        row = exchange_queue_t(routing_key or "", pattern or "", queue or "")
        self._purge(queue)
        self._change_table(exchange, lambda table: [kept for kept in table if kept != row])

    def _file(self, exchange: str) -> Path:
        """Raises ``ChannelError`` for a name that would lead out of the folder."""
        file: Path = self._exchange_file(exchange)  # type: ignore[attr-defined]
        return file

    def _change_table(self, exchange: str, change: Callable[[Table], Table]) -> None:
        with (self.control_folder / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            before = self.get_table(exchange)
            after = change(before)
            if after != before:
                write_whole(self._file(exchange), dumps(after))

    def _put(self, queue: str, payload: dict[str, Any], **kwargs: Any) -> None:  # type: ignore[override]
        order = f"{time.monotonic_ns():020d}"
        write_whole(Path(self.data_folder_out) / f"{order}_{uuid4().hex}.{queue}.msg", dumps(payload))

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        for name in sorted(os.listdir(self.data_folder_in)):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            path = Path(self.data_folder_in) / name
            mine = path.with_name(f"{name}.taken")
            try:
                path.rename(mine)
            except FileNotFoundError:
                continue  # another worker was first
            text = mine.read_text(encoding="utf-8")
            mine.unlink()
            return loads(text)
        raise Empty


class Transport(filesystem.Transport):
    """``filesystem://`` as this project means it."""

    Channel = Channel

    def establish_connection(self) -> Any:
        """Make the folders. Raises ``OSError`` where that cannot be done."""
        client: Any = self.client
        for option in ("data_folder_in", "data_folder_out", "control_folder"):
            Path(client.transport_options[option]).mkdir(mode=0o700, parents=True, exist_ok=True)
        return super().establish_connection()


def write_whole(path: Path, text: str) -> None:
    """Put ``text`` at ``path`` in one step."""
    aside = path.with_name(f"{path.name}.{uuid4().hex}.part")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)
