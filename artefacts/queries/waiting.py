"""What waits for one person here: windows to respond to, comments to answer, answers to validate, drafts to open."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from artefacts.models import (
    Artefact,
    Baseline,
    Comment,
    Consultation,
    Disposition,
    ImpactAssessment,
    LastWord,
    NilReturn,
    PrincipleAssessment,
    PublicComment,
    Remarking,
    ValidationDelegation,
    Version,
)
from artefacts.queries.lists import open_windows
from artefacts.rules import AUTHORS, DELEGATES, last_word_until, listed_constituencies, listed_principles
from artefacts.states import OPEN_TO_ANSWERS, OPEN_TO_LAST_WORDS, State
from sdwg import clock, holds, workdays
from sdwg.members.access import Actor
from sdwg.members.models import Role, Seat
from sdwg.screen import Button, Waiting


def waiting_for(actor: Actor) -> list[Waiting]:
    """What waits for ``actor`` here, with its due moment and its one button; a constant number of queries."""
    if not actor.may_enter or actor.machine:
        return []
    return [
        *_responses(actor),
        *_authoring(actor),
        *_from_industry(actor),
        *_last_words(actor),
        *_validating(actor),
        *_opening(actor),
        *_without_author(actor),
        *_wider(actor),
        *_releasing(actor),
    ]


# ----------------------------------------------------------------------------------------------------------- responses


def _responses(actor: Actor) -> Iterable[Waiting]:
    """Open windows to which a seat they act for, of a member or an invited partner, has returned nothing."""
    members = [seat for seat in actor.held if seat.role == Role.MEMBER]
    partners = [seat for seat in actor.held if seat.role == Role.PARTNER]
    if not members and not partners:
        return
    windows = list(open_windows(actor))
    standing = Comment.objects.standing()
    answered = set(standing.filter(consultation__in=windows).values_list("consultation", "seat"))
    nil = NilReturn.objects.filter(consultation__in=windows, replaced_at__isnull=True)
    answered |= set(nil.values_list("consultation", "seat"))
    granted = actor.granted("version")
    for window in windows:
        asked = [*members, *(partners if window.version_id in granted else [])]
        for seat in asked:
            if (window.pk, seat.pk) not in answered:
                yield _respond(window, seat, named=len(actor.held) > 1)


def _respond(window: Consultation, seat: Seat, *, named: bool) -> Waiting:
    version = window.version
    artefact = version.artefact
    url = reverse("version-review", args=[artefact.reference, version.label])
    return Waiting(
        title=f"Comment on {artefact.title}, version {version.label}",
        url=url,
        due=window.closes_at,
        reference=artefact.reference,
        detail=f"Comment, or return that you have none{f', for {seat.label}' if named else ''}.",
        button=Button("Read and respond", url),
    )


def _last_words(actor: Actor) -> Iterable[Waiting]:
    """Comments of a seat they act for whose validated answer they have not replied to, while it is waited for.

    What a Member seat of their organisation left when it ended is theirs too.
    """
    members = {seat.organisation_id for seat in actor.held if seat.role == Role.MEMBER}
    left = Q(seat__role=Role.MEMBER, seat__valid_to__lt=clock.today(actor.at), seat__organisation__in=members)
    said = LastWord.objects.filter(comment=OuterRef("pk"), on_answer_of=OuterRef("disposition__validated_at"))
    rows = (
        Comment.objects.standing()
        .visible_to(actor)
        .filter(
            ~Exists(said),
            Q(seat__in=[seat.pk for seat in actor.held]) | left,
            disposition__validated_at__isnull=False,
            version__artefact__state__in=OPEN_TO_LAST_WORDS,
        )
    )
    counted = rows.order_by().values("version").annotate(number=Count("pk"), first=Min("disposition__validated_at"))
    owed = {row["version"]: row for row in counted}
    if not owed:
        return
    kept, today = workdays.kept(), clock.today(actor.at)
    for version in Version.objects.filter(pk__in=owed).select_related("artefact").order_by("artefact__number", "order"):
        number, until = owed[version.pk]["number"], last_word_until(owed[version.pk]["first"], kept)
        if until < today:
            continue
        url = f"{reverse('dispositions', args=[version.artefact.reference, version.label])}?show=mine"
        yield Waiting(
            title=f"Say whether {number} answer{'' if number == 1 else 's'} settle{'s' if number == 1 else ''} your "
            f"comment{'' if number == 1 else 's'} on {version.artefact.title}",
            url=url,
            due=workdays.deadline(until),
            reference=version.artefact.reference,
            detail="Satisfied, can live with it, or maintained. After that it is shown as no reply.",
            button=Button("Read the answers", url),
        )


# ----------------------------------------------------------------------------------------------------------- authoring


def _authoring(actor: Actor) -> Iterable[Waiting]:
    """What the author owes next, for each artefact of a seat they act for in everything."""
    seats = [seat.pk for seat in actor.seats]
    seats += [alternate.seat_id for alternate in actor.alternates if not alternate.for_key]
    states = (State.DRAFT, State.IN_CONSULTATION, State.RESOLVING, State.RETURNED)
    mine = Artefact.objects.visible_to(actor).filter(author__in=seats, state__in=states)
    rows = list(_with_progress(mine, actor))
    if not rows:
        return
    today = clock.today(actor.at)
    principles, constituencies = len(listed_principles(today)), len(listed_constituencies(today))
    for row in rows:
        waiting = _author_step(row, principles, constituencies)
        if waiting:
            yield waiting


def _from_industry(actor: Actor) -> Iterable[Waiting]:
    """What the wider industry said by the close that has no answer, for author and owner (D2)."""
    seats = [seat.pk for seat in actor.seats if seat.role in AUTHORS]
    seats += [alternate.seat_id for alternate in actor.alternates if not alternate.for_key]
    if not seats:
        return
    rows = PublicComment.objects.filter(
        Q(consultation__version__artefact__author__in=seats) | Q(consultation__version__artefact__owner__in=seats),
        Q(consultation__closed_at__isnull=False) | Q(consultation__closes_at__lte=actor.at),
        consultation__version__in=Version.objects.visible_to(actor).values("pk"),
        released_at__isnull=False,
        hidden_at__isnull=True,
        answer="",
    ).exclude(consultation__version__artefact__state=State.WITHDRAWN)
    counted = rows.order_by().values("consultation__version").annotate(number=Count("pk"))
    numbers = dict(counted.values_list("consultation__version", "number"))
    if not numbers:
        return
    for version in Version.objects.filter(pk__in=numbers).select_related("artefact").order_by("artefact__number"):
        artefact, number = version.artefact, numbers[version.pk]
        url = f"{reverse('dispositions', args=[artefact.reference, version.label])}?show=industry"
        yield Waiting(
            title=f"Answer {_comments(number)} of the wider industry on {artefact.title}",
            url=url,
            due=None,
            reference=artefact.reference,
            detail=f"Version {version.label}. Nothing waits for it, and the senders are told.",
            button=Button("Answer", url),
        )


def _with_progress(artefacts: QuerySet[Artefact], actor: Actor) -> QuerySet[Artefact]:
    """How far each is: its latest version, what is open, unanswered, not validated, assessed."""
    today = clock.today(actor.at)
    latest = Version.objects.filter(artefact=OuterRef("pk")).order_by("-order")
    window = Consultation.objects.filter(version__artefact=OuterRef("pk"), closed_at__isnull=True)
    comments = Comment.objects.standing().filter(version__artefact=OuterRef("pk"))
    silent = comments.filter(disposition__isnull=True)
    listed = Q(principle__retired_on__isnull=True) | Q(principle__retired_on__gt=today)
    assessed = PrincipleAssessment.objects.filter(listed, version=OuterRef("latest_id"))
    held = Q(constituency__retired_on__isnull=True) | Q(constituency__retired_on__gt=today)
    stated = ImpactAssessment.objects.filter(held, version=OuterRef("latest_id"), constituency__listed_from__lte=today)
    return artefacts.annotate(
        latest_id=Subquery(latest.values("pk")[:1]),
        latest_label=Subquery(latest.values("label")[:1]),
        used=Exists(Consultation.objects.filter(version=OuterRef("latest_id")))
        | Exists(Baseline.objects.filter(version=OuterRef("latest_id"))),
        open_now=Exists(window.filter(closes_at__gt=actor.at)),
        silent=_number(silent, "version__artefact"),
        silent_label=Subquery(silent.order_by("version__order").values("version__label")[:1]),
        unvalidated=_number(comments.filter(disposition__validated_at__isnull=True), "version__artefact"),
        assessed=_number(assessed, "version"),
        stated=_number(stated, "version"),
        held=Exists(PublicComment.objects.held().filter(consultation__version__artefact=OuterRef("pk"))),
    )


def _number(rows: QuerySet[Comment] | QuerySet[PrincipleAssessment] | QuerySet[ImpactAssessment], by: str) -> Coalesce:
    counted = rows.order_by().values(by).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


def _author_step(row: Artefact, principles: int, constituencies: int) -> Waiting | None:
    """The next thing the author of a row of ``_with_progress`` has to do; ``None`` when it is somebody else's move."""
    reference, name = row.reference, row.title
    page = reverse("artefact", args=[reference])
    upload = reverse("artefact-upload", args=[reference])
    progress: dict[str, Any] = vars(row)
    if row.state == State.RETURNED:
        return Waiting(
            f"Open a new revision of {name}", page, None, reference, "The DAG returned it.", Button("See it", page)
        )
    if progress["latest_id"] is None:
        return Waiting(f"Upload the first version of {name}", upload, None, reference, "", Button("Upload", upload))
    if row.state == State.DRAFT:
        if not progress["used"]:
            return None
        return Waiting(f"Upload the next version of {name}", upload, None, reference, "", Button("Upload", upload))
    if progress["open_now"]:
        return None
    if progress["silent"]:
        answers = reverse("dispositions", args=[reference, progress["silent_label"]])
        title = f"Answer {_comments(progress['silent'])} on {name}"
        return Waiting(title, answers, None, reference, "", Button("Answer comments", answers))
    if progress["assessed"] < principles or progress["stated"] < constituencies:
        cells = reverse("assessment", args=[reference, progress["latest_label"]])
        return Waiting(
            f"Assess {name}, version {progress['latest_label']}", cells, None, reference, "", Button("Assess", cells)
        )
    if progress["unvalidated"] or progress["held"]:
        return None
    return Waiting(f"Make {name} ready", page, None, reference, "Nothing is missing.", Button("See it", page))


def _comments(number: int) -> str:
    return f"{number} comment{'' if number == 1 else 's'}"


# --------------------------------------------------------------------------------------------- chair and secretariat


def _validating(actor: Actor) -> Iterable[Waiting]:
    """Answers that somebody else proposed, for the chair and the chair's delegates, by version."""
    theirs = Q()
    if not actor.is_chair:
        seats = [seat.pk for seat in actor.seats if seat.role in DELEGATES]
        if not seats:
            return
        named = ValidationDelegation.objects.in_force(actor.at).filter(seat__in=seats).order_by().values("artefact")
        own = Q(comment__version__artefact__author__in=seats) | Q(comment__version__artefact__owner__in=seats)
        theirs = Q(comment__version__artefact__in=named) & ~own
    waiting = Disposition.objects.filter(
        theirs,
        validated_at__isnull=True,
        comment__withdrawn_at__isnull=True,
        comment__version__in=Version.objects.visible_to(actor).values("pk"),
        comment__version__artefact__state__in=OPEN_TO_ANSWERS,
    ).exclude(proposed_by=actor.person)
    counted = waiting.order_by().values("comment__version").annotate(number=Count("pk"))
    numbers = dict(counted.values_list("comment__version", "number"))
    for version in Version.objects.filter(pk__in=numbers).select_related("artefact").order_by("artefact__number"):
        number, artefact = numbers[version.pk], version.artefact
        url = reverse("dispositions", args=[artefact.reference, version.label])
        words = f"{number} answer{'' if number == 1 else 's'}"
        title = f"Validate {words} to comments on {artefact.title}"
        yield Waiting(title, url, None, artefact.reference, "", Button("Read and validate", url))


def _releasing(actor: Actor) -> Iterable[Waiting]:
    """What the wider industry sent and nobody has released yet, for the secretariat, by version (D2)."""
    if not actor.is_secretariat:
        return
    rows = PublicComment.objects.held().filter(consultation__version__in=Version.objects.visible_to(actor).values("pk"))
    counted = rows.order_by().values("consultation__version").annotate(number=Count("pk"))
    numbers = dict(counted.values_list("consultation__version", "number"))
    for version in Version.objects.filter(pk__in=numbers).select_related("artefact").order_by("artefact__number"):
        artefact = version.artefact
        url = reverse("public-release", args=[artefact.reference, version.label])
        yield Waiting(
            title=f"Release {_comments(numbers[version.pk])} of the wider industry on {artefact.title}",
            url=url,
            due=None,
            reference=artefact.reference,
            detail=f"Version {version.label}. Nobody else reads them before.",
            button=Button("Read and release", url),
        )


def _opening(actor: Actor) -> Iterable[Waiting]:
    """Drafts with a version nobody was consulted on, for the secretariat."""
    if not actor.is_secretariat:
        return
    drafts = Artefact.objects.visible_to(actor).filter(state=State.DRAFT).exclude(pk__in=holds.held("artefact"))
    for row in _with_latest(drafts):
        known = vars(row)
        label = known["latest_label"]
        url = reverse("consultation-open", args=[row.reference, label])
        name = known["shown_title"] if known["titled"] else row.reference
        title = f"Open a consultation on {name}, version {label}"
        yield Waiting(title, url, None, row.reference, "", Button("Open it", url))


def _with_latest(artefacts: QuerySet[Artefact]) -> QuerySet[Artefact]:
    latest = Version.objects.filter(artefact=OuterRef("pk")).order_by("-order")
    return artefacts.annotate(
        latest_id=Subquery(latest.values("pk")[:1]), latest_label=Subquery(latest.values("label")[:1])
    ).filter(~Exists(Consultation.objects.filter(version=OuterRef("latest_id"))), latest_id__isnull=False)


def _without_author(actor: Actor) -> Iterable[Waiting]:
    """Artefacts whose author's or owner's seat has ended, for chair and secretariat, who name another."""
    if not (actor.is_chair or actor.is_secretariat):
        return
    today = clock.today(actor.at)
    over = Q(author__valid_to__lt=today) | Q(owner__valid_to__lt=today)
    rows = Artefact.objects.visible_to(actor).filter(over, Q(titled=True)).exclude(state=State.WITHDRAWN)
    for row in rows.select_related("author__organisation", "owner__organisation"):
        url = reverse("artefact-hand-over", args=[row.reference])
        named = (("author", row.author), ("owner", row.owner))
        gone = {name: seat for name, seat in named if seat.valid_to and seat.valid_to < today}
        title = f"Name another {' and '.join(gone)} of {row.title}"
        labels = {seat.label for seat in gone.values()}
        ended = f"The seat of {' and '.join(sorted(labels))} has ended."
        yield Waiting(title, url, None, row.reference, ended, Button("Name one", url))


def _wider(actor: Actor) -> Iterable[Waiting]:
    """Wider markings that wait for this person: the author's for the chair, the chair's for the author."""
    seats = [seat.pk for seat in actor.seats]
    seats += [alternate.seat_id for alternate in actor.alternates if not alternate.for_key]
    mine = Q(by_chair=True, version__artefact__author__in=seats)
    if actor.is_chair:
        mine |= Q(by_chair=False)
    readable = Version.objects.visible_to(actor).values("pk")
    rows = Remarking.objects.filter(mine, settled_at__isnull=True, version__in=readable).exclude(
        proposed_by=actor.person
    )
    for row in rows.select_related("version__artefact"):
        artefact = row.version.artefact
        url = reverse("version-marking", args=[artefact.reference, row.version.label])
        title = f"More people would read {artefact.title}, version {row.version.label}"
        detail = f"{row.proposed_as} proposes {row.get_marking_display()}."
        yield Waiting(title, url, None, artefact.reference, detail, Button("See whom, and answer", url))
