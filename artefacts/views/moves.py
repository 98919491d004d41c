"""Whose move an artefact is, the path it is on, the ways off it: the top of its page, in words."""

from collections.abc import Callable
from typing import Literal

from django.urls import reverse

from artefacts import rules
from artefacts.queries import ArtefactPage
from artefacts.states import PATH, State
from sdwg import clock, dates
from sdwg.members.access import Actor
from sdwg.members.models import Role
from sdwg.screen import Band, Button, Step

EXITS = {
    State.DRAFT: "the chair may withdraw it.",
    State.IN_CONSULTATION: "the consultation may be extended; the chair may close it early, or withdraw the artefact.",
    State.RESOLVING: "a new version may go into another consultation; the chair may withdraw the artefact.",
    State.READY: "a new version takes it back to resolving comments; the chair may withdraw it.",
    State.UNDER_DECISION: "without consensus it goes to the DAG as an escalation; adjourned, it is ready again.",
    State.ENDORSED: "the chair may take it back to ready, with a reason.",
    State.WITH_DAG: "the DAG may approve it with conditions, or return it; the chair may withdraw the submission.",
    State.APPROVED: "its author may open a new revision; this baseline stays in force meanwhile.",
    State.CONDITIONS: "it is approved outright when the last condition is discharged.",
    State.RETURNED: "its author opens a new revision, or the chair withdraws it.",
    State.NOT_AGREED: "the chair escalates it to the DAG, or its author reworks it as a draft.",
}


def exits(page: ArtefactPage) -> str:
    """The other ways from here, as one sentence; empty where there are none."""
    if page.state == State.NOT_AGREED and page.artefact.bound_for_dag:
        return "The decision was delegated by the DAG, so from here it can only go to the DAG."
    way = EXITS.get(State(page.state))
    return f"Other ways from here: {way}" if way else ""


def steps(page: ArtefactPage) -> list[Step]:
    """The path, with the date on which each state of this revision was entered."""
    path = _path(page)
    state = State(page.state)
    here = path.index(state)
    since = dict(reversed(page.entered))
    today = clock.today(page.at)
    found = []
    for place, step in enumerate(path):
        status: Literal["done", "current", "todo"] = "done" if place < here else "current" if place == here else "todo"
        entered = since.get(step) if place <= here else None
        note = dates.day(entered, today) if entered else ""
        if step == State.APPROVED and _was_before(page):
            found.append(Step(str(step.label), status, "before this system"))
            continue
        found.append(Step(str(step.label), status, f"since {note}" if note and status == "current" else note))
    return found


def _path(page: ArtefactPage) -> list[State]:
    """The usual path, or the one this artefact has taken off it."""
    state = State(page.state)
    if _was_before(page):
        return [State.DRAFT, State.APPROVED]
    path = list(PATH)
    if state == State.NOT_AGREED or (state in LATER and _was(page, State.NOT_AGREED)):
        path[path.index(State.ENDORSED)] = State.NOT_AGREED
    if state in {State.CONDITIONS, State.RETURNED}:
        path[-1] = state
    elif state == State.WITHDRAWN:
        before = next((name for name, _ in page.entered if name != State.WITHDRAWN), State.DRAFT.value)
        path = [*path[: _place(path, before) + 1], State.WITHDRAWN]
    return path


def _was_before(page: ArtefactPage) -> bool:
    """Whether it stands as approved before this system, and none of the steps between was made here."""
    return page.state == State.APPROVED and page.before_system


LATER = frozenset({State.WITH_DAG, State.APPROVED, State.CONDITIONS, State.RETURNED})


def _place(path: list[State], state: str) -> int:
    return path.index(State(state)) if state in path else path.index(State.UNDER_DECISION)


def _was(page: ArtefactPage, state: State) -> bool:
    """Whether the way to the DAG was that of an escalation: the last finding before it was "not agreed"."""
    findings = [name for name, _ in page.entered if name in {State.ENDORSED, State.NOT_AGREED}]
    return bool(findings) and findings[0] == state


# ---------------------------------------------------------------------------------------------------------- whose move


def band(actor: Actor, page: ArtefactPage) -> Band | None:
    """Whose move it is and by when; ``None`` for what nobody has to move."""
    found = BANDS.get(State(page.state))
    return found(actor, page) if found else None


def _author(page: ArtefactPage) -> str:
    return page.artefact.author.label if getattr(page.artefact, "titled", True) else "its author"


def _url(page: ArtefactPage, name: str, *more: str) -> str:
    return reverse(name, args=[page.artefact.reference, *more])


def _upload(actor: Actor, page: ArtefactPage, label: str) -> Button | None:
    return Button(label, _url(page, "artefact-upload")) if rules.writes(actor, page.artefact) else None


def _runs(actor: Actor) -> bool:
    return rules.acting_role(actor) in {Role.CHAIR, Role.SECRETARIAT}


def _is_chair(actor: Actor) -> bool:
    return rules.acting_role(actor) == Role.CHAIR


def _draft(actor: Actor, page: ArtefactPage) -> Band:
    mine, author = rules.is_author(actor, page.artefact), _author(page)
    latest = page.latest
    if latest is None:
        why = "A consultation can open once there is a version to read."
        return Band(mine, author, "upload the first version", None, why, _upload(actor, page, "Upload a version"))
    used = latest.baseline or (page.window and page.window.version_id == latest.version.pk)
    if used:
        why = f"Version {latest.label} has been through the group. A new one starts the next round."
        return Band(mine, author, "upload the next version", None, why, _upload(actor, page, "Upload a version"))
    opens = Button("Open a consultation", _url(page, "consultation-open", latest.label)) if _runs(actor) else None
    return Band(
        mine=_runs(actor),
        whose=actor.label if _runs(actor) else "the secretariat",
        what=f"open a consultation on version {latest.label}",
        why="Members comment on it, or return that they have no comments.",
        primary=opens,
        secondary=_upload(actor, page, "Upload another version"),
    )


def _in_consultation(actor: Actor, page: ArtefactPage) -> Band:
    window = page.closing
    assert window is not None  # noqa: S101 (a page in consultation has an open window, or it would be resolving)
    line = next((line for line in page.versions if line.version.pk == window.version_id), None)
    label = line.label if line else ""
    reads = Button("Read it", _url(page, "version-review", label)) if line and line.readable else None
    early = Button("Close it early", _url(page, "consultation-close", label)) if line and _is_chair(actor) else None
    if page.mine == "no-response":
        what = f"comment on version {label}, or return that you have no comments,"
        respond = Button("Read and respond", _url(page, "version-review", label))
        why = "Silence is shown as no response."
        return Band(True, actor.label, what, window.closes_at, why, respond)
    said = {"commented": "You have commented. ", "nil-return": "You returned that you have no comments. "}
    return Band(
        mine=False,
        whose="the members",
        what=f"read and comment on version {label}" if label else "read and comment",
        by=window.closes_at,
        why=f"{said.get(page.mine, '')}The consultation closes by itself.",
        primary=reads,
        secondary=early,
    )


def _resolving(actor: Actor, page: ArtefactPage) -> Band:
    """First answers, then blank cells, then validation, then ready; what waits for the reader goes before."""
    tally, author = page.tally, _author(page)
    mine = rules.is_author(actor, page.artefact)
    if not page.reads_latest or page.latest is None:
        return Band(mine, author, "answer the comments", None, "Every answer is validated by the chair.")
    log = _url(page, "dispositions", (page.consulted or page.latest).label)
    upload = _upload(actor, page, "Upload a version")
    if tally.proposed and rules.validates(actor, page.artefact, page.delegation):
        what = f"validate {_answers(tally.proposed)}"
        return Band(True, actor.label, what, None, "The author proposed them.", Button("Read and validate", log))
    if tally.waiting:
        button = Button("Answer comments", log) if rules.answers(actor, page.artefact) else Button("See them", log)
        why = "Each answer is then validated by the chair."
        return Band(mine, author, f"answer {_comments(tally.waiting)}", None, why, button, upload)
    if page.blank_principles or page.blank_constituencies:
        waits = f" {_answers(tally.proposed).capitalize()} wait for validation." if tally.proposed else ""
        cells = _url(page, "assessment", page.latest.label)
        writes = rules.writes(actor, page.artefact)
        button = Button("Fill the assessment" if writes else "See the assessment", cells)
        why = f"No cell may be blank before it is ready.{waits}"
        return Band(mine, author, f"assess version {page.latest.label}", None, why, button, upload)
    if tally.proposed:
        why = "Nothing else is missing."
        whose = f"the chair, or {page.delegation.seat.label}," if page.delegation else "the chair"
        return Band(False, whose, f"validate {_answers(tally.proposed)}", None, why, Button("See them", log))
    held = rules.held(page.artefact.pk) if mine or _runs(actor) else ""
    if held:
        mine, what = rules.acting_role(actor) == Role.SECRETARIAT, "release what came from the wider industry"
        release = Button("Read and release", _url(page, "public-release", held)) if mine else None
        return Band(mine, "the secretariat", what, None, "Nothing else is missing.", release)
    ready = Button("Make it ready", _url(page, "artefact-ready"), post=True) if mine else None
    return Band(mine, author, "make it ready", None, "Nothing is missing.", ready, upload)


def _comments(number: int) -> str:
    return f"{number} comment{'' if number == 1 else 's'}"


def _answers(number: int) -> str:
    return f"{number} answer{'' if number == 1 else 's'}"


def _ready(actor: Actor, page: ArtefactPage) -> Band:
    label = page.latest.label if page.latest else ""
    what = f"put version {label} to the group for a decision" if label else "put it to the group for a decision"
    upload = _upload(actor, page, "Upload a version")
    why = "It goes on an agenda, or to the group by correspondence."
    return Band(_runs(actor), "the chair or the secretariat", what, None, why, None, upload)


def _under_decision(actor: Actor, page: ArtefactPage) -> Band:
    why = "Positions are pinned to the version’s hash, so its text stays as it is."
    return Band(False, "the group", "find whether there is consensus on it", None, why)


def _endorsed(actor: Actor, page: ArtefactPage) -> Band:
    return Band(_is_chair(actor), "the chair", "submit it to the DAG for approval", None, "The group endorsed it.")


def _not_agreed(actor: Actor, page: ArtefactPage) -> Band:
    rework = None
    if rules.is_author(actor, page.artefact) and not page.artefact.bound_for_dag:
        rework = Button("Open it for rework", _url(page, "artefact-revision"), post=True)
    why = "The group found no consensus."
    return Band(_is_chair(actor), "the chair", "escalate it to the DAG", None, why, None, rework)


def _with_dag(actor: Actor, page: ArtefactPage) -> Band:
    return Band(actor.is_liaison, "the DAG", "answer the submission", None, "Its text stays as it is until then.")


def _conditions(actor: Actor, page: ArtefactPage) -> Band:
    mine = rules.is_author(actor, page.artefact)
    why = "A condition that needs changed text is discharged on a new version."
    upload = _upload(actor, page, "Upload a version")
    return Band(mine, _author(page), "meet the DAG’s conditions", None, why, None, upload)


def _returned(actor: Actor, page: ArtefactPage) -> Band:
    mine = rules.is_author(actor, page.artefact)
    button = Button("Open a new revision", _url(page, "artefact-revision"), post=True) if mine else None
    return Band(mine, _author(page), "open a new revision", None, "The DAG returned it.", button)


def _approved(actor: Actor, page: ArtefactPage) -> Band | None:
    writes = rules.is_author(actor, page.artefact)
    button = Button("Open a new revision", _url(page, "artefact-revision"), post=True) if writes else None
    if page.before_system and page.baseline:
        cited = f"{page.baseline.dag_reference} of {dates.day(page.baseline.approved_on)}"
        why = f"{cited}. What was said of it and decided then is not kept here."
        return Band(False, "nobody", "it was approved before this system", None, why, None, button)
    if not writes:
        return None
    return Band(False, "nobody", "it is approved", None, "Open a revision when its text has to change.", None, button)


BANDS: dict[State, Callable[[Actor, ArtefactPage], Band | None]] = {
    State.DRAFT: _draft,
    State.IN_CONSULTATION: _in_consultation,
    State.RESOLVING: _resolving,
    State.READY: _ready,
    State.UNDER_DECISION: _under_decision,
    State.ENDORSED: _endorsed,
    State.NOT_AGREED: _not_agreed,
    State.WITH_DAG: _with_dag,
    State.CONDITIONS: _conditions,
    State.RETURNED: _returned,
    State.APPROVED: _approved,
}
