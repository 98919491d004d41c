"""Draws docs/states.md from the state tables."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from sdwg.overview.diagrams import document


class Command(BaseCommand):
    help = "Draws docs/states.md from the state tables."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        (settings.BASE_DIR / "docs" / "states.md").write_text(document())
