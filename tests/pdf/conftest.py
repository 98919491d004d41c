"""The templates of these tests, beside the program's own."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def templates(settings: Any) -> None:
    (engine,) = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [*engine["DIRS"], Path(__file__).parent / "templates"]}]
