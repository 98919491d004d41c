"""Forms of meetings, agendas and papers. The names of fields are those the rules' refusals name."""

from collections.abc import Container, Iterable
from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from artefacts.forms import SeatChoices
from artefacts.models import Artefact, Version
from artefacts.states import Kind
from meetings.models import AgendaItem, Meeting
from meetings.rhythm import no_such_hour, why_off
from meetings.rules import FILE_MARKINGS
from meetings.states import ItemType, Scope
from sdwg import clock, dates, workdays
from sdwg.files.forms import KeptFileField
from sdwg.forms import Form, ReasonForm, conditional
from sdwg.members.access import Actor
from sdwg.members.models import Role, Seat

__all__ = [
    "CancelForm",
    "CirculateForm",
    "FilePaperForm",
    "ItemForm",
    "MeetingForm",
    "MoveForm",
    "OpenForm",
    "PostponeForm",
    "RestrictForm",
    "RestrictMeetingForm",
    "VersionPaperForm",
    "meeting_facts",
    "presiding_seats",
]

LONGEST_ITEM = 480
LONGEST_TITLE = 160


def longest_title() -> dict[str, Any]:
    """How a title that is too long is refused."""
    sentence = f"At most {LONGEST_TITLE} characters; this has %(show_value)d. Shorten it."
    return {
        "max_length": LONGEST_TITLE,
        "error_messages": {"max_length": sentence},
    }


class Presides(forms.ModelChoiceField):  # type: ignore[type-arg]
    """The chair's seat, or a deputy's; left open, whoever acts as the chair on the day (S2)."""

    def __init__(self) -> None:
        super().__init__(
            Seat.objects.none(),
            label="Presides",
            required=False,
            empty_label="Whoever acts as the chair that day",
            help_text="A deputy is named by the chair, for a time, on the members’ page.",
        )
        conditional(self)

    def label_from_instance(self, obj: Any) -> str:
        until = f", until {dates.day(obj.valid_to)}" if obj.valid_to else ""
        return f"{obj.person.display_name}, {obj.get_role_display()}{until}"


def presiding_seats(at: datetime) -> QuerySet[Seat]:
    """The seats that can preside from ``at`` on: the chair's, and those of deputies."""
    rows = Seat.objects.standing().filter(role__in=(Role.CHAIR, Role.DEPUTY), confirmed_at__isnull=False)
    return rows.overlapping(clock.today(at), None).with_names().order_by("role", "valid_from")


class TimesForm(Form):
    """When a meeting is. Times are London's."""

    day = forms.DateField(
        label="Day", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), help_text="London date."
    )
    day_off = forms.BooleanField(label="Hold it on that day all the same", required=False)
    starts = forms.TimeField(
        label="Starts", initial=time(10), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ends = forms.TimeField(
        label="Ends", initial=time(12), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self._on_a_day_off():
            del self.fields["day_off"]

    def _on_a_day_off(self) -> bool:
        """Whether the day that was typed is one on which the group does not work: only then that is asked."""
        if not self.is_bound:
            return False
        try:
            day = self.fields["day"].clean(self.data.get(self.add_prefix("day")))
        except ValidationError:
            return False
        return bool(why_off(day, workdays.bank_holidays()))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in ("starts", "ends"):
            if data.get("day") and data.get(name) and (wrong := no_such_hour(data["day"], data[name])):
                self.add_error(name, wrong)
        return data

    def times(self) -> dict[str, Any]:
        """What the verbs take: the two moments in UTC, and that a day off is meant."""
        data = self.cleaned_data
        return {
            "starts_at": clock.at_london(data["day"], data["starts"]),
            "ends_at": clock.at_london(data["day"], data["ends"]),
            "day_off": data.get("day_off", False),
        }


class PostponeForm(TimesForm):
    """Another time for a meeting to which people are invited, and why."""

    reason = forms.CharField(
        label="Reason",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Everybody invited reads it.",
    )


class MeetingForm(TimesForm):
    """When and where a meeting is, and who presides."""

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
        label="Topic",
        **longest_title(),
        required=False,
        help_text="For a meeting about one thing; it stands in the list.",
    )
    presiding = Presides()
    ad_hoc = forms.BooleanField(
        label="An ad hoc meeting",
        required=False,
        help_text="Numbered after the regular meeting before it: SDWG 14.1.",
    )
    scope = conditional(
        forms.ChoiceField(
            label="Change it for",
            choices=Scope.choices,
            initial=Scope.ONE,
            widget=forms.RadioSelect,
            required=False,
            help_text="Of the others what you change here is changed too: the hour, the length, the place, the link, "
            "who presides. Day and topic are each meeting’s own.",
        )
    )
    own_too = forms.BooleanField(
        label="Also where it was changed for one meeting alone",
        required=False,
        help_text="Otherwise such a meeting keeps its own.",
    )

    def __init__(self, *args: Any, at: datetime, meeting: Meeting | None = None, **kwargs: Any) -> None:
        if meeting:
            kwargs["initial"] = meeting_facts(meeting) | kwargs.pop("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["presiding"].queryset = presiding_seats(at)  # type: ignore[attr-defined]
        usual = Seat.objects.chairing(clock.today(meeting.starts_at)).first() if meeting else None
        if usual and self.initial["presiding"] == usual.pk:
            self.initial["presiding"] = None
        gone = ["ad_hoc"] if meeting else []
        gone += [] if meeting and meeting.series_id else ["scope", "own_too"]
        for name in gone:
            del self.fields[name]

    def facts(self) -> dict[str, Any]:
        """What ``schedule`` and ``change`` take."""
        names = ("title", "place", "link", "ad_hoc", "presiding", "own_too")
        words = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        scope = {"scope": self.cleaned_data["scope"] or Scope.ONE} if "scope" in self.cleaned_data else {}
        return {**self.times(), **words, **scope}


def meeting_facts(meeting: Any) -> dict[str, Any]:
    """What the form of a meeting shows by the names of its fields; also of how it was in its history."""
    starts, ends = clock.london(meeting.starts_at), clock.london(meeting.ends_at)
    return {
        "day": starts.date(),
        "starts": starts.time(),
        "ends": ends.time(),
        "place": meeting.place,
        "link": meeting.link,
        "title": meeting.title,
        "presiding": meeting.presiding_id,
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

    scope = conditional(
        forms.ChoiceField(
            label="Close", choices=Scope.choices, initial=Scope.ONE, widget=forms.RadioSelect, required=False
        )
    )

    field_order = ("scope", "seats", "reason")

    def __init__(
        self, *args: Any, seats: QuerySet[Seat], stay: Container[int], of_series: bool = False, **kwargs: Any
    ) -> None:
        kwargs["initial"] = {"restricted": "yes", "seats": [seat.pk for seat in seats if seat.pk in stay]}
        super().__init__(*args, **kwargs)
        if not of_series:
            del self.fields["scope"]
        self.fields["seats"].queryset = seats  # type: ignore[attr-defined]


class CancelForm(ReasonForm):
    """Why a meeting does not take place; everybody invited reads it."""

    scope = conditional(
        forms.ChoiceField(
            label="Cancel", choices=Scope.choices, initial=Scope.ONE, widget=forms.RadioSelect, required=False
        )
    )
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), max_length=300, label="Reason")

    field_order = ("scope", "reason")

    def __init__(self, *args: Any, of_series: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not of_series:
            del self.fields["scope"]


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
