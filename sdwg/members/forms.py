"""What people type about people."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from sdwg import clock
from sdwg.forms import Form, ReasonForm
from sdwg.members import invitations, queries
from sdwg.members.access import Actor
from sdwg.members.models import Constituency, Discipline, Organisation, Person, Role, Seat
from sdwg.members.occasions import Occasion

APPOINTED = [choice for choice in Role.choices if choice[0] not in {Role.DEPUTY, Role.COLLEAGUE}]
"""Roles with a page of their own left out."""


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
    role = forms.ChoiceField(choices=[("", "Choose a role"), *APPOINTED])
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
