"""Waits until worker and scheduler have answered; for start-up scripts and health checks."""

import time
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sdwg.models import Heartbeat

INTERVAL = 0.2
"""Seconds between two questions."""


class Command(BaseCommand):
    help = "Waits until the worker and the scheduler have answered after a moment."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", type=datetime.fromisoformat, required=True, help="ISO time with a zone")
        parser.add_argument("--timeout", type=float, default=10, help="seconds; 0 asks once")

    def handle(self, *args: Any, since: datetime, timeout: float, **options: Any) -> None:
        if since.tzinfo is None:
            raise CommandError("--since needs a time zone, for example 2027-01-06T09:00:00+00:00.")
        deadline = time.monotonic() + timeout
        while silent := silent_since(since):
            if time.monotonic() >= deadline:
                raise CommandError(f"No answer since {since.isoformat()} from {' and '.join(silent)}.")
            time.sleep(INTERVAL)
        self.stdout.write("The worker and the scheduler answer.")


def silent_since(since: datetime) -> list[str]:
    """The components that have not answered after ``since``, as a sentence calls them. One query."""
    answered = set(Heartbeat.objects.filter(at__gt=since).values_list("component", flat=True))
    return [component.label for component in Heartbeat.Component if component.value not in answered]
