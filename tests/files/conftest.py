"""A file store of each test's own."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: Any) -> Path:
    """An empty store on disk, with the permissions of the real one."""
    place = tmp_path / "store"
    options = {**settings.STORAGES["default"]["OPTIONS"], "location": place}
    settings.STORAGES = {**settings.STORAGES, "default": {**settings.STORAGES["default"], "OPTIONS": options}}
    return place


def kept(store: Path) -> list[Path]:
    """Every file in the store."""
    return sorted(path for path in store.rglob("*") if path.is_file())
