"""The line through the whole house, told once for whoever walks it: a visitor at plain HTTP or one at Chromium.

Each step is a gesture of the role that owns it, at the pages that role has. ``Walk`` holds the running program and
everybody who has signed in; moments are the group's own, moved on by the demonstration's buttons.
"""

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from sdwg import workdays
from tests.cast import make_pdf
from tests.journeys.visitor import Upload
from tests.stack import Stack

PATIENCE = 90


class Person(Protocol):
    """The gestures both kinds of visitor know."""

    def open(self, path: str) -> Any: ...
    def follow(self, words: str) -> Any: ...
    def press(self, button: str, **filled: object) -> Any: ...
    def has_button(self, button: str) -> bool: ...
    @property
    def text(self) -> str: ...
    @property
    def heading(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def refused(self) -> bool: ...


@dataclass
class Walk:
    """The running program and those who have signed in to it."""

    stack: Stack
    sign_in: Callable[[str], Person]
    known: dict[str, Person] = field(default_factory=dict)
    meeting: str = ""
    """The key of the meeting that was held on the way."""

    def person(self, name: str) -> Person:
        if name not in self.known:
            self.known[name] = self.sign_in(name)
        return self.known[name]

    def now(self) -> datetime:
        """The group's moment."""
        return datetime.fromisoformat(
            self.stack.python("from sdwg import clock; print(clock.london(clock.now()).isoformat())").strip()
        )

    def today(self) -> date:
        return self.now().date()

    def working_day(self, ahead: int) -> date:
        return workdays.add(self.today(), ahead, holidays=workdays.ENGLAND_AND_WALES)

    def move_to(self, day: date) -> None:
        """Move the group's date on by the page's own buttons until it is ``day``."""
        secretariat, today = self.person("secretariat"), self.today()
        secretariat.open("/")
        while today < day:
            further = workdays.add(today, 1, holidays=workdays.ENGLAND_AND_WALES)
            step, today = ("+1 working day", further) if further <= day else ("+1 day", today + timedelta(days=1))
            does(secretariat, step)
        assert self.today() == day

    def move_past(self, day: date) -> None:
        """To the morning after ``day``."""
        self.move_to(date.fromordinal(day.toordinal() + 1))


def until(person: Person, path: str, shows: str) -> None:
    """Look at ``path`` until it shows ``shows``: the worker is at work."""
    deadline = time.monotonic() + PATIENCE
    while True:
        person.open(path)
        if shows in person.text:
            return
        assert time.monotonic() < deadline, f"{path} does not show {shows!r}: {person.text[:1500]}"
        time.sleep(0.5)


def comes_to(walk: Walk, reference: str, state: str) -> None:
    """Wait until the worker has brought the artefact there: its page names the states to come as well."""
    ask = f"from artefacts.models import Artefact; print(Artefact.objects.get(number={int(reference[-3:])}).state)"
    deadline = time.monotonic() + PATIENCE
    while (now := walk.stack.python(ask).strip()) != state:
        assert time.monotonic() < deadline, f"{reference} is {now}"
        time.sleep(0.5)


def does(person: Person, button: str, **filled: object) -> None:
    """Press ``button``, and it is done: no refusal came."""
    person.press(button, **filled)
    assert not person.refused, f"{button!r} was refused at {person.url}: {person.text[:2500]}"


def shows(person: Person, *words: str) -> None:
    """What they see has all of ``words``."""
    for word in words:
        assert word.lower() in person.text.lower(), f"{person.url} does not show {word!r}: {person.text[:2500]}"


def reference_in(url: str) -> str:
    """The reference of the object that an address names."""
    found = re.search(r"SDWG-[A-Z]+-\d+", url)
    assert found, url
    return found.group()


# ---------------------------------------------------------------------------------------------- a version becomes ready


def registers(walk: Walk, title: str, pdf: bytes, name: str = "draft.pdf", marking: str = "AMBER") -> str:
    """The analyst registers an artefact and uploads version 0.1; its reference."""
    analyst = walk.person("analyst")
    analyst.open("/artefacts/register/")
    does(analyst, "Register it", title=title, summary="What a party must meet before it connects.")
    reference = reference_in(analyst.url)
    analyst.open(f"/artefacts/{reference}/upload/")
    does(analyst, "Upload it", file=Upload(name, pdf), label="0.1", change_note="First draft.", marking=marking)
    analyst.open(f"/artefacts/{reference}/")
    shows(analyst, title, "0.1", f"TLP:{marking}", "Draft")
    return reference


def opens_consultation(walk: Walk, reference: str, label: str = "0.1", **more: object) -> date:
    """The secretariat opens the shortest consultation it may; its last day."""
    closes = walk.working_day(11)
    secretariat = walk.person("secretariat")
    secretariat.open(f"/artefacts/{reference}/{label}/consultation/")
    does(secretariat, "Open it", closes_on=closes.isoformat(), **more)
    secretariat.open(f"/artefacts/{reference}/")
    shows(secretariat, "In consultation")
    return closes


def comments(walk: Walk, name: str, reference: str, text: str, label: str = "0.1", **more: object) -> None:
    member = walk.person(name)
    member.open(f"/artefacts/{reference}/{label}/review/")
    does(member, "Add the comment", text=text, **more)
    shows(member, text)


def returns_nil(walk: Walk, name: str, reference: str) -> None:
    member = walk.person(name)
    member.open(f"/artefacts/{reference}/0.1/review/")
    does(member, "No comments to make")
    member.open(f"/artefacts/{reference}/0.1/review/")
    shows(member, "You returned that you have no comments")


def answers(walk: Walk, reference: str, given: Iterable[tuple[str, str]]) -> None:
    """The analyst proposes an answer to each comment in turn, and the chair validates each."""
    analyst, chair = walk.person("analyst"), walk.person("chair")
    for number, (answer, reason) in enumerate(given, start=1):
        analyst.open(f"/artefacts/{reference}/0.1/dispositions/")
        does(analyst, "Propose the answer", **{f"c{number}-answer": answer, f"c{number}-reason": reason})
        chair.open(f"/artefacts/{reference}/0.1/dispositions/")
        does(chair, "Validate")


def assesses(walk: Walk, reference: str, label: str = "0.1") -> None:
    """The analyst fills both matrices; every constituency, every principle."""
    cells = walk.stack.python(
        "from artefacts.models import DesignPrinciple; from sdwg.members.models import Constituency\n"
        "print(*DesignPrinciple.objects.filter(retired_on=None).values_list('pk', flat=True)); "
        "print(*Constituency.objects.values_list('pk', flat=True))"
    ).splitlines()
    filled: dict[str, object] = {}
    for pk in cells[0].split():
        filled[f"alignment_{pk}"] = "aligned"
    for pk in cells[1].split():
        filled |= {f"impact_{pk}": "impact", f"text_{pk}": "They change their systems."}
    analyst = walk.person("analyst")
    analyst.open(f"/artefacts/{reference}/{label}/assessment/")
    does(analyst, "Record the assessment", **filled)


def makes_ready(walk: Walk, reference: str) -> None:
    analyst = walk.person("analyst")
    analyst.open(f"/artefacts/{reference}/")
    does(analyst, "Make it ready")
    analyst.open(f"/artefacts/{reference}/")
    assert not analyst.has_button("Make it ready"), analyst.text


# ----------------------------------------------------------------------------------- the group decides, the DAG answers


def schedules(walk: Walk, day: date, references: Iterable[str]) -> str:
    """The secretariat schedules a meeting, invites, and puts the versions on its agenda; the meeting's key."""
    secretariat = walk.person("secretariat")
    secretariat.open("/meetings/schedule/")
    does(secretariat, "Schedule it", day=day.isoformat(), starts="09:00", ends="16:00", place="Online")
    found = re.search(r"/meetings/([\d.]+)/", secretariat.url)
    assert found, secretariat.url
    key = found.group(1)
    secretariat.open(f"/meetings/{key}/invite/")
    does(secretariat, "Send the invitations")
    for reference in references:
        secretariat.open(f"/meetings/{key}/agenda/")
        does(secretariat, "Add the item", title=f"Decide on {reference}", type="decision", minutes="30")
        secretariat.open(f"/meetings/{key}/agenda/")
        secretariat.follow(f"Decide on {reference}")
        version = walk.stack.python(
            "from artefacts.models import Version\n"
            f"print(Version.objects.get(artefact__number={int(reference[-3:])}).pk)"
        ).strip()
        does(secretariat, "Attach it", **{"paper-version": version, "paper-ask": "Endorse it."})
        shows(secretariat, reference)
    return key


def circulates(walk: Walk, key: str) -> None:
    """The secretariat orders the pack, the worker builds it, the recipients are shown, it goes out."""
    secretariat = walk.person("secretariat")
    secretariat.open(f"/meetings/{key}/pack/")
    does(secretariat, "Order the pack")
    until(secretariat, f"/meetings/{key}/pack/", "See who gets it")
    secretariat.open(f"/meetings/{key}/pack/circulate/")
    shows(secretariat, "Network security lead D")
    does(secretariat, "Circulate the pack")
    secretariat.open(f"/meetings/{key}/")
    shows(secretariat, "Pack issued")


def asks(walk: Walk, reference: str, key: str, closes: date, delegated: str = "") -> str:
    """The chair opens a decision on the version, at the meeting; its reference."""
    pks = walk.stack.python(
        "from artefacts.models import Version; from meetings.models import Meeting\n"
        f"print(Version.objects.get(artefact__number={int(reference[-3:])}).pk, "
        f"Meeting.objects.get(number={int(key)}, ad_hoc=0).pk)"
    ).split()
    chair = walk.person("chair")
    chair.open(f"/decisions/open/?artefact={reference}")
    more: dict[str, object] = {"delegated": "on", "delegation_reference": delegated} if delegated else {}
    does(
        chair,
        "Open the decision",
        version=pks[0],
        meeting=pks[1],
        question=f"Does the group endorse {reference}?",
        closes_on=closes.isoformat(),
        **more,
    )
    assert "/decisions/SDWG-DEC" in chair.url, chair.text
    return reference_in(chair.url)


def states(walk: Walk, name: str, decision: str, stance: str, **words: object) -> None:
    member = walk.person(name)
    member.open(f"/decisions/{decision}/position/")
    does(member, "Record my position", stance=stance, **words)
    member.open(f"/decisions/{decision}/")


def finds(walk: Walk, decision: str, finding: str, reasons: str) -> None:
    """At the meeting, positions having closed: the chair proposes a finding, and records it."""
    chair = walk.person("chair")
    chair.open(f"/decisions/{decision}/finding/")
    does(chair, "Propose it", finding=finding, reasons=reasons)
    chair.open(f"/decisions/{decision}/determine/")
    does(chair, "Record " + {"consensus": "consensus", "no-consensus": "no consensus"}[finding])
    chair.open(f"/decisions/{decision}/")
    shows(chair, "Determined")


def submits(walk: Walk, decision: str, button: str, statement: str) -> tuple[str, date]:
    """The chair puts it to the next DAG meeting; the submission's reference and that meeting's date."""
    meeting, day = walk.stack.python(
        "from escalations.models import DagMeeting; from sdwg import clock\n"
        "found = DagMeeting.objects.filter(date__gt=clock.today(clock.now())).order_by('date').first()\n"
        "print(found.pk, found.date)"
    ).split()
    chair = walk.person("chair")
    chair.open(f"/dag/submit/?decision={decision}")
    does(chair, button, tabled_for=meeting, question=f"What does the DAG decide on {decision}?", statement=statement)
    reference = reference_in(chair.url)
    assert reference.startswith("SDWG-DAG"), chair.text
    until(chair, f"/dag/{reference}/", "Download")
    return reference, date.fromisoformat(day)


def decides(walk: Walk, submission: str, day: date, dag_reference: str, result: str = "approved") -> None:
    """The liaison records what the DAG decided."""
    liaison = walk.person("dag")
    liaison.open(f"/dag/{submission}/outcome/")
    does(
        liaison,
        "Record",
        result=result,
        dag_reference=dag_reference,
        decided_on=day.isoformat(),
        words="The DAG decided so.",
    )
    liaison.open(f"/dag/{submission}/")
    shows(liaison, dag_reference, "Approved")


# ------------------------------------------------------------------------------------------------------- the whole line


def stage_one(walk: Walk, pdf: bytes = b"") -> tuple[str, str]:
    """Two artefacts from registration to ready; their references."""
    stamp = walk.now().strftime("%d%H%M%S")
    first = registers(walk, f"Interface code {stamp}", pdf or make_pdf(3, f"First {stamp}"))
    second = registers(walk, f"Certificate policy {stamp}", make_pdf(2, f"Second {stamp}"))
    closes = opens_consultation(walk, first)
    opens_consultation(walk, second)
    comments(walk, "idno", first, "Ninety days is short for those who renew by hand.", section="6.3", severity="high")
    comments(walk, "large-supplier", first, "Name the code in section 1.", type="editorial")
    returns_nil(walk, "agent", first)
    returns_nil(walk, "agent", second)
    walk.move_past(closes)
    analyst = walk.person("analyst")
    for reference in (first, second):
        comes_to(walk, reference, "resolving")
    analyst.open(f"/artefacts/{first}/")
    assert not analyst.has_button("Make it ready")
    answers(walk, first, [("part", "Renewal opens thirty days before."), ("accepted", "")])
    for reference in (first, second):
        assesses(walk, reference)
        makes_ready(walk, reference)
    return first, second


def stage_two(walk: Walk, first: str, second: str) -> None:
    """The group agrees on the second and not on the first; the DAG approves both."""
    day = walk.working_day(8)
    key = walk.meeting = schedules(walk, day, (first, second))
    circulates(walk, key)
    closes = walk.working_day(6)
    disputed = asks(walk, first, key, closes, delegated="DAG-D-077")
    agreed = asks(walk, second, key, closes)
    for name in ("large-supplier", "medium-supplier", "agent"):
        states(walk, name, agreed, "support")
        states(walk, name, disputed, "live-with")
    states(
        walk,
        "idno",
        disputed,
        "object",
        text="Renewal by hand cannot be done in ninety days.",
        clause="6.3",
        would_resolve="A hundred and eighty days for small estates.",
    )
    walk.move_to(day)
    chair = walk.person("chair")
    chair.open(f"/meetings/{key}/open/")
    does(chair, "Open the meeting")
    for decision in (disputed, agreed):
        until(chair, f"/decisions/{decision}/", "Closed for positions")
    chair.open(f"/decisions/{disputed}/finding/")
    shows(chair, "while O-1 stands")
    finds(walk, disputed, "no-consensus", "The objection of the iDNOs stands.")
    finds(walk, agreed, "consensus", "Nobody objects.")
    chair.open(f"/artefacts/{first}/")
    shows(chair, "Not agreed")
    chair.open(f"/artefacts/{second}/")
    shows(chair, "Endorsed")
    escalation, dag_day = submits(walk, disputed, "Escalate", "The group cannot agree on the life of certificates.")
    approval, _ = submits(walk, agreed, "Submit", "The group agrees and asks for approval.")
    walk.move_to(dag_day)
    decides(walk, escalation, dag_day, "DAG-77-1")
    decides(walk, approval, dag_day, "DAG-77-2")
    for reference in (first, second):
        chair.open(f"/artefacts/{reference}/")
        shows(chair, "Approved")
