"""The audit page's filters, and the demonstration's date."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from sdwg.files.forms import KeptFileField
from sdwg.forms import Form, check_day
from sdwg.members.access import Actor
from sdwg.members.models import Person
from sdwg.overview.models import TermsStatus

STEPS = (("day", "+1 day"), ("working-day", "+1 working day"))


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Somebody of the list; whatever else is asked for is refused in one sentence."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except ValidationError as unknown:
            raise ValidationError("Choose somebody from the list.") from unknown


class TrailFilter(forms.Form):
    """Which part of the trail to show. A GET: the address can be shared."""

    ref = forms.CharField(
        required=False, max_length=60, label="Reference", help_text="For example SDWG-ART-004, or the beginning of it."
    )
    person = PersonChoice(
        Person.objects.all(),
        required=False,
        to_field_name="public_id",
        label="Person",
        empty_label="Everybody",
        help_text="Leaves out what you may not read.",
    )
    since = forms.DateField(
        required=False, label="From", widget=forms.DateInput(attrs={"type": "date"}), validators=[check_day]
    )
    until = forms.DateField(
        required=False, label="To", widget=forms.DateInput(attrs={"type": "date"}), validators=[check_day]
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.label_suffix = ""

    def clean(self) -> None:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", "The last day is before the first.")


class TermsForm(Form):
    """The next version of the Terms of Reference."""

    status = forms.ChoiceField(
        choices=[("", "Choose"), *TermsStatus.choices], label="It is", help_text="As the document itself says."
    )
    effective_from = forms.DateField(
        label="In force from", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(label="What is new in it", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    file = KeptFileField(label="The document", required=False, help_text="A PDF.")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        file: Any = self.fields["file"]
        file.bind(person=actor.person, at=actor.at)


class NumberForm(Form):
    """The number that the next one of a register gets."""

    number = forms.IntegerField(
        label="The next one gets number",
        help_text="One more than the last that the group gave before this system.",
        error_messages={"invalid": "Give a whole number, such as 42."},
    )


class MoveDateForm(Form):
    """How far the demonstration's date goes on, and the page to come back to."""

    step = forms.ChoiceField(choices=STEPS)
    next = forms.CharField(required=False, max_length=500)
