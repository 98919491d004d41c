"""Canaries: a word of what is restricted reaches nobody who is not entitled to it, on any surface there is.

One artefact of each restricted kind is taken from draft to the DAG with a word of its own in everything that is typed
about it and in the bytes themselves; all of them live in one world. Then every address of the program that can be made
of them is asked, by GET and by an empty POST, by everybody; packs and dossiers are unpacked; the outbox is read. A
surface that the program does not have yet is a named skip.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse

from artefacts import operations as artefact_operations
from artefacts.models import Consultation, PublicComment, Version
from artefacts.states import Answer, Kind, Marking, Word
from escalations.models import Submission
from meetings import operations as meeting_operations
from meetings.calendar import feed_secret
from meetings.models import Action, Decision
from meetings.states import Finding, Stance
from sdwg import clock
from sdwg.mail.models import OutboxMessage
from sdwg.members.models import Constituency
from tests.architecture.world import kept
from tests.artefacts import make as artefacts
from tests.cast import Cast, gather
from tests.decisions import make as decisions
from tests.escalations import make as escalations
from tests.meetings import make as meetings
from tests.meetings.reading import decoded

pytestmark = pytest.mark.django_db
EVERYBODY = ("secretariat", "idno", "agent", "partner", "observer", "dag", "auditor", "")
"""One of each kind, and nobody at all; idno is named. Chair and author are entitled to everything here."""
MEMBERS = frozenset({"idno", "agent"})
ASKING = ("agent", "observer")
"""Whose refusals are read too."""
PROGRAMME = frozenset({"secretariat"})
KINDS: dict[str, tuple[dict[str, Any], frozenset[str]]] = {
    # what it is; who may hear it, the DAG's liaison aside, who reads what was submitted
    "amber": ({"marking": Marking.AMBER}, PROGRAMME | MEMBERS | {"auditor"}),
    "strict": ({"marking": Marking.STRICT}, PROGRAMME | {"idno"}),
    "red": ({"marking": Marking.RED, "people": ["idno"]}, frozenset({"idno"})),
    "procurement": (
        {"kind": Kind.PROCUREMENT, "people": ["idno"]},
        frozenset({"secretariat", "idno"}),
    ),
}
TITLED = ("red", "procurement")
"""Kinds whose title is a secret too; that of the others is open to every seat."""
SUBMITTED_TO = {"amber": {"dag"}, "strict": {"dag"}, "red": set(), "procurement": set()}


@dataclass
class Song:
    """What was sung about, and the word that was sung."""

    cast: Cast
    word: str
    version: Version
    decision: Decision
    submission: Submission
    meeting: Any
    item: Any
    action: Action

    def kwargs(self) -> Iterator[dict[str, Any]]:
        """What can stand in an address: every object of the song, alone and with its parts."""
        artefact, label = self.version.artefact.reference, self.version.label
        yield from ({}, {"ref": artefact}, {"ref": artefact, "label": label})
        yield from ({"ref": artefact, "label": label, "number": 1}, {"ref": self.decision.reference})
        yield from ({"ref": artefact, "ending": "pdf"}, {"ref": artefact, "label": label, "ending": "pdf"})
        yield from ({"ref": self.decision.reference, "number": 1}, {"ref": self.submission.reference})
        for kind, entry in (("recommendation", "AWG-R-01"), ("area", "DA-01"), ("principle", "P-01")):
            yield from ({"kind": kind}, {"kind": kind, "ref": entry})
            yield from ({"kind": kind, "ending": "csv"}, {"kind": kind, "ending": "xlsx"})
        yield from ({"ref": self.action.reference}, {"ref": self.action.reference, "number": 1})
        yield from ({"ending": "csv"}, {"ending": "pdf"}, {"key": str(self.action.meeting and self.action.meeting.key)})
        yield {"key": self.meeting.key}
        yield {"key": self.meeting.key, "pk": self.item.pk}
        yield {"key": self.meeting.key, "version": self.version.pk}
        if self.submission.dag_meeting:
            yield {"day": self.submission.dag_meeting.date}

    def addresses(self) -> Iterator[str]:
        """Every address of the program that leads to it, or to a list in which it might be."""
        for name in names():
            for kwargs in () if name.startswith(("account_", "mfa_")) else self.kwargs():
                with suppress(NoReverseMatch):
                    yield reverse(name, kwargs=kwargs)
        for row in (self.version.artefact, self.decision, self.submission, self.action):
            yield f"/audit/?ref={row.reference}"
        yield f"/dag/submit/?decision={self.decision.reference}"


@dataclass
class Choir:
    """All the songs, in one world, and every address at which any of them might be heard."""

    cast: Cast
    songs: dict[str, Song]
    addresses: list[str]


def names(resolver: URLResolver | None = None) -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern)
        elif pattern.name:
            yield str(pattern.name)


def sing(cast: Cast, kind: str) -> Song:
    """Take an artefact of ``kind`` from draft to the DAG, with the word in whatever anybody types."""
    word = f"canary{kind}"
    how = dict(KINDS[kind][0])
    if kind == "strict":
        how["organisations"] = [cast.seat("idno").organisation]
    chair, analyst, idno = "chair", "analyst", "idno"
    title = f"{word} title" if kind in TITLED else "Interface Code of Connection"
    made = artefacts.registered(
        cast,
        title=title,
        summary=f"{word} summary",
        kind=how.pop("kind", Kind.DESIGN),
        recommendations=[artefacts.recommendation(1)],
        areas=[artefacts.area(1), artefacts.area(2)],
    )
    for label in ("0.1", "0.2"):
        version = artefact_operations.upload(
            actor=cast.actor(analyst),
            artefact=made,
            stored=artefacts.stored(cast, texts=(f"{word} text of {label}", label)),
            file_name=f"{word}.pdf",
            label=label,
            change_note=f"{word} change",
            marking=how.get("marking", Marking.AMBER),
            people=[cast.person(name) for name in how.get("people", ())],
            organisations=how.get("organisations", ()),
        )
    artefact_operations.read_texts()
    if made.kind == Kind.DESIGN:
        links = {"recommendations": [artefacts.recommendation(1)], "areas": [artefacts.area(1)]}
        artefact_operations.link(actor=cast.actor(analyst), artefact=made, reason=f"{word} unlinked", **links)
    window = artefacts.consultation(cast, version, by=chair)
    _as_if_public(window, word, cast.at)
    said = artefacts.comment(cast, window, idno, text=f"{word} text", quoted=word, proposed_change=word, section=word)
    artefact_operations.close_consultation(actor=cast.actor(chair), consultation=window, reason=f"{word} early")
    answer = artefact_operations.propose_disposition(
        actor=cast.actor(analyst), comment=said, answer=Answer.REJECTED, reason=f"{word} reason"
    )
    artefact_operations.contest(actor=cast.actor(idno), disposition=answer, why=f"{word} contested")
    artefact_operations.validate_disposition(actor=cast.actor(chair), disposition=answer)
    artefact_operations.say_last_word(
        actor=cast.actor(idno), comment=said, word=Word.MAINTAINED, text=f"{word} maintained"
    )
    artefact_operations.assess(
        actor=cast.actor(analyst),
        version=version,
        principles={row.pk: ("departs", f"{word} why") for row in artefacts.principles()},
        impacts={row.pk: ("impact", f"{word} impact") for row in Constituency.objects.all()},
    )
    artefact_operations.make_ready(actor=cast.actor(analyst), artefact=version.artefact)
    meeting = meetings.scheduled(cast, days=28)
    item = meetings.add_item(cast, meeting, "Item on it")
    meeting_operations.add_paper(actor=cast.actor(chair), item=item, version=version, asked=f"{word} asked")
    decision = decisions.open_decision(cast, on=decisions.newest(version.artefact), question=f"{word} question?")
    decisions.state(
        cast, decision, idno, Stance.OBJECT, text=f"{word} objects", clause=word, would_resolve=f"{word} resolve"
    )
    objection = decision.objections.get()
    meeting_operations.address_objection(actor=cast.actor(chair), objection=objection, answer=f"{word} answer")
    finding = decisions.proposed(cast, decision, Finding.NO_CONSENSUS, reasons=f"{word} reasons")
    meeting_operations.dispute(actor=cast.actor(idno), determination=finding, text=f"{word} dispute")
    decision = decisions.determined(cast, finding)
    submission = escalations.submit(cast, decision, question=f"{word} asked of the DAG", statement=f"{word} statement")
    escalations.built(cast, submission)
    meeting_operations.circulate(actor=cast.actor("secretariat"), pack=meetings.pack_built(cast, meeting=meeting))
    action = _act_on(cast, word, version, decision)
    return Song(cast, word, version, decision, escalations.fresh(submission), meeting, item, action)


def _act_on(cast: Cast, word: str, version: Version, decision: Decision) -> Action:
    """An action on it, with the word in every entry of its life; the packs of later songs print the log."""
    done = meetings.action(cast, "idno", text=f"{word} action", version=version, decision=decision)
    stored = artefacts.stored(cast, words=f"{word} evidence")
    told = meeting_operations.Evidence(f"{word} update", f"https://{word}.example/", stored, f"{word}.pdf")
    meeting_operations.update_action(actor=cast.actor("idno"), action=done, evidence=told)
    chair = cast.actor("chair")
    meeting_operations.withdraw_action(actor=chair, action=done, reason=f"{word} withdrawn")
    return done


def _as_if_public(window: Consultation, word: str, at: datetime) -> None:
    """It was TLP:CLEAR, open to the wider industry and commented on, before it was marked as it is now."""
    Consultation.objects.filter(pk=window.pk).update(public=True)
    sent = {"name": word, "organisation": word, "text": word, "proposed_change": word, "section": word}
    known = {"consultation": window, "sent_at": at, "confirmed_at": at}
    PublicComment.objects.create(number=1, released_at=at, confirm_sha256=word, **known, **sent)
    refused = {"hidden_by": window.opened_by, "hidden_at": at, "hidden_why": word}
    PublicComment.objects.create(confirm_sha256=f"{word} refused", **refused, **known, **sent)


Found = Iterable[tuple[str, str]]


def pages(choir: Choir, name: str) -> Found:
    """Every address, by GET."""
    client = choir.cast.client(name) if name else choir.cast.anonymous()
    for url in choir.addresses:
        with transaction.atomic():
            answer = client.get(url)
            content = b"".join(answer) if answer.streaming else answer.content  # type: ignore[arg-type]
            transaction.set_rollback(True)
        is_pdf = content.startswith(b"%PDF")
        yield url, decoded(content) if is_pdf else content.decode("utf-8", "replace")
        yield f"{url}, its headers", str(answer.headers)


def refusals(choir: Choir, name: str) -> Found:
    """Every address, by a POST that says nothing: error pages and refusals."""
    if name not in ASKING:
        return
    client = choir.cast.client(name) if name else choir.cast.anonymous()
    for url in choir.addresses:
        with transaction.atomic():
            answer = client.post(url)
            content = b"".join(answer) if answer.streaming else answer.content  # type: ignore[arg-type]
            after = client.get(answer["Location"]).content if answer.status_code == 302 else b""
            transaction.set_rollback(True)
        yield f"POST {url}", (content + after).decode("utf-8", "replace")


def spreadsheets(choir: Choir, name: str) -> Found:
    """The log of comments of every version and artefact, the table to fill in, and the action log, unpacked."""
    client = choir.cast.client(name) if name else choir.cast.anonymous()
    yield "the action log", unpacked(b"".join(client.get("/actions/log.xlsx")))  # type: ignore[arg-type]
    for song in choir.songs.values():
        ref, labels = song.version.artefact.reference, ("0.1", "0.2")
        urls = [reverse("artefact-comments-file", args=[ref, "xlsx"])]
        urls += [reverse("comments-file", args=[ref, label, "xlsx"]) for label in labels]
        urls += [reverse("comment-import-template", args=[ref, label]) for label in labels]
        for url in urls:
            with transaction.atomic():
                answer = client.get(url)
                content = b"".join(answer) if answer.streaming else answer.content  # type: ignore[arg-type]
                transaction.set_rollback(True)
            yield url, unpacked(content)


def unpacked(content: bytes) -> str:
    """Every part of a workbook; of anything else, what it says."""
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return "\n".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())


def mail(choir: Choir, name: str) -> Found:
    """What was queued for this person."""
    rows = OutboxMessage.objects.filter(person=choir.cast.person(name)) if name else ()
    for row in rows:
        yield f"mail {row.rule}", f"{row.subject} {row.text} {row.html}"


def calendars(choir: Choir, name: str) -> Found:
    """One's own feed and the public one, with the lines put together again, and what calendars are mailed."""
    addresses = [reverse("public-feed")]
    with transaction.atomic():
        if name:
            feed = meeting_operations.make_feed(actor=choir.cast.actor(name, clock.now()))
            addresses.append(reverse("calendar-feed", args=[feed_secret(feed.nonce)]))
        for url in addresses:
            answer = choir.cast.anonymous().get(url)
            assert answer.status_code == 200
            yield url, answer.content.decode().replace("\r\n ", "")
        transaction.set_rollback(True)
    for row in OutboxMessage.objects.filter(person=choir.cast.person(name)).exclude(calendar="") if name else ():
        yield f"calendar of mail {row.rule}", row.calendar.replace("\r\n ", "")


def found_by_searching(choir: Choir, name: str) -> Found:
    """What the search box gives for each word: titles and passages, without the word that was asked for."""
    client = choir.cast.client(name) if name else choir.cast.anonymous()
    for song in choir.songs.values():
        with transaction.atomic():
            for word in (song.word, f"canary -nothing{song.word}"):
                answer = client.get("/search/", {"q": word}, headers={"HX-Request": "true"})
                told = answer.content.decode() if answer.status_code == 200 else ""
                yield f"search for {word}", re.sub(r"\?q=[^\"&]*", "", told)
            transaction.set_rollback(True)


SURFACES: dict[str, Callable[[Choir, str], Found] | str] = {
    "pages, files, packs and dossiers": pages,
    "refusals and error pages": refusals,
    "mail": mail,
    "calendar feeds": calendars,
    "search": found_by_searching,
    "spreadsheets of comments and actions": spreadsheets,
    "the regular report to the DAG": "it comes with the forward plan",
}


@pytest.fixture(scope="module")
def choir(django_db_setup: None, django_db_blocker: Any) -> Iterator[Choir]:
    def sung() -> Choir:
        cast = gather()
        clock.set_now(cast.at)
        songs = {kind: sing(cast, kind) for kind in KINDS}
        return Choir(cast, songs, list({url: None for song in songs.values() for url in song.addresses()}))

    yield from kept(django_db_blocker, sung)


@pytest.mark.parametrize("name", EVERYBODY)
def test_canaries_are_heard_by_the_entitled_alone(choir: Choir, name: str) -> None:
    heard: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for surface in SURFACES.values():
        for where, told in surface(choir, name) if callable(surface) else ():
            for kind, song in choir.songs.items():
                if song.word in told:
                    heard[kind].append(where)
    entitled = {kind for kind, (_, readers) in KINDS.items() if name in readers | SUBMITTED_TO[kind]}
    assert {kind: found for kind, found in heard.items() if found and kind not in entitled} == {}
    assert {kind for kind in entitled if not heard[kind]} == set()


@pytest.mark.parametrize("surface", [name for name, how in SURFACES.items() if isinstance(how, str)])
def test_a_surface_to_come(surface: str) -> None:
    pytest.skip(f"{surface}: {SURFACES[surface]}")
