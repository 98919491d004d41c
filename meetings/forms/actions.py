"""Forms of actions. Those that change something carry the revision they were made for (``seen``)."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.db.models import QuerySet

from artefacts.forms import SeatChoices
from artefacts.models import Version
from meetings.models import AgendaItem, Decision
from meetings.operations import Evidence
from meetings.rules import ACTION_TEXT
from sdwg.files.forms import KeptFileField
from sdwg.forms import Form, Line, conditional
from sdwg.members.models import Person, Seat

__all__ = [
    "ActionReasonForm",
    "BringActionForm",
    "ChangeActionForm",
    "EvidenceForm",
    "RaiseActionForm",
    "ReopenActionForm",
]

NOBODY = "Name who does it: an action that nobody owns is done by nobody."


class DueField(forms.DateField):
    """A day; the action is due at 17:00."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class VersionChoices(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Versions that its reader may read, by what they are called."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.audit_ref}: {obj.artefact.title}"


class ItemChoices(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Items by their title."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.title)


class DecisionChoices(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Decisions by what they ask."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.reference}: {obj.question[:80]}"


def _words(label: str, help_text: str = "", rows: int = 4, letters: int = 2 * ACTION_TEXT) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, max_length=letters, widget=forms.Textarea(attrs={"rows": rows})
    )


class _UndertakenForm(Form):
    """What is to be done, by whom, until when."""

    text = _words("What is to be done", "One thing, so that it can be closed.", 3, ACTION_TEXT)
    owners = SeatChoices(
        Seat.objects.none(),
        label="Owners",
        widget=forms.CheckboxSelectMultiple,
        help_text="Their seats, not the people: whoever succeeds them takes it over.",
        error_messages={"required": NOBODY},
    )
    due = DueField(label="Due", help_text="At 17:00 of that day.")

    def __init__(self, *args: Any, seats: QuerySet[Seat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owners"].queryset = seats  # type: ignore[attr-defined]

    def undertaken(self) -> dict[str, Any]:
        """What both operations take."""
        return {name: self.cleaned_data[name] for name in ("text", "owners", "due")} | {
            "owners": list(self.cleaned_data["owners"])
        }


class RaiseActionForm(_UndertakenForm):
    """An action of a meeting; what it hangs on says who reads it."""

    item = ItemChoices(AgendaItem.objects.none(), label="Item", required=False, empty_label="No single item")
    version = VersionChoices(
        Version.objects.none(),
        label="About a document",
        required=False,
        empty_label="No document",
        help_text="Then only those who may read that version see the action. Without one, every seat does.",
    )
    decision = DecisionChoices(
        Decision.objects.none(), label="From a decision", required=False, empty_label="No decision"
    )

    def __init__(
        self,
        *args: Any,
        items: QuerySet[AgendaItem],
        versions: QuerySet[Version],
        decisions: QuerySet[Decision],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("item", items), ("version", versions), ("decision", decisions)):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        for name, any_of in (("version", versions), ("decision", decisions)):
            if not any_of:
                del self.fields[name]

    def given(self) -> dict[str, Any]:
        """What the operation takes."""
        return self.undertaken() | {name: self.cleaned_data.get(name) for name in ("item", "version", "decision")}


class BringActionForm(_UndertakenForm):
    """An action from before this system."""

    before = Line(label="Raised at", max_length=120, help_text="The meeting and its date, as its minutes call it.")

    field_order = ("text", "before", "owners", "due")

    def given(self) -> dict[str, Any]:
        return self.undertaken() | {"before": self.cleaned_data["before"]}


class _SeenForm(Form):
    """``seen`` is the revision of the action that the page showed."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ChangeActionForm(_SeenForm):
    """Other owners, or another day, and why."""

    owners = SeatChoices(
        Seat.objects.none(), label="Owners", widget=forms.CheckboxSelectMultiple, error_messages={"required": NOBODY}
    )
    due = DueField(label="Due")
    reason = _words("Reason", "The owners read it, and it stays beside what it was before.", 3)

    def __init__(self, *args: Any, seats: QuerySet[Seat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owners"].queryset = seats  # type: ignore[attr-defined]


class EvidenceForm(_SeenForm):
    """Words, the address of a page, a file. Which of them is asked for, the operation knows."""

    text = conditional(_words("What was done"))
    link = forms.URLField(
        label="Link to the evidence",
        required=False,
        max_length=500,
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"])],
    )
    file = KeptFileField(label="File", required=False)

    def __init__(
        self, *args: Any, person: Person | None, at: datetime, label: str = "What was done", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label
        field = self.fields["file"]
        assert isinstance(field, KeptFileField)  # noqa: S101 (it is declared above)
        field.help_text = "A PDF. Whoever may read the action can save it."
        field.bind(person=person, at=at)

    def evidence(self) -> Evidence:
        """What the operations take."""
        data = self.cleaned_data
        staged = data["file"]
        return Evidence(data["text"], data["link"], staged.stored if staged else None, staged.name if staged else "")


class ActionReasonForm(_SeenForm):
    """Why."""

    reason = _words("Reason", "The owners read it, and it goes on record.")


class ReopenActionForm(ActionReasonForm):
    """Why, and until when."""

    due = DueField(label="Due", help_text="At 17:00 of that day.")
