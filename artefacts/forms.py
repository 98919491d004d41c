"""What people type about artefacts."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet

from artefacts import comment_sheets, industry, operations, rules, sheets
from artefacts.models import (
    LINKS,
    AnyEntry,
    Artefact,
    Comment,
    DesignArea,
    PublicComment,
    Recommendation,
    Scoped,
    Version,
)
from artefacts.queries import ImpactLine, MatrixLine
from artefacts.states import Alignment, Answer, CommentType, Impact, Kind, Marking, Severity, Word
from sdwg import clock
from sdwg.files import tables
from sdwg.files.cells import plain
from sdwg.files.forms import KeptFileField, TableField
from sdwg.files.operations import Inspection
from sdwg.files.tables import TableRow
from sdwg.forms import Form, Line, ReasonForm, conditional
from sdwg.members.access import Actor
from sdwg.members.models import Organisation, Person, Role, Seat
from sdwg.screen import Choice
from sdwg.visitors import VisitorForm

LONG = 10_000
"""Characters in a comment, an answer, a cell: more is a document of its own."""


class Day(forms.DateField):
    """A London date, picked or typed."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SeatChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A seat by who holds it and what it is."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.person.display_name}, {obj.label}"


class SeatChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """The same, any number of them."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.person.display_name}, {obj.label}"


class EntryChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Entries of a register by reference and what they say."""

    def label_from_instance(self, obj: Any) -> str:
        return Choice(obj.reference, hint=f"{obj.heading}{_standing(obj)}")


def _standing(entry: Scoped) -> str:
    """ " (out of scope)", " (retired)", or nothing."""
    if entry.retired_on:
        return " (retired)"
    return "" if entry.in_scope else " (out of scope)"


class ArtefactChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Artefacts by reference and title, as they were read for who chooses."""

    def label_from_instance(self, obj: Any) -> str:
        return Choice(obj.reference, hint=obj.title)


def words(label: str, *, rows: int = 4, required: bool = True, hint: str = "") -> forms.CharField:
    """A field for a few sentences."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(widget=widget, max_length=LONG, label=label, required=required, help_text=hint)


# -------------------------------------------------------------------------------------------- registering and uploading

KIND_HINTS = {
    Kind.DESIGN: "Reviewed by the group, decided by it, approved by the DAG.",
    Kind.PROCUREMENT: "Read by the chair, the secretariat and the people you name. Nobody else learns that it exists.",
}
MARKING_HINTS = {
    Marking.CLEAR: "Nothing in it has to be kept from anyone. Here whoever is signed in reads it.",
    Marking.GREEN: "Anyone who is signed in may read it.",
    Marking.AMBER: "Programme and member seats, alternates in force, colleagues and the auditor may read it.",
    Marking.STRICT: "Programme roles and the organisations you name below may read it.",
    Marking.RED: "The people you name below, the author and the chair may read it. Its title is withheld from others.",
}


class RegisterForm(Form):
    """A document for the register."""

    title = forms.CharField(
        max_length=160,
        label="Title",
        help_text="Everyone signed in sees it, except for procurement support and while a version is TLP:RED.",
    )
    summary = forms.CharField(max_length=400, label="What it is for", required=False, help_text="One or two sentences.")
    kind = forms.ChoiceField(
        choices=[(value, Choice(label, hint=KIND_HINTS[Kind(value)])) for value, label in Kind.choices],
        widget=forms.RadioSelect,
        initial=Kind.DESIGN,
        label="Kind",
    )
    author = SeatChoice(
        Seat.objects.none(), empty_label="Choose a seat", help_text="Uploads versions, answers comments, assesses."
    )
    owner = SeatChoice(Seat.objects.none(), empty_label="Choose a seat", help_text="Answers for it within the group.")
    recommendations = EntryChoices(
        Recommendation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="AWG recommendations it answers",
    )
    areas = EntryChoices(
        DesignArea.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Design areas it covers",
    )
    planned_dag_date = Day(
        required=False, label="Planned for the DAG", help_text="The DAG meeting it is meant to reach."
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today(actor.at)
        seats = Seat.objects.current(today).with_names()
        is_writer = rules.acting_role(actor) in rules.WRITERS
        authors = seats.filter(role__in=rules.AUTHORS) if is_writer else seats.filter(pk=actor.seat_id or 0)
        self._choose("author", authors, actor)
        self._choose("owner", seats.filter(role__in=rules.OWNERS), actor)
        for name, model in (("recommendations", Recommendation), ("areas", DesignArea)):
            field: Any = self.fields[name]
            field.queryset = model._default_manager.filter(OPEN)
            if not field.queryset.exists():
                field.help_text = f"The register of {model.called}s has nothing in scope so far."

    def _choose(self, name: str, seats: QuerySet[Seat], actor: Actor) -> None:
        field: Any = self.fields[name]
        field.queryset = seats.order_by("role", "organisation__name")
        field.initial = actor.seat_id


OPEN = Q(retired_on__isnull=True, out_of_scope_on__isnull=True)
"""Entries that something new may answer."""


class SeenField(forms.CharField):
    """Numbers of the rows that were ticked when the page was shown; ``None`` from a page that did not say."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput, required=False)

    def prepare_value(self, value: Any) -> Any:
        return value if value is None or isinstance(value, str) else "-" + "-".join(map(str, value))

    def clean(self, value: Any) -> Any:
        return {int(part) for part in value.split("-") if part.isdecimal() and len(part) < 19} if value else None


class LinkForm(Form):
    """What an artefact answers: what is in scope, and what it is linked to already.

    ``seen_recommendations`` and ``seen_areas`` are what it was linked to when the page was shown.
    """

    seen_recommendations = SeenField()
    seen_areas = SeenField()

    recommendations = EntryChoices(
        Recommendation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="AWG recommendations it answers",
    )
    areas = EntryChoices(
        DesignArea.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Design areas it covers",
    )
    reason = conditional(words("Reason", rows=2, hint="Needed where a link is taken away."))

    def __init__(self, *args: Any, artefact: Artefact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, model in (("recommendations", Recommendation), ("areas", DesignArea)):
            held = LINKS[model.kind].objects.filter(artefact=artefact).values_list(f"{model.kind}_id", flat=True)
            field: Any = self.fields[name]
            field.initial = self.fields[f"seen_{name}"].initial = list(held)
            field.queryset = model._default_manager.filter(OPEN | Q(pk__in=field.initial))
            if not field.queryset.exists():
                field.help_text = f"The register of {model.called}s has nothing in scope so far."

    def seen(self) -> dict[str, set[int]] | None:
        """By kind of entry, what was ticked when the page was shown."""
        found = {kind: self.cleaned_data[f"seen_{kind}s"] for kind in LINKS}
        return None if None in found.values() else found


class EntryLinkForm(Form):
    """Which artefacts answer an entry, of ``among``: those that whoever asks may link.

    ``seen`` are those that did when the page was shown.
    """

    seen = SeenField()
    artefacts = ArtefactChoices(
        Artefact.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Artefacts that answer it",
        help_text="Offered are the design artefacts that you write. Links of others stay as they are.",
    )
    reason = conditional(words("Reason", rows=2, hint="Needed where a link is taken away."))

    def __init__(self, *args: Any, entry: AnyEntry, among: list[Artefact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [artefact.pk for artefact in among]
        held = LINKS[entry.kind].objects.filter(artefact__in=offered, **{entry.kind: entry})
        field: Any = self.fields["artefacts"]
        field.queryset = Artefact.objects.filter(pk__in=offered)
        field.initial = self.fields["seen"].initial = list(held.values_list("artefact", flat=True))
        if not offered:
            field.help_text = "There is no design artefact that you write."


class PlaceForm(Form):
    """One place up or down."""

    by = forms.TypedChoiceField(choices=[("-1", "Up"), ("1", "Down")], coerce=int)


class WordsForm(Form):
    """The words of an entry of a register of ``kind``; ``words`` are the names of their fields."""

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.names(kind):
            self.fields[name] = self._field(kind, name)
        self.words = self.names(kind)

    @staticmethod
    def names(kind: str) -> tuple[str, ...]:
        """The fields of the words of that kind."""
        return tuple(name for name, _ in operations.WORDS[kind])

    @staticmethod
    def _field(kind: str, name: str) -> forms.CharField:
        if name == "title":
            return forms.CharField(max_length=120, label="Title")
        if name == "source":
            return forms.CharField(
                max_length=200, required=False, label="Source", help_text="The AWG’s document, its version, its clause."
            )
        if kind == Recommendation.kind:
            return words("Text", rows=4, hint="In the words of the AWG.")
        return words("Text", rows=3, required=False, hint="What it means, in a sentence or two.")


class EntryForm(WordsForm):
    """A new entry."""

    reference = forms.CharField(
        max_length=20,
        label="Reference",
        help_text="What people say aloud. It is not changed afterwards.",
        widget=forms.TextInput(attrs={"size": 16, "autocapitalize": "characters"}),
    )


class RewordForm(WordsForm):
    """Other words for an entry, and why. ``seen`` is the wording that the page showed."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, kind=kind, **kwargs)
        self.fields["reason"] = words("Reason", rows=2, hint="For the record.")


class ImportForm(Form):
    """A table of recommendations to look at."""

    file = TableField(
        header=sheets.COLUMNS,
        label="Table",
        help_text="An Excel workbook (.xlsx), whose first sheet is read, or CSV in UTF-8 with commas or semicolons; at "
        "most 1,000 rows and 5 MB.",
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].bind(person=actor.person, at=actor.at)  # type: ignore[attr-defined]


class ImportConfirmForm(Form):
    """The yes to what was shown. ``seen`` is its digest."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    reason = conditional(words("Why they are reworded", rows=2, hint="For the record, once for all of them."))

    def shown(self, seen: str, reworded: int) -> "ImportConfirmForm":
        """The form as the page has it: what the next press sends is what the page shows."""
        if not reworded:
            del self.fields["reason"]
        self.initial["seen"] = seen
        if self.is_bound:
            self.data = {**dict(self.data.items()), "seen": seen}
        return self


def rows_of(table: list[TableRow]) -> list[operations.RecommendationRow]:
    """The rows as operations take them; one that cannot be taken says why when it is tried."""
    return [_row_of(line) for line in table]


def _row_of(line: TableRow) -> operations.RecommendationRow:
    reference, text, source = line.cells
    refusal = "Source: at most 200 letters." if len(source) > 200 else ""
    return operations.RecommendationRow(line.number, reference, text, source, refusal)


class HandOverForm(Form):
    """Who writes a document from now on, and who answers for it."""

    author = SeatChoice(Seat.objects.none(), empty_label="Choose a seat", help_text="Uploads, answers, assesses.")
    owner = SeatChoice(Seat.objects.none(), empty_label="Choose a seat", help_text="Answers for it within the group.")
    reason = words("Reason", rows=2, hint="For the record.")

    def __init__(self, *args: Any, artefact: Artefact, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seats = Seat.objects.current(clock.today(at)).with_names().order_by("role", "organisation__name")
        barred = rules.NOT_ON_PROCUREMENT if artefact.kind == Kind.PROCUREMENT else frozenset()
        for name, roles in (("author", rules.AUTHORS), ("owner", rules.OWNERS)):
            field: Any = self.fields[name]
            field.queryset = seats.filter(role__in=roles - barred)
            field.initial = getattr(artefact, f"{name}_id")


class DelegateForm(Form):
    """Who validates the answers on an artefact beside the chair, and to the end of which day."""

    seat = SeatChoice(
        Seat.objects.none(),
        empty_label="Choose a seat",
        label="Who validates",
        help_text="An analyst or an architect who does not answer the comments.",
    )
    until = Day(required=False, label="Until", help_text="The last day. Empty: until you take it back.")
    reason = words("Reason", rows=2, hint="For the record.")

    def __init__(self, *args: Any, artefact: Artefact, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seats = Seat.objects.current(clock.today(at)).with_names().filter(role__in=rules.DELEGATES)
        field: Any = self.fields["seat"]
        field.queryset = seats.exclude(pk__in=[artefact.author_id, artefact.owner_id]).order_by("role", "pk")


class ReadersForm(Form):
    """Who may read a version: its marking, and the names that two of the markings ask for."""

    marking = forms.ChoiceField(
        choices=[(value, Choice(label, hint=MARKING_HINTS[Marking(value)])) for value, label in Marking.choices],
        widget=forms.RadioSelect,
        initial=Marking.AMBER,
        label="Marking",
    )
    organisations = forms.ModelMultipleChoiceField(
        Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Organisations that may read it",
        help_text="For TLP:AMBER+STRICT alone. The author’s organisation is always among them.",
    )
    people = forms.ModelMultipleChoiceField(
        Person.objects.none(),
        to_field_name="public_id",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="People who may read it",
        help_text="For TLP:RED and procurement support alone. The author is always among them.",
    )

    def __init__(self, *args: Any, actor: Actor, artefact: Artefact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seats = Seat.objects.current(clock.today(actor.at))
        if artefact.kind == Kind.PROCUREMENT:
            seats = seats.exclude(role__in=rules.NOT_ON_PROCUREMENT)
        people: Any = self.fields["people"]
        people.queryset = Person.objects.filter(pk__in=seats.values("person"))
        organisations: Any = self.fields["organisations"]
        organisations.queryset = Organisation.objects.filter(pk__in=seats.values("organisation"))


class UploadForm(ReadersForm):
    """A version: a file, what it is called, who may read it."""

    file = KeptFileField(label="File", help_text="A PDF of at most 100 MB and 2,000 pages, not encrypted.")
    label = forms.CharField(
        max_length=12,
        label="Label",
        help_text="Two numbers, greater than the last: 0.1, 0.2, 1.0.",
        widget=forms.TextInput(attrs={"size": 8}),
    )
    change_note = words(
        "What changed", rows=3, required=False, hint="One or two sentences that tell a reader where to look."
    )
    field_order = ("file", "label", "change_note")

    def __init__(self, *args: Any, actor: Actor, first: bool, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        if first:
            self.fields["change_note"].label = "What it is"
        file: Any = self.fields["file"]
        file.bind(person=actor.person, at=actor.at)


class RemarkForm(ReadersForm):
    """Another marking, other readers. ``seen`` is the digest of the effect that was shown; empty before it was."""

    reason = words("Reason", rows=2, hint="For the record.")
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class SettleForm(Form):
    """The answer to what was shown: which proposal, and the digest of its effect."""

    remarking = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class DeclineForm(SettleForm):
    """Why a wider marking is not confirmed."""

    reason = words("Why not", rows=2)


# ------------------------------------------------------------------------------------------------------- consultations


TO_ANYBODY = (
    "For a TLP:CLEAR security design alone. Anybody reads its title and the document on the public pages, and may "
    "comment."
)


class OpenConsultationForm(Form):
    """A window: until when, and whom else to invite."""

    closes_on = Day(label="Last day", help_text="It closes by itself at 17:00 on a working day.")
    reason_short = words("Why it is shorter", rows=2, required=False, hint="Only the chair opens a shorter one.")
    partners = SeatChoices(
        Seat.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Also invite",
        help_text="A partner reads the version while this consultation is open, and no longer.",
    )
    public = forms.BooleanField(required=False, label="Open it to the wider industry too", help_text=TO_ANYBODY)

    def __init__(self, *args: Any, actor: Actor, version: Version, marking: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_name = marking in {Marking.RED, Marking.STRICT} or version.artefact.kind == Kind.PROCUREMENT
        seats = Seat.objects.current(clock.today(actor.at)).filter(role=Role.PARTNER).with_names()
        partners: Any = self.fields["partners"]
        partners.queryset = seats
        if by_name or not seats:
            del self.fields["partners"]
        if rules.acting_role(actor) != Role.CHAIR:
            del self.fields["reason_short"]


class CommentForm(Form):
    """One comment. The text is all that has to be typed. ``seen`` is when the words to be changed were last changed."""

    text = words("Comment", rows=4)
    proposed_change = words("Proposed change", rows=2, required=False, hint="The words you would put there.")
    page = forms.IntegerField(min_value=1, max_value=10_000, required=False, label="Page")
    section = forms.CharField(
        max_length=60, required=False, label="Section", widget=forms.TextInput(attrs={"size": 16})
    )
    quoted = words("Quoted text", rows=2, required=False)
    type = forms.ChoiceField(choices=CommentType.choices, initial=CommentType.TECHNICAL, label="Type")
    severity = forms.ChoiceField(choices=Severity.choices, initial=Severity.MEDIUM, label="Severity")
    draft = forms.IntegerField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class CommentTableField(TableField):
    """A table of comments on ``version``, which its form names: one for another version is not kept."""

    version: Version

    def inspector(self, path: Path, *, name: str) -> Inspection:
        found, rows = tables.inspect_laid_out(path, name=name, layout=comment_sheets.LAYOUT)
        comment_sheets.rows_for(self.version, rows)
        return found


class CommentTableForm(Form):
    """A table of comments to look at."""

    file = CommentTableField(
        header=comment_sheets.COLUMNS,
        label="Table",
        help_text="The template filled in, as an Excel workbook (.xlsx), whose first sheet is read, or CSV in UTF-8; "
        "at most 1,000 rows and 5 MB.",
    )

    def __init__(self, *args: Any, actor: Actor, version: Version, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(CommentTableField, self.fields["file"])
        field.version = version
        field.bind(person=actor.person, at=actor.at)


def comments_of(table: Sequence[TableRow], version: Version) -> list[operations.CommentRow]:
    """The rows of a table of comments as operations take them; what cannot be taken says why when it is tried.

    Raises ``Unacceptable`` for the table of another version.
    """
    return [_comment_of(line, version) for line in comment_sheets.rows_for(version, table)]


def _comment_of(line: TableRow, version: Version) -> operations.CommentRow:
    number, section, page, quoted, kind, severity, text, proposed = line.cells
    wrong: list[str] = []
    given: dict[str, Any] = {
        "comment": _whole(number, "No: A whole number, such as 3, or nothing for a new comment.", wrong),
        "section": _at_most(60, plain(section), "Section", wrong),
        "page": _page(page, version, wrong),
        "quoted": _at_most(LONG, quoted, "Quoted text", wrong),
        "type": _one_of(CommentType.choices, kind, "Type", wrong),
        "severity": _one_of(Severity.choices, severity, "Severity", wrong),
        "text": _at_most(LONG, text, "Comment", wrong),
        "proposed_change": _at_most(LONG, proposed, "Proposed change", wrong),
    }
    if not text and not number:
        wrong.append("Comment: Write the comment.")
    return operations.CommentRow(line.number, **given, refusal=" ".join(wrong))


def _whole(value: str, sentence: str, wrong: list[str]) -> int | None:
    if not value:
        return None
    if value.isascii() and value.isdigit() and int(value[:7]) > 0 and len(value) <= 6:
        return int(value)
    wrong.append(sentence)
    return None


def _page(value: str, version: Version, wrong: list[str]) -> int | None:
    sentence = "Page: A whole number, such as 14, or nothing for the whole document."
    found = _whole(value, sentence, wrong)
    why = rules.page_trouble(version, found) if found else ""
    if why:
        wrong.append(f"Page: {why}")
    return found


def _at_most(most: int, value: str, column: str, wrong: list[str]) -> str:
    if len(value) > most:
        wrong.append(f"{column}: At most {most:,} letters, and this has {len(value):,}.")
    return value


def _one_of(choices: Sequence[tuple[str, Any]], value: str, column: str, wrong: list[str]) -> str:
    for known, label in choices:
        if value.casefold() in {known, str(label).casefold()}:
            return str(known)
    if value:
        wrong.append(f"{column}: {', '.join(str(label) for _, label in choices)}, and not “{value[:40]}”.")
    return ""


class PublicCommentForm(VisitorForm):
    """A comment from the wider industry, and who sends it."""

    address = forms.EmailField(
        label="Email address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="We send a link there that confirms that it is yours, and later the answer.",
    )
    section = Line(max_length=60, required=False, label="Section", widget=forms.TextInput(attrs={"size": 16}))
    page = forms.IntegerField(min_value=1, max_value=10_000, required=False, label="Page")
    type = forms.ChoiceField(choices=CommentType.choices, initial=CommentType.TECHNICAL, label="Type")
    text = words("Comment", rows=6)
    proposed_change = words("Proposed change", rows=3, required=False, hint="The words you would put there.")

    field_order = ("name", "organisation", "address", "section", "page", "type", "text", "proposed_change")


class AnswerForm(Form):
    """The answer to one comment. ``seen`` is when the answer that stood there was given; empty for none."""

    answer = forms.ChoiceField(choices=[("", "Choose an answer"), *Answer.choices], label="Answer")
    reason = conditional(words("Reason", rows=2, hint="Needed for every answer but “Accepted”, exactly as proposed."))
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class DispositionForm(AnswerForm):
    """The same, to a comment of a seat. ``words_of`` is when the comment's own words were last changed."""

    words_of = forms.CharField(widget=forms.HiddenInput, required=False)


class PublicAnswerForm(AnswerForm):
    """The same, to a comment from the wider industry."""


class ReleaseForm(Form):
    """Which comments from the wider industry others may read from now on, by their ids."""

    comments = forms.TypedMultipleChoiceField(coerce=int, label="Comments")

    def __init__(self, *args: Any, held: Iterable[PublicComment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["comments"]
        field.choices = [(row.pk, industry.who_sent(row)) for row in held]
        field.error_messages["required"] = "Choose at least one comment."


class ValidateForm(Form):
    """The chair's word on the answer that was shown: the one proposed at that moment (ISO 8601), and no later one."""

    proposed_at = forms.CharField(widget=forms.HiddenInput, required=False)


class ValidateTogetherForm(Form):
    """The chair's word on all the answers that were shown and nobody contests. ``seen`` is their digest."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class ContestForm(Form):
    """Why an answer is not to be validated with the others."""

    why = words("What is wrong with the answer", rows=2)


class LastWordForm(Form):
    """What the commenter says to the answer. ``seen`` is when it was validated (ISO 8601)."""

    word = forms.ChoiceField(choices=Word.choices, widget=forms.RadioSelect, label="Your last word")
    text = conditional(words("Why", rows=2, hint="Needed for “Maintained”: what the answer does not settle."))
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class CommentChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A comment by number, version and the beginning of its words."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number} on {obj.version.label}, {obj.acting_as}: {obj.text[:60]}"


class DuplicateForm(Form):
    """Which other comment says the same."""

    def __init__(self, *args: Any, comments: QuerySet[Comment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["of"] = CommentChoice(
            queryset=comments, required=False, empty_label="None: it stands for itself", label="Says the same as"
        )


class ResolvesForm(Form):
    """The comments that a version resolves."""

    def __init__(self, *args: Any, comments: QuerySet[Comment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["comments"] = conditional(
            ResolvedChoices(queryset=comments, widget=forms.CheckboxSelectMultiple, label="It resolves")
        )


class ResolvedChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Comments by place and words, with what was answered."""

    def label_from_instance(self, obj: Any) -> str:
        answer = obj.disposition.get_answer_display()
        hint = f"{answer}{f': {obj.disposition.reason}' if obj.disposition.reason else ''}"
        return Choice(f"Comment {obj.number} on {obj.version.label}: {obj.text[:120]}", hint=hint[:200])


class ExtendForm(ReasonForm):
    """The later day on which a window closes, and why; and whether one that is not ``public`` becomes so."""

    closes_on = Day(label="New last day", help_text="A working day; it closes at 17:00.")
    public = forms.BooleanField(required=False, label="Open it to the wider industry too", help_text=TO_ANYBODY)
    field_order = ("closes_on", "reason", "public")

    def __init__(self, *args: Any, public: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if public:
            del self.fields["public"]


# --------------------------------------------------------------------------------------------------------- assessments

IMPACT_CHOICES = [("", "Not stated"), (Impact.SOME, "Impact"), (Impact.NIL, "No impact")]
ALIGNMENT_CHOICES = [
    ("", "Not assessed"),
    (Alignment.ALIGNED, "Aligned"),
    (Alignment.DEPARTS, "Departs"),
    (Alignment.NOT_APPLICABLE, "Not applicable"),
]


AssessmentRow = tuple[MatrixLine | ImpactLine, forms.BoundField, forms.BoundField, forms.BoundField | None]


class AssessmentForm(Form):
    """Both matrices on one page. A cell left blank stays blank; one that is half filled says what it lacks.

    ``before`` are the cells of the version before this one. They are carried forward as "to re-check": one that is
    sent as it was counts only where its box "still so" is ticked, or that of its whole table.
    """

    all_alignment = forms.BooleanField(required=False, label="Everything carried forward below is still so")
    all_impact = forms.BooleanField(required=False, label="Everything carried forward below is still so")

    def __init__(
        self,
        *args: Any,
        principles: list[MatrixLine],
        impacts: list[ImpactLine],
        before: tuple[list[MatrixLine], list[ImpactLine]] = ([], []),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.principles, self.impacts = principles, impacts
        former = {row.id: row for row in before[0] if row.value}
        former_impacts = {row.id: row for row in before[1] if row.value}
        self.carried: dict[str, tuple[str, str]] = {}
        for line in principles:
            cell = line if line.value else former.get(line.id, line)
            if cell is not line:
                self._carry("alignment", line.id, line.reference, (cell.value, cell.why))
            self.fields[f"alignment_{line.id}"] = self._choice(
                ALIGNMENT_CHOICES, f"{line.reference} {line.title}", cell.value
            )
            self.fields[f"why_{line.id}"] = self._words(f"Why, for {line.reference}", cell.why)
        for place in impacts:
            stated = place if place.value else former_impacts.get(place.id, place)
            if stated is not place:
                self._carry("impact", place.id, place.constituency, (stated.value, stated.text))
            self.fields[f"impact_{place.id}"] = self._choice(IMPACT_CHOICES, place.constituency, stated.value)
            self.fields[f"text_{place.id}"] = self._words(f"What it means for {place.constituency}", stated.text)

    def _carry(self, kind: str, pk: int, name: str, was: tuple[str, str]) -> None:
        self.carried[f"{kind}_{pk}"] = was
        self.fields[f"same_{kind}_{pk}"] = forms.BooleanField(required=False, label=name)

    @staticmethod
    def _choice(choices: list[Any], label: str, initial: str) -> forms.ChoiceField:
        return forms.ChoiceField(choices=choices, required=False, label=label, initial=initial)

    @staticmethod
    def _words(label: str, initial: str) -> forms.CharField:
        widget = forms.Textarea(attrs={"rows": 2})
        return forms.CharField(widget=widget, max_length=LONG, required=False, label=label, initial=initial)

    def clean(self) -> dict[str, Any]:
        """Every cell that is half filled is named, not only the first."""
        data: dict[str, Any] = super().clean() or {}
        for line in self.principles:
            value, why = data.get(f"alignment_{line.id}", ""), data.get(f"why_{line.id}", "").strip()
            if value == Alignment.DEPARTS and not why:
                self.add_error(f"why_{line.id}", f"Say why it departs from {line.reference}.")
            if why and not value:
                self.add_error(f"alignment_{line.id}", f"Choose how it stands to {line.reference}.")
        for place in self.impacts:
            value, text = data.get(f"impact_{place.id}", ""), data.get(f"text_{place.id}", "").strip()
            if value and not text:
                wanted = "Say what the impact is" if value == Impact.SOME else "Say why there is none"
                self.add_error(f"text_{place.id}", f"{wanted} for {place.constituency}.")
            if text and not value:
                self.add_error(f"impact_{place.id}", f"Choose what it means for {place.constituency}.")
        return data

    def cells(self) -> tuple[dict[int, tuple[str, str]], dict[int, tuple[str, str]]]:
        """What was filled, as ``operations.assess`` takes it."""
        principles = {row.id: self._cell("alignment", "why", row.id) for row in self.principles}
        impacts = {row.id: self._cell("impact", "text", row.id) for row in self.impacts}
        return _filled(principles), _filled(impacts)

    def _cell(self, kind: str, words: str, pk: int) -> tuple[str, str]:
        """One cell; blank while it is carried forward and nobody said that it is still so."""
        data = self.cleaned_data
        cell: tuple[str, str] = (data[f"{kind}_{pk}"], data[f"{words}_{pk}"].strip())
        rechecked = data[f"all_{kind}"] or data.get(f"same_{kind}_{pk}")
        return cell if rechecked or cell != self.carried.get(f"{kind}_{pk}") else ("", "")

    def principle_rows(self) -> list[AssessmentRow]:
        """A line of the table each: the principle, its choice, its words, its "still so"."""
        return [(row, *self._bound("alignment", "why", row.id)) for row in self.principles]

    def impact_rows(self) -> list[AssessmentRow]:
        """A line of the table each: the constituency, its choice, its words, its "still so"."""
        return [(row, *self._bound("impact", "text", row.id)) for row in self.impacts]

    def _bound(
        self, kind: str, words: str, pk: int
    ) -> tuple[forms.BoundField, forms.BoundField, forms.BoundField | None]:
        same = f"same_{kind}_{pk}"
        return self[f"{kind}_{pk}"], self[f"{words}_{pk}"], self[same] if same in self.fields else None

    def carries(self, kind: str) -> bool:
        """Whether a cell of the table is carried forward."""
        return any(name.startswith(kind) for name in self.carried)

    @property
    def carries_principles(self) -> bool:
        return self.carries("alignment")

    @property
    def carries_impacts(self) -> bool:
        return self.carries("impact")


def _filled(cells: dict[int, tuple[str, str]]) -> dict[int, tuple[str, str]]:
    return {pk: cell for pk, cell in cells.items() if cell[0]}


class TwoVersionsForm(Form):
    """Which two versions to compare, in either order."""

    since = forms.ChoiceField(label="From")
    to = forms.ChoiceField(label="To")

    def __init__(self, *args: Any, versions: Iterable[Version], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(row.label, row.label) for row in versions]
        for name in ("since", "to"):
            cast(forms.ChoiceField, self.fields[name]).choices = choices

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("since") and data.get("since") == data.get("to"):
            self.add_error("to", "Choose two different versions.")
        return data
