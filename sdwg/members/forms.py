"""What people type about people."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import TextChoices

from sdwg import clock
from sdwg.files.forms import TableField
from sdwg.files.tables import TableRow
from sdwg.forms import Form, ReasonForm
from sdwg.members import invitations, queries
from sdwg.members.access import Actor
from sdwg.members.models import APPOINTED, Constituency, Discipline, Organisation, Person, Role, Seat
from sdwg.members.occasions import Occasion
from sdwg.members.operations import Row
from sdwg.members.sheets import COLUMNS
from sdwg.screen import Choice


class Day(forms.DateField):
    """A London date, picked or typed."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class OrganisationChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """An organisation with its constituency, since that is what decides whether it has a Member seat."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.constituency})" if obj.constituency else obj.name


class PersonForm(Form):
    """A new account."""

    display_name = forms.CharField(max_length=120, label="Name", help_text="As the group knows this person.")
    address = forms.EmailField(
        label="Mail address", help_text="The invitation goes here. It is shown to the secretariat alone."
    )


class ReturnForm(ReasonForm):
    """An account opened again whose address was removed."""

    address = forms.EmailField(label="New mail address", help_text="An invitation goes here. The former one is gone.")


class OrganisationForm(Form):
    """A company or body."""

    name = forms.CharField(max_length=120, label="Name")
    constituency = forms.ModelChoiceField(
        Constituency.objects.none(), required=False, empty_label="None: it has no Member seat", label="Constituency"
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["constituency"].queryset = Constituency.objects.listed(clock.today(actor.at))  # type: ignore[attr-defined]


class ConstituencyForm(Form):
    """A kind of party."""

    name = forms.CharField(max_length=120, label="Name", help_text="As the Terms of Reference would call it.")
    short_name = forms.CharField(max_length=24, label="Short name", help_text="For narrow columns.")


class PlaceForm(Form):
    """One place up or down."""

    by = forms.TypedChoiceField(choices=[("-1", "Up"), ("1", "Down")], coerce=int)


class SeatForm(Form):
    """A seat to appoint somebody to."""

    person = forms.ModelChoiceField(Person.objects.none(), to_field_name="public_id", empty_label="Choose a person")
    role = forms.ChoiceField(choices=[("", "Choose a role"), *((role.value, role.label) for role in APPOINTED)])
    organisation = OrganisationChoice(Organisation.objects.none(), empty_label="Choose an organisation")
    discipline = forms.ChoiceField(choices=[("", "Not stated"), *Discipline.choices], required=False)
    valid_from = Day(label="First day")
    valid_to = Day(label="Last day", required=False, help_text="Leave it empty for a seat without an end.")
    why_second = forms.CharField(
        max_length=300,
        required=False,
        label="Why a second Member seat",
        help_text="Only where the organisation has a Member seat already.",
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = queries.people_for(actor).filter(is_active=True).exclude(pk=actor.person_id or 0)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
        self.fields["organisation"].queryset = queries.organisations()  # type: ignore[attr-defined]
        self.fields["valid_from"].initial = clock.today(actor.at)


class DeputyForm(Form):
    """Who presides in the chair's place, and from when to when."""

    person = forms.ModelChoiceField(Person.objects.none(), to_field_name="public_id", empty_label="Choose a person")
    valid_from = Day(label="First day")
    valid_to = Day(label="Last day", help_text="The chair acts again on the day after.")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = queries.can_preside(actor).exclude(pk=actor.person_id or 0)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
        self.fields["valid_from"].initial = clock.today(actor.at)


class ColleagueForm(Form):
    """Somebody of the member's own organisation."""

    display_name = forms.CharField(max_length=120, label="Name", help_text="As the group will know this person.")
    address = forms.EmailField(label="Mail address", help_text="An invitation goes here, unless they have an account.")
    valid_to = Day(label="Last day", required=False, help_text="Leave it empty for as long as your seat runs.")


class EndSeatForm(Form):
    """The last day of a seat."""

    last_day = Day(label="Last day", help_text="The seat counts through this day. Yesterday ends it at once.")
    reason = forms.CharField(max_length=300, required=False, label="Reason")


class ImportForm(Form):
    """A table of people and seats to look at."""

    file = TableField(
        header=COLUMNS,
        label="Table",
        help_text="An Excel workbook (.xlsx), whose first sheet is read, or CSV in UTF-8 with commas or semicolons; at "
        "most 1,000 rows and 5 MB.",
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].bind(person=actor.person, at=actor.at)  # type: ignore[attr-defined]


class ImportConfirmForm(Form):
    """The yes to what was shown. ``seen`` is its digest; ``accounts`` is how many new accounts were shown."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    invites = forms.TypedChoiceField(
        choices=[
            ("yes", Choice("Invite them now", "Each gets a personal link by mail, good for seven days.")),
            ("no", Choice("Invite nobody yet", "Invite each from their own page when it is time.")),
        ],
        coerce=lambda value: value == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
        required=False,
        label="The new accounts",
    )

    def shown(self, seen: str, accounts: int) -> "ImportConfirmForm":
        """The form as the page has it: what the next press sends is what the page shows."""
        if not accounts:
            del self.fields["invites"]
        else:
            self.fields["invites"].conditional = True  # type: ignore[attr-defined]
        self.initial["seen"] = seen
        if self.is_bound:
            self.data = {**dict(self.data.items()), "seen": seen}
        return self


class Worded(forms.CharField):
    """One of ``choices`` by its label, whatever its capitals."""

    def __init__(self, choices: Collection[TextChoices], **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.values = {str(choice.label).casefold(): str(choice.value) for choice in choices}
        self.words = ", ".join(str(choice.label) for choice in choices)

    def clean(self, value: Any) -> str:
        typed = str(super().clean(value))
        if typed and typed.casefold() not in self.values:
            raise ValidationError(f"“{typed}” is none of: {self.words}.")
        return self.values.get(typed.casefold(), "")


class TableDay(Day):
    """A day as workbooks give it, as people here write it, or as our pages say it."""

    input_formats = ["%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%d %b %Y"]
    default_error_messages = {"invalid": "This is no date. Write it as 2026-11-30 or 30/11/2026."}


class RowForm(Form):
    """One row of the table, in the order of its columns."""

    person = forms.CharField(max_length=120, required=False)
    address = forms.EmailField(max_length=254, required=False)
    organisation = forms.CharField(max_length=120, required=False)
    constituency = forms.CharField(max_length=120, required=False)
    role = Worded(APPOINTED)
    discipline = Worded(Discipline)
    first_day = TableDay(required=False)
    last_day = TableDay(required=False)
    why = forms.CharField(max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        given = {name for name in ROW if self.data.get(name)}
        for name in ROW:
            if name in _needed(given) - given:
                self.add_error(name, f"“{LABELS[name]}” is missing. {NEEDED}")
                break
        return typed


ROW = tuple(name for name in RowForm.base_fields if name != "once")
LABELS = dict(zip(ROW, COLUMNS, strict=True))
SEAT = frozenset({"person", "address", "organisation", "role", "first_day"})
ALONE = (frozenset({"person", "address"}), frozenset({"organisation", "constituency"}))
NEEDED = (
    "A row holds a seat (person, address, organisation, role, first day), a person with an address, or an organisation."
)


def _needed(given: set[str]) -> frozenset[str]:
    """What a row in which ``given`` are filled in has to have."""
    if given <= ALONE[0]:
        return ALONE[0]
    return frozenset({"organisation"}) if given <= ALONE[1] else SEAT


def rows_of(table: list[TableRow]) -> list[Row]:
    """The rows as operations take them; one that cannot be read says why."""
    return [_row_of(line) for line in table]


def _row_of(line: TableRow) -> Row:
    raw = dict(zip(ROW, line.cells, strict=True))
    form = RowForm(raw)
    if form.is_valid():
        return Row(line.number, **{name: form.cleaned_data[name] for name in ROW})
    name, errors = next(iter(form.errors.items()))
    said = str(errors[0])
    refusal = said if said.startswith("“" + LABELS.get(name, "")) else f"{LABELS[name]}: {said}"
    return Row(line.number, raw["person"], raw["address"], raw["organisation"], refusal=refusal)


class NominateForm(Form):
    """An alternate for a period, or for one occasion, whose window the app above sets."""

    seat = forms.ModelChoiceField(Seat.objects.none(), label="Your seat")
    person = forms.ModelChoiceField(
        Person.objects.none(),
        to_field_name="public_id",
        empty_label="Choose a person",
        label="Who stands in for you",
        help_text="Somebody who is not listed needs an account first: ask the secretariat.",
    )
    first_day = Day(label="First day")
    last_day = Day(label="Last day")

    def __init__(self, *args: Any, actor: Actor, occasion: Occasion | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = actor.at
        own = [seat.pk for seat in actor.seats if seat.role == Role.MEMBER and seat.pk == actor.seat_id]
        seats = Seat.objects.filter(pk__in=own).with_names()
        self.fields["seat"].queryset = seats  # type: ignore[attr-defined]
        self.fields["person"].queryset = queries.can_stand_in(actor).exclude(pk=actor.person_id or 0)  # type: ignore[attr-defined]
        self.fields["seat"].initial = own[0] if own else None
        self.fields["seat"].widget = forms.HiddenInput()
        self.fields["first_day"].initial = clock.today(actor.at)
        if occasion:
            del self.fields["first_day"], self.fields["last_day"]

    def window(self) -> tuple[datetime, datetime]:
        """The period as moments: from the first day's beginning, or now if that is today, to the last day's end."""
        first, last = self.cleaned_data["first_day"], self.cleaned_data["last_day"]
        start = clock.at_london(first, datetime.min.time())
        if first == clock.today(self.at):
            start = self.at
        return start, clock.at_london(last + timedelta(days=1), datetime.min.time())


class PasswordForm(Form):
    """The first password, typed twice."""

    account = forms.CharField(
        disabled=True,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
        label="You will sign in with",
    )
    password = forms.CharField(
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        label="New password",
        help_text="At least 12 characters; not your name, and nothing that many people use.",
    )
    again = forms.CharField(
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        label="New password, again",
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["account"].initial = invitations.address_of(person)

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.person)
        return password

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("password") and typed.get("again") and typed["password"] != typed["again"]:
            self.add_error("again", ValidationError("The two passwords differ."))
        return typed
