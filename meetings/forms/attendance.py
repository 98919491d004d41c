"""Forms of attendance, and of the period over which contributions are counted."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from meetings.attendance import Place
from sdwg.forms import Form, check_day, conditional

__all__ = ["AttendanceForm", "PeriodForm"]


class AttendanceForm(Form):
    """One choice a Member seat. ``seen`` is the digest of what was recorded when the form was shown."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, places: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in places:
            constituency = place.seat.organisation.constituency
            nothing = [] if place.row else [("", "Not recorded")]
            field = forms.ChoiceField(
                label=f"{place.seat.organisation.name}, {place.seat.person}",
                choices=[*nothing, *place.marks()],
                initial=place.mark,
                help_text=" ".join([f"{constituency}." if constituency else "", _alone(place)]).strip(),
            )
            self.fields[f"seat-{place.seat.pk}"] = field if place.row else conditional(field)

    def marks(self) -> dict[int, str]:
        """What was chosen: seat id -> mark; seats without a choice are left out."""
        chosen = {name: value for name, value in self.cleaned_data.items() if name.startswith("seat-") and value}
        return {int(name.removeprefix("seat-")): value for name, value in chosen.items()}


def _alone(place: Place) -> str:
    return f"{place.alone.person} was nominated for this meeting and alone counts." if place.alone else ""


class PeriodForm(forms.Form):
    """From when to when, both days inclusive. A GET: the address can be shared."""

    since = forms.DateField(
        label="From", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), validators=[check_day]
    )
    until = forms.DateField(
        label="To", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), validators=[check_day]
    )

    def __init__(self, *args: Any, usual: tuple[date, date], **kwargs: Any) -> None:
        """``usual`` is the period where none is asked for."""
        self.usual = dict(zip(("since", "until"), usual, strict=True))
        kwargs["initial"] = self.usual
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.use_required_attribute = False

    def clean(self) -> None:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", "The last day is before the first.")

    def period(self) -> tuple[date, date]:
        """What was asked for; the usual period where nothing was, or what was asked makes none."""
        asked = self.cleaned_data if self.is_bound and self.is_valid() else self.usual
        return asked["since"], asked["until"]
