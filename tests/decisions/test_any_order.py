"""People come, go, stand in, fall into conflict; markings change: whatever the order, nobody reads or acts amiss.

What somebody may read is worked out here a second time, from the rows alone and by no query of the program.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from artefacts import operations as artefact_operations
from artefacts.models import Version
from artefacts.operations import marking as markings
from artefacts.states import Marking
from meetings import operations, rules
from meetings.models import Decision
from meetings.states import Stance
from sdwg import clock
from sdwg.audit.verify import breaks
from sdwg.members import operations as members
from sdwg.members.access import NotNow, Refused, actor_for
from sdwg.members.models import PRIVILEGED_ROLES, Alternate, Conflict, Person, Role, Seat
from tests.artefacts import make as artefacts
from tests.cast import Cast
from tests.decisions import make
from tests.meetings import make as meetings

HOLDERS = ("idno", "agent", "large-supplier")
OTHERS = ("alternate", "outsider")
POOL = (*HOLDERS, *OTHERS, "chair", "secretariat", "architect", "observer", "auditor", "dag")
HOLDER, OTHER, ANYBODY = st.sampled_from(HOLDERS), st.sampled_from(OTHERS), st.sampled_from(POOL)
ROLE = st.sampled_from([Role.MEMBER, Role.OBSERVER, Role.AUDITOR, Role.SECRETARIAT, Role.DEPUTY])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("join"), st.sampled_from(["secretariat", "chair"]), OTHER, ROLE),
        st.tuples(st.just("confirm"), ANYBODY),
        st.tuples(st.just("leave"), HOLDER),
        st.tuples(st.just("nominate"), HOLDER, OTHER, st.booleans()),
        st.tuples(st.just("accept"), OTHER),
        st.tuples(st.just("revoke"), st.sampled_from([*HOLDERS, *OTHERS])),
        st.tuples(st.just("act"), ANYBODY, st.sampled_from([Stance.SUPPORT, Stance.ABSTAIN])),
        st.tuples(st.just("declare"), ANYBODY),
        st.tuples(st.just("record"), HOLDER, st.booleans()),
        st.tuples(st.just("end conflict")),
        st.tuples(st.just("mark"), st.sampled_from(Marking.values)),
        st.tuples(st.just("later"), st.integers(1, 3)),
    ),
    min_size=6,
    max_size=16,
)


class Group:
    """One version, one decision on it at a meeting, and the people around them."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        version = make.ready_version(cast)
        self.meeting = meetings.scheduled(cast)
        self.decision = make.open_decision(cast, on=version, meeting=self.meeting, days=9)
        self.version = version

    def do(self, step: tuple[Any, ...]) -> None:
        """One step; a refusal is an answer."""
        verb, *given = step
        acts: dict[str, Callable[..., object]] = {
            "join": self.join,
            "confirm": lambda who: members.confirm_seat(actor=self.actor(who), seat=Seat.objects.pending()[0]),
            "leave": lambda who: members.end_seat(
                actor=self.actor("secretariat"), seat=self.cast.seat(who), last_day=self.today - timedelta(days=1)
            ),
            "nominate": self.nominate,
            "accept": lambda who: members.accept_nomination(
                actor=self.actor(who), alternate=self.cast.person(who).nominations.latest("pk")
            ),
            "revoke": lambda who: members.revoke_nomination(
                actor=self.actor(who), alternate=Alternate.objects.latest("pk")
            ),
            "act": lambda who, stance: operations.state_position(
                actor=self.actor(who), decision=self.decision, stance=stance
            ),
            "declare": lambda who: operations.declare_conflict(
                actor=self.actor(who), thing=self.version.artefact, reason="An interest."
            ),
            "record": lambda who, sight: operations.record_conflict(
                actor=self.actor("chair"),
                thing=self.version.artefact,
                organisation=self.cast.seat(who).organisation,
                takes_sight=sight,
                reason="An interest.",
            ),
            "end conflict": lambda: operations.end_conflict(
                actor=self.actor("chair"), conflict=Conflict.objects.in_force()[0], reason="Sold."
            ),
            "mark": self.mark,
            "later": lambda days: artefacts.pass_to(self.cast, self.cast.at + timedelta(days=days)),
        }
        try:
            with transaction.atomic():
                acts[verb](*given)
        except (NotNow, Refused, IndexError, Alternate.DoesNotExist):
            pass

    @property
    def today(self) -> Any:
        return clock.today(self.cast.at)

    def actor(self, name: str) -> Any:
        return self.cast.actor(name)

    def join(self, by: str, who: str, role: Role) -> None:
        ends = self.today + timedelta(days=3) if role == Role.DEPUTY else None
        members.appoint(
            actor=self.actor(by),
            person=self.cast.person(who),
            organisation=self.cast.seat("idno").organisation,
            role=role,
            valid_from=self.today,
            valid_to=ends,
            why_second="Two systems.",
        )

    def nominate(self, by: str, who: str, at_meeting: bool) -> None:
        members.nominate(
            actor=self.actor(by),
            seat=self.cast.seat(by),
            person=self.cast.person(who),
            for_key=self.meeting.audit_key if at_meeting else "",
            for_ref=self.meeting.reference if at_meeting else "",
            window_from=self.cast.at,
            window_to=self.cast.at + timedelta(days=4),
        )

    def mark(self, to: str) -> None:
        people = [self.cast.person("idno")] if to == Marking.RED else []
        bodies = [self.cast.seat("agent").organisation] if to == Marking.STRICT else []
        waits = artefact_operations.remark(
            actor=self.actor("chair"),
            version=Version.objects.get(pk=self.version.pk),
            marking=to,
            people=people,
            organisations=bodies,
            reason="It changes.",
        )
        if waits:
            seen = markings.effect_of(self.actor("analyst"), self.version, markings.wanted_in(waits)).digest
            artefact_operations.settle_remarking(actor=self.actor("analyst"), remarking=waits, confirm=True, seen=seen)

    # ------------------------------------------------------------------------------------------- what must hold

    def expect(self) -> None:
        for name in POOL:
            person = Person.objects.get(pk=self.cast.person(name).pk)
            actor = actor_for(person, self.cast.at)
            reads = Version.objects.visible_to(actor).filter(pk=self.version.pk).exists()
            assert reads == self.may_read(person), name
            if not reads:
                assert not Decision.objects.visible_to(actor).filter(pk=self.decision.pk).exists(), name
        for name in HOLDERS:
            speakers = [who for who in POOL if self.speaks(who, self.cast.seat(name))]
            assert len(speakers) <= 1, (name, speakers)
        for seat in Seat.objects.filter(role__in=PRIVILEGED_ROLES, confirmed_at__isnull=False):
            assert seat.proposed_by_id is None or seat.proposed_by_id != seat.confirmed_by_id
            assert seat.person_id not in {seat.proposed_by_id, seat.confirmed_by_id}
        for position in self.decision.positions.filter(stance__in=[Stance.SUPPORT, Stance.ABSTAIN]):
            assert position.person_id in {position.seat.person_id, *self.stood_in(position.seat)}

    def stood_in(self, seat: Seat) -> set[int]:
        return set(seat.alternates.filter(accepted_at__isnull=False).values_list("person_id", flat=True))

    def speaks(self, name: str, seat: Seat) -> bool:
        actor = self.cast.actor(name, seat_id=seat.pk)
        return rules.speaks_for(actor, seat, self.decision)

    def held(self, person: Person) -> list[tuple[Seat, bool]]:
        """The seats of ``person`` now, and whether they hold each themselves."""
        at = self.cast.at
        own = [(seat, True) for seat in Seat.objects.filter(person=person) if seat.runs_on(self.today)]
        rows = [row for row in Alternate.objects.filter(person=person) if row.is_in_force(at)]
        return own + [(row.seat, False) for row in rows if row.seat.runs_on(self.today)]

    def may_read(self, person: Person) -> bool:
        held = self.held(person)
        own = {seat.role for seat, is_own in held if is_own}
        bodies = {seat.organisation_id for seat, _ in held}
        version = Version.objects.get(pk=self.version.pk)
        for conflict in Conflict.objects.filter(ends_at__isnull=True, takes_sight=True):
            covered = conflict.person_id == person.pk or conflict.organisation_id in bodies
            if covered and conflict.on_key == version.artefact.audit_key:
                return False
        awaits = Alternate.objects.filter(person=person, revoked_at__isnull=True, window_to__gt=self.cast.at)
        enters = bool(held) or any(row.seat.valid_to is None or row.seat.valid_to >= self.today for row in awaits)
        marking = version.markings.get(ends_at__isnull=True).marking
        readers = version.readers.filter(ends_at__isnull=True)
        if marking == Marking.CLEAR:
            return True
        if marking == Marking.GREEN:
            return enters
        programme = bool(own & {Role.CHAIR, Role.DEPUTY, Role.SECRETARIAT, Role.ANALYST, Role.ARCHITECT})
        if marking == Marking.AMBER:
            return programme or bool(own & {Role.MEMBER, Role.AUDITOR}) or any(not is_own for _, is_own in held)
        if marking == Marking.STRICT:
            return programme or any(row.organisation_id in bodies for row in readers if row.organisation_id)
        named = any(row.person_id == person.pk for row in readers)
        return bool(own & {Role.CHAIR, Role.DEPUTY}) or (named and bool(held or enters))


@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_the_order(cast: Cast, steps: list[tuple[Any, ...]]) -> None:
    at = cast.at
    with transaction.atomic():
        clock.set_now(at)
        group = Group(cast)
        for step in steps:
            group.do(step)
            group.expect()
        assert list(breaks()) == []
        transaction.set_rollback(True)
    cast.at = at
