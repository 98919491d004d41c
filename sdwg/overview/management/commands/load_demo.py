"""Loads the demonstration group into an empty database."""

from datetime import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from escalations import operations as dag
from sdwg import clock
from sdwg.audit import reads
from sdwg.audit.acts import Machine
from sdwg.members.access import Actor
from sdwg.members.models import Person
from sdwg.overview.demo import stories, world
from sdwg.overview.demo.group import found
from sdwg.overview.demo.stories import Calendar, World, tell

FOUNDED = -100
"""Working days before today."""


class Command(BaseCommand):
    help = "Loads the demonstration group when the database is empty; keeps what is there otherwise."

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEMO or settings.TESTING):
            raise CommandError(
                "The demonstration group has one password for everybody; it is loaded with SDWG_DEMO=1 only."
            )
        if Person.objects.exists():
            return
        self.stdout.write("Demonstration group: loading ...")
        self.stdout.flush()
        load(Calendar(clock.now()))


def load(days: Calendar) -> World:
    """Everything the demonstration shows, as if the group had worked for half a year up to ``days.loaded_at``."""
    since = days.at(FOUNDED)
    group = found(actor=Actor.system(since), since=clock.today(since))
    dag.ensure_dag_meetings(at=clock.at_london(days.day(FOUNDED + 1), time(10)))
    shared = World(group, days)
    tell(
        [
            stories.registers(shared),
            *(stories.artefact(shared, life) for life in world.LIVES),
            *(
                stories.meeting(shared, name, offset, items, until=until)
                for name, offset, items, until in world.MEETINGS
            ),
            stories.fortnightly(shared, -3),
            *(stories.decision(shared, question) for question in world.QUESTIONS),
            *(stories.submission(shared, *row) for row in world.SUBMISSIONS),
            *(stories.action(shared, deed) for deed in world.DEEDS),
            stories.objection_answered(shared, "signing", -2),
            stories.nomination(shared, "later", -1),
            stories.conflict(shared, "pentest", -1),
            stories.visitor(shared, "later", -1),
        ]
    )
    reads.seal(actor=Machine(days.loaded_at))
    return shared
