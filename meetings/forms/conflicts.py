"""Forms of conflicts of interest."""

from typing import Any

from django import forms

from meetings.rules.conflicts import FOR_A_BODY
from sdwg import clock
from sdwg.forms import Form, conditional
from sdwg.members.access import Actor
from sdwg.members.models import Organisation, Person, Seat

__all__ = ["DeclareConflictForm", "EndConflictForm", "RecordConflictForm"]


SAY = "Everybody who sees the reference reads this: say what the interest is, not what the document says."


class DeclareConflictForm(Form):
    """What the interest is."""

    reason = forms.CharField(max_length=300, label="What the interest is", help_text=SAY)


class RecordConflictForm(Form):
    """Whose interest the chair records, what it takes away, and why."""

    whose = forms.ChoiceField(label="Whose conflict of interest")
    affiliates = conditional(
        forms.ModelMultipleChoiceField(
            Organisation.objects.all(),
            label="And of its affiliates",
            help_text="Each is recorded with it, and ends by itself.",
            widget=forms.CheckboxSelectMultiple,
        )
    )
    takes_sight = forms.BooleanField(
        label="They may not read it either", required=False, help_text="It wins over every other right to read."
    )
    reason = forms.CharField(max_length=300, label="What the interest is", help_text=SAY)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seats = Seat.objects.current(clock.today(actor.at)).exclude(person=actor.person_id).with_names()
        bodies = {seat.organisation for seat in seats if seat.role in FOR_A_BODY}
        people = {seat.person for seat in seats if seat.role not in FOR_A_BODY}
        named = sorted(bodies, key=str)
        self.found: dict[str, dict[str, Organisation | Person]] = {
            **{f"organisation-{row.pk}": {"organisation": row} for row in named},
            **{f"person-{row.pk}": {"person": row} for row in sorted(people, key=str)},
        }
        self.fields["whose"].choices = [  # type: ignore[attr-defined]
            ("", "Choose"),
            ("Organisations", self._choices("organisation")),
            ("Programme roles and others", self._choices("person")),
        ]
        self.fields["affiliates"].queryset = Organisation.objects.filter(pk__in=[row.pk for row in named])  # type: ignore[attr-defined]

    def _choices(self, kind: str) -> list[tuple[str, str]]:
        return [(key, str(row[kind])) for key, row in self.found.items() if kind in row]

    def given(self) -> dict[str, Any]:
        """What the operation takes."""
        data = self.cleaned_data
        return {**self.found[data["whose"]], **{name: data[name] for name in ("affiliates", "takes_sight", "reason")}}


class EndConflictForm(Form):
    """Why it ends."""

    reason = forms.CharField(max_length=300, label="Why it ends", help_text="For the record.")
