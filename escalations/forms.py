"""Forms of the DAG's pages. The names of fields are those that the rules' refusals name."""

from datetime import datetime
from typing import Any

from django import forms

from artefacts.models import Version
from escalations.models import Condition, DagMeeting, Outcome, Submission
from escalations.queries import Tabling
from escalations.rules import LONGEST_QUESTION, LONGEST_REFERENCE
from escalations.states import Result, effect_of, results_for
from sdwg import clock, dates
from sdwg.forms import Form, ReasonForm
from sdwg.screen import Choice

BY_CORRESPONDENCE = "correspondence"
LONGEST_TEXT = 20_000
"""Characters of a statement, of the DAG's words, of a condition's evidence."""

DOES: dict[str, str] = {
    Result.APPROVED: "The version becomes the baseline.",
    Result.CONDITIONS: "The version becomes the baseline; its conditions are worked off.",
    Result.DEFERRED: "It stays with the DAG and is tabled for its next meeting.",
    Result.REJECTED: "The artefact goes back to its author, for a new revision.",
    Result.ANSWERED: "The answer is recorded on the decision.",
    Result.NOTED: "Nothing moves; the DAG has taken note.",
}


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class SubmitForm(Form):
    """What the DAG is asked, when, and why. What it is about came with the address."""

    decision = forms.CharField(widget=forms.HiddenInput, required=False)
    artefact = forms.CharField(widget=forms.HiddenInput, required=False)
    tabled_for = forms.ChoiceField(
        label="Put to the DAG",
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose a DAG meeting to come, or “by correspondence”."},
    )
    question = forms.CharField(
        label="The question to the DAG",
        max_length=LONGEST_QUESTION,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One sentence. It stands on the dossier’s first page.",
    )
    statement = forms.CharField(
        label="The chair’s statement",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text="What was weighed, what the group could and could not agree on, what is asked of the DAG.",
    )

    def __init__(self, *args: Any, tablings: list[Tabling], today: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(row.meeting.pk), _tabling(row, today)) for row in tablings]
        choices.append((BY_CORRESPONDENCE, Choice("By correspondence", "The DAG answers without a meeting.")))
        self.fields["tabled_for"].choices = choices  # type: ignore[attr-defined]
        in_time = [str(row.meeting.pk) for row in tablings if not row.late]
        self.fields["tabled_for"].initial = in_time[0] if in_time else BY_CORRESPONDENCE

    def chosen(self) -> dict[str, Any]:
        """``dag_meeting`` and ``by_correspondence``, as the operation takes them."""
        value = self.cleaned_data["tabled_for"]
        if value == BY_CORRESPONDENCE:
            return {"dag_meeting": None, "by_correspondence": True}
        return {"dag_meeting": DagMeeting.objects.get(pk=value), "by_correspondence": False}


def _tabling(row: Tabling, today: Any) -> Choice:
    due = dates.moment(row.meeting.papers_due_at, today)
    if row.late:
        hint = f"Late: its papers were due {due}. The DAG may put it off; you can submit all the same."
    else:
        hint = f"Papers due {due}."
    return Choice(f"DAG meeting of {dates.day(row.meeting.date, today)}", hint)


class OutcomeForm(Form):
    """What the DAG decided. ``after`` is the record that its maker has seen last."""

    after = forms.IntegerField(widget=forms.HiddenInput, required=False)
    result = forms.ChoiceField(label="The DAG’s result", widget=forms.RadioSelect)
    dag_reference = forms.CharField(
        label="The DAG’s reference",
        max_length=LONGEST_REFERENCE,
        help_text="Its minute or decision number, as the DAG writes it.",
    )
    decided_on = forms.DateField(label="Decided on", widget=DateInput(), help_text="London date.")
    by_correspondence = forms.BooleanField(
        label="The DAG decided by correspondence", required=False, help_text="Not at a meeting."
    )
    words = forms.CharField(
        label="The DAG’s words",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Needed when it is rejected, changed or answered: the group works from them.",
    )
    conditions = forms.CharField(
        label="Conditions",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Only for an approval subject to conditions. One condition a line.",
    )
    conditions_due = forms.DateField(label="Conditions are due by", required=False, widget=DateInput())

    def __init__(self, *args: Any, submission: Submission, latest: Outcome | None, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.submission = submission
        results = results_for(submission.kind, submission.on_version)
        self.fields["result"].choices = [(row.value, Choice(row.label, DOES[row])) for row in results]  # type: ignore[attr-defined]
        self.fields["after"].initial = latest.pk if latest else None
        self.fields["by_correspondence"].initial = submission.by_correspondence
        tabled = submission.dag_meeting
        self.fields["decided_on"].initial = min(tabled.date if tabled else clock.today(at), clock.today(at))
        if effect_of(submission.kind, submission.on_version, Result.CONDITIONS) is None:
            del self.fields["conditions"], self.fields["conditions_due"]
        if len(results) == 1:
            self.fields["result"].initial = results[0].value

    def outcome(self) -> dict[str, Any]:
        """What the operation takes, but for its actor and submission."""
        data = self.cleaned_data
        after = Outcome.objects.filter(pk=data["after"], submission=self.submission).first() if data["after"] else None
        return {
            "result": data["result"],
            "dag_reference": data["dag_reference"],
            "decided_on": data["decided_on"],
            "by_correspondence": data["by_correspondence"],
            "words": data["words"],
            "conditions": [line for line in data.get("conditions", "").splitlines() if line.strip()],
            "conditions_due": data.get("conditions_due"),
            "after": after,
        }


class ConfirmOutcomeForm(Form):
    """A button; ``outcome`` is the record that was on the page, which may be replaced by the time it is pressed."""

    outcome = forms.IntegerField(widget=forms.HiddenInput)


class DischargeForm(Form):
    """What shows that a condition is met, and the new text where it needed one."""

    evidence = forms.CharField(
        label="Evidence",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="What shows that the condition is met.",
    )
    version = forms.ModelChoiceField(
        label="On the new version",
        queryset=Version.objects.none(),
        required=False,
        empty_label="The approved text did not change",
        help_text="When the condition asked for other words. It becomes the baseline with the last condition.",
    )

    def __init__(self, *args: Any, condition: Condition, readable: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        approved = condition.outcome.submission.version
        later = (
            readable.filter(artefact=approved.artefact_id, order__gt=approved.order) if approved else readable.none()
        )
        field: Any = self.fields["version"]
        field.queryset = later.select_related("artefact").order_by("-order")
        field.label_from_instance = lambda version: version.audit_ref


class PriorApprovalForm(Form):
    """What the DAG approved before this system. ``version`` is the one that was on the page."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    dag_reference = forms.CharField(
        label="The DAG’s reference",
        max_length=LONGEST_REFERENCE,
        help_text="Its minute or decision number, as the DAG writes it.",
    )
    covers_both = forms.BooleanField(
        label="The same decision approved another version here too",
        required=False,
        help_text="Only where the reference above stands for another document already.",
    )
    decided_on = forms.DateField(
        label="Decided on", widget=DateInput(), help_text="London date; not after the day it was registered here."
    )
    words = forms.CharField(
        label="The DAG’s words",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="If the minutes say more than “approved”. Conditions that are still open do not go here: they go to "
        "the DAG with a new submission of the text.",
    )


class PriorReasonForm(ReasonForm):
    """Why a record ends without effect."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[
            "reason"
        ].help_text = "Read by whoever may see the record, also where its text is restricted: quote nothing of it."


class DagMeetingForm(Form):
    """A day on which the DAG meets, besides second Wednesdays."""

    date = forms.DateField(label="Day", widget=DateInput(), help_text="London date; a working day.")
