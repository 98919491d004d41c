"""Forms of series: the plan, where its dates are held, how long it goes on."""

from collections.abc import Container, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms

from meetings.forms.meetings import Presides, longest_title, presiding_seats
from meetings.models import Series
from meetings.rhythm import BEATS, WEEKDAYS, Held, beat_of, end_of, places, rule_of
from meetings.states import OffDay, Scope
from sdwg import dates
from sdwg.forms import Form, conditional

__all__ = ["DatesForm", "ProlongForm", "ScopeForm", "SeenForm", "SeriesForm", "series_facts"]

SHORTEST, LONGEST = 10, 720


class SeriesForm(Form):
    """When meetings return, and what they have in common. Times are London's, and stay when the clocks change."""

    title = forms.CharField(
        label="Name of the series", initial="Regular meetings", **longest_title(), help_text="It stands in the lists."
    )
    beat = forms.ChoiceField(label="How often", choices=list(BEATS.items()), initial="week-2")
    weekday = forms.ChoiceField(
        label="Weekday", choices=list(WEEKDAYS.items()), initial="TU", help_text="Not asked for a date of the month."
    )
    starts = forms.TimeField(
        label="Starts",
        initial=time(10),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text="It stays the same when the clocks change.",
    )
    minutes = forms.IntegerField(
        label="Length in minutes",
        initial=120,
        min_value=SHORTEST,
        max_value=LONGEST,
        widget=forms.NumberInput(attrs={"size": 4}),
    )
    first_day = forms.DateField(
        label="From",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="The first meeting is on the first such weekday from here on.",
    )
    until = conditional(
        forms.DateField(
            label="Until",
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            help_text="Or say how many times. A series is prolonged when it nears its end.",
        )
    )
    times = conditional(
        forms.IntegerField(label="Or how many times", min_value=1, widget=forms.NumberInput(attrs={"size": 4}))
    )
    off_day = forms.ChoiceField(
        label="When a date falls on a weekend or a bank holiday",
        choices=OffDay.choices,
        initial=OffDay.NEXT,
        widget=forms.RadioSelect,
        help_text="You see what moves on the next page, and can decide otherwise for each date.",
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
        help_text="Shown to everybody with a seat, on each meeting’s page alone.",
    )
    presiding = Presides()
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["presiding"].queryset = presiding_seats(at)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "until" in data and "times" in data and (data["until"] is None) == (data["times"] is None):
            both = data["until"] is not None
            self.add_error(
                "until",
                "Give the last day or how many times, not both." if both else "Give the last day, or how many times.",
            )
        first, until = data.get("first_day"), data.get("until")
        if first and until and until < first:
            self.add_error("until", f"The end comes before the first day, {dates.day(first)}.")
        return data

    def facts(self) -> dict[str, Any]:
        """What ``plan_series`` and ``change_plan`` take."""
        data = self.cleaned_data
        first = data["first_day"]
        if data["beat"].startswith("week"):
            first += timedelta(days=(list(WEEKDAYS).index(data["weekday"]) - first.weekday()) % 7)
        names = ("title", "starts", "minutes", "off_day", "place", "link", "presiding")
        rule = rule_of(data["beat"], data["weekday"], first, data["until"], data["times"])
        return {"rule": rule, "first_day": first, **{name: data[name] for name in names}}


def series_facts(series: Series) -> dict[str, Any]:
    """What the form of a plan shows, or showed, by the names of its fields."""
    beat, weekday = beat_of(series.rule)
    until, times = end_of(series.rule)
    names = ("title", "starts", "minutes", "first_day", "off_day", "place", "link")
    shown = {name: getattr(series, name) for name in names}
    return shown | {"beat": beat, "weekday": weekday, "until": until, "times": times, "presiding": series.presiding_id}


class DatesForm(Form):
    """Where each date of a plan is held: as the rule has it, or as is chosen here."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, plain: list[Held], exceptions: Mapping[str, str], holidays: Container[date], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.plain = plain
        for row in plain:
            choices, chosen = _choices(row, exceptions.get(row.named.isoformat()), holidays)
            self.fields[f"on-{row.named}"] = forms.ChoiceField(
                label=f"Where {dates.day(row.named)} is held", choices=choices, initial=chosen, required=False
            )

    def where(self) -> dict[date, str]:
        """Day of the rule -> one of ``OffDay``, or nothing."""
        return {row.named: self.cleaned_data[f"on-{row.named}"] for row in self.plain}


def _choices(row: Held, exception: str | None, holidays: Container[date]) -> tuple[list[tuple[str, str]], str]:
    """The choices for one day, the plain one first, and which of them it is now."""
    kinds = {
        OffDay.NEXT: "next working day",
        OffDay.PREVIOUS: "working day before",
        OffDay.KEEP: "all the same",
        OffDay.OUT: "",
    }
    choices, chosen = [("", f"{dates.day(row.on)}" if row.on else "Left out")], ""
    where = places(row.named, holidays)
    for kind, words in kinds.items():
        on = where[kind]
        if on == row.on:
            continue
        choices.append((kind.value, f"{dates.day(on)}, {words}" if on else "Left out"))
        if exception is not None and exception == (on.isoformat() if on else ""):
            chosen = kind.value
    return choices, chosen


class ProlongForm(Form):
    """Until when a series goes on."""

    until = forms.DateField(
        label="Until", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), help_text="The new last day."
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class SeenForm(Form):
    """A button for what the page showed."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class ScopeForm(Form):
    """A button, and for how much of a series it is pressed."""

    scope = conditional(
        forms.ChoiceField(
            label="For", choices=Scope.choices, initial=Scope.ONE, widget=forms.RadioSelect, required=False
        )
    )

    def __init__(self, *args: Any, of_series: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not of_series:
            del self.fields["scope"]

    @property
    def given(self) -> str:
        """The scope that was chosen."""
        return self.cleaned_data.get("scope") or Scope.ONE
