from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from sdwg import clock
from sdwg.members.access import Actor
from sdwg.members.operations import GroupExists, bootstrap

ROLES = ("chair", "secretariat", "liaison")


class Command(BaseCommand):
    help = "Make the first chair, secretariat and DAG liaison of a new installation, and print their links once."

    def add_arguments(self, parser: CommandParser) -> None:
        for role in ROLES:
            parser.add_argument(f"--{role}", required=True, metavar='"Name <mail>"')

    def handle(self, *args: Any, **options: Any) -> None:
        people = {role: self._person(role, options[role]) for role in ROLES}
        addresses = {address.lower() for _, address in people.values()}
        if len(addresses) < len(ROLES):
            raise CommandError("Chair, secretariat and liaison are three people, with an address each.")
        try:
            founders = bootstrap(actor=Actor.system(clock.now()), **people)
        except GroupExists as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write("The group is founded. Each link is good once, for seven days, and is shown here only:\n")
        for founder in founders:
            self.stdout.write(f"  {founder.seat.label}, {founder.seat.person}: {settings.SITE_URL}{founder.link}")

    def _person(self, role: str, text: str) -> tuple[str, str]:
        name, address = parseaddr(text)
        try:
            validate_email(address)
        except ValidationError as refusal:
            raise CommandError(f'--{role} needs a name and a mail address: "Name <name@company.example>".') from refusal
        if not name:
            raise CommandError(f'--{role} needs a name before the address: "Name <{address}>".')
        return name, address
