"""Forms of meetings, agendas and papers. The names of fields are those the rules' refusals name."""

from collections.abc import Container, Iterable
from datetime import time
from typing import Any

from django import forms
from django.db.models import QuerySet

from artefacts.forms import SeatChoices
from artefacts.models import Artefact, Version
from artefacts.states import Kind
from meetings.models import AgendaItem, Meeting
from meetings.rules import FILE_MARKINGS
from meetings.states import ItemType
from sdwg import clock
from sdwg.files.forms import KeptFileField
from sdwg.forms import Form, ReasonForm
from sdwg.members.access import Actor
from sdwg.members.models import Seat

__all__ = [
    "CancelForm",
    "CirculateForm",
    "FilePaperForm",
    "ItemForm",
    "MeetingForm",
    "MoveForm",
    "OpenForm",
    "RestrictForm",
    "RestrictMeetingForm",
    "VersionPaperForm",
]

LONGEST_ITEM = 480


class MeetingForm(Form):
    """When and where a meeting is. Times are London's."""

    day = forms.DateField(
        label="Day", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), help_text="London date."
    )
    starts = forms.TimeField(
        label="Starts", initial=time(10), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ends = forms.TimeField(
        label="Ends", initial=time(12), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    place = forms.CharField(
        label="Place",
        max_length=200,
        required=False,
        help_text='A room, or "Online". It stands in the public list too.',
    )
    link = forms.URLField(
        label="Joining link",
        required=False,
        assume_scheme="https",
        help_text="Shown to everybody with a seat, on the meeting's page alone.",
    )
    title = forms.CharField(
        label="Topic", max_length=160, required=False, help_text="For a meeting about one thing; it stands in the list."
    )
    ad_hoc = forms.BooleanField(
        label="An ad hoc meeting",
        required=False,
        help_text="Numbered after the regular meeting before it: SDWG 14.1.",
    )

    def __init__(self, *args: Any, meeting: Meeting | None = None, **kwargs: Any) -> None:
        if meeting:
            starts, ends = clock.london(meeting.starts_at), clock.london(meeting.ends_at)
            kwargs["initial"] = {
                "day": starts.date(),
                "starts": starts.time(),
                "ends": ends.time(),
                "place": meeting.place,
                "link": meeting.link,
                "title": meeting.title,
            }
        super().__init__(*args, **kwargs)
        if meeting:
            del self.fields["ad_hoc"]

    def facts(self) -> dict[str, Any]:
        """What ``schedule`` and ``change`` take: the two moments in UTC, and the words."""
        data = self.cleaned_data
        words: dict[str, Any] = {name: data[name] for name in ("title", "place", "link", "ad_hoc") if name in data}
        return {
            "starts_at": clock.at_london(data["day"], data["starts"]),
            "ends_at": clock.at_london(data["day"], data["ends"]),
            **words,
        }


class ItemForm(Form):
    """One row of an agenda."""

    title = forms.CharField(label="Item", max_length=160)
    type = forms.ChoiceField(label="Type", choices=ItemType.choices, initial=ItemType.DISCUSSION)
    objective = forms.CharField(
        label="Objective", max_length=300, required=False, help_text="What the item should have reached when it ends."
    )
    lead = forms.CharField(
        label="Lead(s)", max_length=120, required=False, help_text="By role, for example Design Business Analyst."
    )
    minutes = forms.IntegerField(
        label="Minutes", min_value=1, max_value=LONGEST_ITEM, initial=10, widget=forms.NumberInput(attrs={"size": 4})
    )

    @classmethod
    def of(cls, item: AgendaItem, *args: Any) -> "ItemForm":
        """The form of an item that is there already."""
        names = ("title", "type", "objective", "lead", "minutes")
        return cls(*args, initial={name: getattr(item, name) for name in names})


class MoveForm(Form):
    """One button: up or down."""

    by = forms.TypedChoiceField(choices=[(-1, "Up"), (1, "Down")], coerce=int)


class VersionPaperForm(Form):
    """A version of an artefact as a paper."""

    version = forms.TypedChoiceField(label="Version", coerce=int, empty_value=None)
    ask = forms.CharField(
        label="What is asked of the group", max_length=200, required=False, help_text="It stands on the control sheet."
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Choose a version"), *_versions(actor)]
        self.fields["version"].choices = choices  # type: ignore[attr-defined]


def _versions(actor: Actor) -> Iterable[tuple[int, str]]:
    """Every version whose artefact this person sees, newest first within an artefact, as they may call it."""
    seen = {row.pk: row for row in Artefact.objects.visible_to(actor).order_by("number")}
    versions = Version.objects.filter(artefact__in=seen).order_by("artefact__number", "-order")
    for version in versions.values_list("pk", "artefact", "label", named=True):
        artefact = seen[version.artefact]
        kind = ", procurement support" if artefact.kind == Kind.PROCUREMENT else ""
        yield version.pk, f"{artefact.reference} {version.label}: {vars(artefact)['shown_title']}{kind}"


class FilePaperForm(Form):
    """A file of its own as a paper."""

    file = KeptFileField(label="File")
    title = forms.CharField(label="Title", max_length=160, help_text="It stands in the agenda, which every seat reads.")
    marking = forms.ChoiceField(
        label="Marking",
        choices=[("", "Choose a marking"), *((marking.value, marking.label) for marking in FILE_MARKINGS)],
        help_text="A narrower one needs named readers: register the document as an artefact.",
    )
    ask = forms.CharField(
        label="What is asked of the group", max_length=200, required=False, help_text="It stands on the control sheet."
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["file"]
        assert isinstance(field, KeptFileField)  # noqa: S101 (it is declared above)
        field.bind(person=actor.person, at=actor.at)


class RestrictForm(ReasonForm):
    """Closes an item, or opens it again; the reason goes on record."""

    restricted = forms.TypedChoiceField(
        choices=[("yes", "Close it"), ("no", "Open it")], coerce=lambda value: value == "yes", widget=forms.HiddenInput
    )


class RestrictMeetingForm(ReasonForm):
    """Who stays at a meeting that the chair closes: the current seats other than observers, unless it is changed."""

    restricted = forms.CharField(initial="yes", widget=forms.HiddenInput)
    seats = SeatChoices(
        Seat.objects.none(),
        label="Seats that stay",
        widget=forms.CheckboxSelectMultiple,
        help_text="Chair and secretariat stay in any case. To everybody else it is as if there were no meeting.",
    )
    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}), max_length=300, label="Reason", help_text="It goes on record."
    )

    field_order = ("seats", "reason")

    def __init__(self, *args: Any, seats: QuerySet[Seat], stay: Container[int], **kwargs: Any) -> None:
        kwargs["initial"] = {"restricted": "yes", "seats": [seat.pk for seat in seats if seat.pk in stay]}
        super().__init__(*args, **kwargs)
        self.fields["seats"].queryset = seats  # type: ignore[attr-defined]


class CancelForm(ReasonForm):
    """Why a meeting does not take place; everybody invited reads it."""


class CirculateForm(Form):
    """Sends a pack to the people, and with the withheld papers, that the page showed: ``seen`` is their digest."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class OpenForm(Form):
    """Opens a meeting; without a pack, with the reason why there is none."""

    no_pack_reason = forms.CharField(
        label="Why it is held without a pack", max_length=300, widget=forms.Textarea(attrs={"rows": 3}), required=False
    )

    def __init__(self, *args: Any, with_pack: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if with_pack:
            del self.fields["no_pack_reason"]
