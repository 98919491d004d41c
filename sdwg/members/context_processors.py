"""What the frame round every page shows: who I am, for which seat, what there is to go to."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from sdwg.members.access import Actor
from sdwg.members.models import Role
from sdwg.members.rules import can_tend_mail

PLACES = (
    ("Work", (
        ("Meetings", "meeting-list"),
        ("Artefacts", "artefact-list"),
        ("Consultations", "consultation-list"),
        ("Decisions", "decision-list"),
        ("Actions", "action-list"),
        ("DAG", "dag"),
    )),
    ("Registers", (
        ("Recommendations", "recommendation-list"),
        ("Principles", "principle-list"),
        ("Design areas", "area-list"),
        ("Members", "member-list"),
    )),
    ("Record", (
        ("Terms of reference", "terms-of-reference"),
        ("Audit trail", "audit"),
        ("Mail", "outgoing-mail"),
        ("Opening balance", "opening-balance"),
    )),
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """One line of the rail."""

    label: str
    url: str
    active: bool
    count: int | None = None


@dataclass(frozen=True)
class SeatChoice:
    """One seat a person can act for."""

    id: int
    label: str
    current: bool


class Frame:
    """Read lazily by ``base.html``, so that a fragment pays nothing for it."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.actor: Actor | None = getattr(request, "actor", None)
        self.at = getattr(request, "at", None)
        self.demo = settings.DEMO
        self.provider = settings.OIDC_NAME if settings.OIDC_ISSUER else ""
        self.half_in = getattr(request, "half_in", False)

    @cached_property
    def seats(self) -> list[SeatChoice]:
        """The seats to choose from; more than one for whoever stands in for somebody."""
        if not self.actor:
            return []
        own = [(seat.pk, seat.label) for seat in self.actor.seats]
        others = [(alternate.seat_id, f"Alternate for {alternate.seat.label}") for alternate in self.actor.alternates]
        return [SeatChoice(pk, label, pk == self.actor.seat_id) for pk, label in own + others]

    @cached_property
    def nav(self) -> list[tuple[str, list[Place]]]:
        """The rail's groups, with what exists and what this person may open."""
        groups = []
        for heading, places in PLACES:
            lines = [line for label, name in places if (line := self._place(label, name))]
            if lines:
                groups.append((heading, lines))
        return groups

    def _place(self, label: str, name: str) -> Place | None:
        if name == "audit" and not (self.actor and self.actor.may_read_trail):
            return None
        if name == "outgoing-mail" and not (self.actor and can_tend_mail(self.actor)):
            return None
        if name == "opening-balance" and not (self.actor and self.actor.acts_as(Role.SECRETARIAT, Role.CHAIR)):
            return None
        try:
            url = reverse(name)
        except NoReverseMatch:
            return None
        return Place(label, url, self.request.path.startswith(url))

    @cached_property
    def your_move_active(self) -> bool:
        return self.request.path == "/"


def frame(request: HttpRequest) -> dict[str, Any]:
    """The frame, for every template."""
    return {"frame": Frame(request)}
