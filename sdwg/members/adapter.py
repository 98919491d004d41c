"""How allauth behaves here: no open sign-up, mail through the outbox's transport, names without addresses."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from sdwg.members.models import Person


def display_name(person: Person) -> str:
    """The name on pages and in mails."""
    return person.display_name


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts come from invitations alone (no open sign-up)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
