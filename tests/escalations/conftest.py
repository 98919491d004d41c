"""A file store of each test's own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """Where the tests' files lie; empty at first."""
    place = tmp_path / "store"
    kept = settings.STORAGES
    settings.STORAGES = {**kept, "default": {**kept["default"], "OPTIONS": {"location": place}}}
    storages._storages.pop("default", None)  # type: ignore[attr-defined]
    yield place
    storages._storages.pop("default", None)  # type: ignore[attr-defined]
