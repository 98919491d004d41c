"""What the tags write into a page."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.template import engines
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from sdwg.templatetags.sdwg import PLAIN_ICONS, SHAPES
from tests.cast import AT
from tests.screens.gallery import HASH, at

ROOT = Path(settings.BASE_DIR)


def asked(moment: Any = AT) -> HttpRequest:
    request = RequestFactory().get("/")
    request.at = moment  # type: ignore[attr-defined]
    return request


def render(text: str, /, **context: Any) -> str:
    return engines["django"].from_string(text).render(context, asked())


def test_a_day_and_a_moment() -> None:
    assert render("{% day when %} / {% moment when %}", when=at(12, 4)) == "Fri 4 Dec / Fri 4 Dec, 17:00"


def test_no_date_writes_nothing() -> None:
    assert render("{% day when %}{% moment when %}{% due when %}", when=None) == ""


def test_without_a_request_the_year_is_always_said() -> None:
    template = engines["django"].from_string("{% moment when %}")
    assert template.render({"when": at(12, 4)}) == "Fri 4 Dec 2026, 17:00"


def test_now_says_the_zone_once() -> None:
    assert render("{% now %}") == "Monday 30 November 2026, 09:20, London"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("when", "words", "shape"),
    [
        (at(11, 30), "today 17:00", "clock-filled"),
        (at(12, 4), "17:00, 4 working days", "clock"),
        (at(11, 26), "2 working days late", "triangle"),
    ],
)
def test_a_deadline_is_a_shape_and_words(when: Any, words: str, shape: str) -> None:
    written = render("{% due when %}", when=when)
    assert f"<span>{words}</span>" in written
    assert f"#{shape}" in written
    assert 'title="' in written


@pytest.mark.django_db
def test_thirty_deadlines_ask_for_the_bank_holidays_once() -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        render("{% for when in whens %}{% due when %}{% due_lines when %}{% endfor %}", whens=[at(12, 4)] * 30)
    assert len(queries) == 1


def test_a_badge_has_the_shape_and_the_word_of_its_state() -> None:
    written = render('{% badge "Under decision" "under-decision" %}')
    assert 'class="badge accent"' in written
    assert "#diamond" in written
    assert "Under decision</span>" in written


def test_a_state_nobody_drew_is_still_said() -> None:
    assert "Unheard of" in render('{% badge "Unheard of" "unheard-of" %}')


def test_a_stance_keeps_its_word_beside_its_shape() -> None:
    assert "<span>Object</span>" in render('{% stance "Object" "object" %}')


@pytest.mark.parametrize("marking", ["AMBER+STRICT", "TLP:AMBER+STRICT"])
def test_a_marking_is_written_as_the_protocol_writes_it(marking: str) -> None:
    assert render("{% tlp marking %}", marking=marking) == '<span class="tlp amber">TLP:AMBER+STRICT</span>'


def test_no_marking_writes_nothing() -> None:
    assert render("{% tlp marking %}", marking="") == ""


def test_a_hash_is_short_and_whole_on_pointing() -> None:
    assert render("{% hash sha %}", sha=HASH) == f'<code class="hash" title="SHA-256 {HASH}">9f3c a41e 07d2…</code>'


@pytest.mark.parametrize("tag", ['{% badge x "draft" %}', '{% stance x "draft" %}', "{% tlp x %}", "{% hash x %}"])
def test_no_tag_lets_markup_through(tag: str) -> None:
    assert "<script" not in render(tag, x="<script>alert(1)</script>")


def test_what_a_member_wrote_becomes_paragraphs_and_never_markup() -> None:
    written = render("{{ text|paragraphs }}", text="<b>One</b>\n\nTwo & two\nlines")
    assert written == "<p>&lt;b&gt;One&lt;/b&gt;</p>\n\n<p>Two &amp; two<br>lines</p>"


def test_every_state_of_every_app_has_a_shape_of_its_own() -> None:
    from artefacts.states import State
    from meetings.states import DecisionState, MeetingState, ObjectionState, PackState, Stance

    values = {
        value
        for states in (State, MeetingState, PackState, DecisionState, ObjectionState, Stance)
        for value in states.values
    }
    assert values - set(SHAPES) == set()


def test_every_shape_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static/icons.svg").read_text("utf-8")))
    assert drawn == PLAIN_ICONS
    assert {shape for shape, tone in SHAPES.values()} <= drawn


def test_every_icon_that_a_page_asks_for_exists() -> None:
    known = PLAIN_ICONS | set(SHAPES)
    unknown = {
        f"{path.name}: {name}"
        for path in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r'{% icon "([^"]+)" %}', path.read_text("utf-8"))
        if name not in known
    }
    assert unknown == set()
