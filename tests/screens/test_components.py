"""What the components make of the values they are given."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django import forms
from django.template import engines

from sdwg.forms import Form
from sdwg.screen import Band, Button, Choice, Crumb, Event, Fact, Step, Waiting
from tests.screens.gallery import VersionForm, at
from tests.screens.test_tags import asked

HOSTILE = "<script>alert(1)</script>"
Draw = Callable[..., str]


@pytest.fixture
def draw(db: Any) -> Draw:
    """``draw("band", band=…)``: the component, as a page would include it."""

    def of(name: str, **context: Any) -> str:
        return engines["django"].from_string(f'{{% include "components/{name}.html" %}}').render(context, asked())

    return of


def text(markup: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())


@pytest.mark.parametrize(
    ("name", "context"),
    [
        ("page_head", {"crumbs": [Crumb(HOSTILE, "/")], "heading": HOSTILE, "lead": HOSTILE, "reference": HOSTILE}),
        ("band", {"band": Band(True, HOSTILE, HOSTILE, at(12, 4), HOSTILE, Button(HOSTILE, "/"))}),
        ("stepper", {"steps": [Step(HOSTILE, "done", HOSTILE)], "exits": HOSTILE}),
        ("history", {"events": [Event("mail", HOSTILE, at(11, 1), HOSTILE, "/", HOSTILE)]}),
        ("facts", {"facts": [Fact(HOSTILE, HOSTILE), Fact(HOSTILE, HOSTILE, "/")]}),
        ("waiting", {"waiting": Waiting(HOSTILE, "/", at(12, 4), HOSTILE, HOSTILE, Button(HOSTILE, "/"), HOSTILE)}),
        ("progress", {"percent": 3, "stage": HOSTILE, "url": "/"}),
        ("empty", {"text": HOSTILE}),
        ("button", {"button": Button(HOSTILE, '"><script>', post=True)}),
    ],
)
def test_no_component_lets_markup_through(draw: Draw, name: str, context: dict[str, Any]) -> None:
    written = draw(name, **context)
    assert "<script" not in written
    assert "&lt;script&gt;" in written


def test_my_move_is_said_with_my_role_and_the_deadline(draw: Draw) -> None:
    band = Band(True, "Design Business Analyst", "answer 15 comments", at(12, 4), "Four are high.")
    assert "Your move, Design Business Analyst: answer 15 comments by Fri 4 Dec, 17:00. Four are high." in text(
        draw("band", band=band)
    ).replace(" .", ".")


def test_somebody_elses_move_says_whose(draw: Draw) -> None:
    assert "Now with Chair: determine whether there is consensus" in text(
        draw("band", band=Band(False, "Chair", "determine whether there is consensus"))
    )


def test_the_path_says_aloud_where_it_stands(draw: Draw) -> None:
    written = draw("stepper", steps=[Step("Draft", "done"), Step("Ready", "current"), Step("Approved", "todo")])
    assert written.count('aria-current="step"') == 1
    assert text(written) == "Draft , done Ready , now Approved , to come"


def test_a_button_that_acts_is_a_form_and_one_that_leads_is_a_link(draw: Draw) -> None:
    assert 'method="post"' in draw("button", button=Button("Nudge", "/nudge/", post=True))
    assert "csrfmiddlewaretoken" in draw("button", button=Button("Nudge", "/nudge/", post=True))
    assert draw("button", button=Button("Read", "/read/")).strip() == '<a class="button" href="/read/">Read</a>'


def test_a_row_of_your_move_has_its_deadline_in_two_lines_and_one_button(draw: Draw) -> None:
    row = Waiting("Review it", "/", at(11, 26), "SDWG-ART-007", "32 pages.", Button("Review", "/"))
    assert text(draw("waiting", waiting=row)) == (
        "2 working days late was due Thu 26 Nov Review it SDWG-ART-007 32 pages. Review"
    )


def test_progress_asks_again_by_itself_and_by_a_link(draw: Draw) -> None:
    written = draw("progress", percent=40, stage="Paper 3 of 7", url="/meetings/SDWG-14/pack/progress/")
    assert 'hx-get="/meetings/SDWG-14/pack/progress/"' in written
    assert 'hx-trigger="every 1s"' in written
    assert 'value="40"' in written
    assert "Refresh" in written


def test_progress_that_is_over_asks_no_more(draw: Draw) -> None:
    assert "hx-get" not in draw("progress", percent=100, stage="Built")


# Forms


def test_every_error_is_named_on_top_and_leads_to_its_field(draw: Draw) -> None:
    form = VersionForm({"label": "0.2"}, {})
    summary = draw("error_summary", form=form, heading="Not uploaded yet")
    fields = draw("form", form=form)
    assert "Not uploaded yet" in summary
    assert "The artefact is with the DAG" in summary
    links = re.findall(r'<a href="#([^"]+)">([^<]+)</a>', summary)
    assert links == [
        ("id_file", "“File” is missing."),
        ("id_change_note", "“What changed” is missing."),
        ("id_marking_0", "“Marking” is missing."),
        ("id_kind", "“Kind” is missing."),
    ]
    assert all(f'id="{target}"' in fields for target, _ in links)


def test_a_form_that_was_not_refused_has_no_summary(draw: Draw) -> None:
    assert draw("error_summary", form=VersionForm()).strip() == ""


def test_a_refused_field_is_tied_to_its_hint_and_its_error(draw: Draw) -> None:
    written = draw("field", field=VersionForm({}, {})["label"])
    assert 'aria-describedby="id_label_helptext id_label_error"' in written
    assert 'aria-invalid="true"' in written
    assert 'id="id_label_helptext"' in written
    assert 'id="id_label_error"' in written


def test_a_file_is_labelled_and_tied_to_its_error(draw: Draw) -> None:
    written = draw("field", field=VersionForm({}, {})["file"])
    assert '<label for="id_file">File</label>' in written
    assert 'aria-describedby="id_file_helptext id_file_error"' in written


def test_choices_stand_in_a_fieldset_each_with_its_hint(draw: Draw) -> None:
    written = draw("field", field=VersionForm()["marking"])
    assert "<legend>Marking</legend>" in written
    assert 'aria-describedby="id_marking_0_hint"' in written
    assert 'id="id_marking_0_hint">Anyone signed in, observers and guests too' in written
    assert '<span class="tlp green">TLP:GREEN</span>' in written


def test_only_what_may_be_left_out_says_so(draw: Draw) -> None:
    assert "(optional)" in draw("field", field=VersionForm()["organisations"])
    assert "(optional)" not in draw("field", field=VersionForm()["label"])


def test_a_refused_choice_can_be_reached_and_says_why(draw: Draw) -> None:
    class Finding(Form):
        finding = forms.ChoiceField(
            widget=forms.RadioSelect, choices=[("c", Choice("Consensus", "Refused while O-1 stands.", refused=True))]
        )

    written = draw("field", field=Finding()["finding"])
    assert "Refused while O-1 stands." in written
    assert "Not now: " in written
    assert "disabled" not in written


def test_choices_and_hints_are_escaped(draw: Draw) -> None:
    class Hostile(Form):
        pick = forms.ChoiceField(
            widget=forms.RadioSelect, choices=[(HOSTILE, Choice(HOSTILE, HOSTILE))], label=HOSTILE, help_text=HOSTILE
        )
        word = forms.CharField(initial=HOSTILE, label=HOSTILE)

    assert "<script" not in draw("form", form=Hostile())
    assert "<script" not in draw("error_summary", form=Hostile({"pick": HOSTILE + "!"}))


def test_a_form_carries_its_ticket_and_its_token_and_no_identifier_twice(draw: Draw) -> None:
    form = VersionForm()
    written = draw("form", form=form, submit="Upload version", cancel="/", consequences=["Nobody is mailed."])
    assert f'name="once" value="{form["once"].value()}"' in written
    assert 'enctype="multipart/form-data"' in written
    identifiers = re.findall(r' id="([^"]+)"', written)
    assert len(identifiers) == len(set(identifiers))


def test_a_form_printed_whole_looks_the_same(draw: Draw) -> None:
    assert '<div class="field">' in str(VersionForm())
    assert "(optional)" in str(VersionForm())
