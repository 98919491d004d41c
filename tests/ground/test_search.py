"""The search language, and what the two databases make of it."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from artefacts.models import Recommendation
from sdwg import search
from sdwg.overview.searching import INDEXES
from tests.artefacts import make

INDEX = search.Index("artefacts_recommendation", ("text", "source"))


def found(text: str) -> list[str]:
    return [row.reference for row in search.matching(Recommendation.objects.all(), INDEX, text)]


@pytest.fixture
def three(db: object) -> None:
    words = {
        1: "Every party renews its certificates before they expire.",
        2: "A party signs each message it sends.",
        3: "Certificates are issued by one authority; messages are signed.",
    }
    for number, text in words.items():
        entry = make.recommendation(number)
        entry.text = text
        Recommendation.objects.filter(pk=entry.pk).update(text=text)


CASES = {
    "certificate": ["AWG-R-01", "AWG-R-03"],
    "certificates expire": ["AWG-R-01"],
    '"one authority"': ["AWG-R-03"],
    '"authority one"': [],
    "certificate -expire": ["AWG-R-03"],
    "expire or sends": ["AWG-R-01", "AWG-R-02"],
    "certif": ["AWG-R-01", "AWG-R-03"],
    "authority certif": ["AWG-R-03"],
    "SIGNED": ["AWG-R-02", "AWG-R-03"],
    "nothing": [],
    "-expire": [],
    "": [],
    "' OR 1=1 --": [],
    '"certificates': ["AWG-R-01", "AWG-R-03"],
    "certificate*": ["AWG-R-01", "AWG-R-03"],
    "text:certificate": [],
}


@pytest.mark.parametrize(("text", "rows"), CASES.items())
def test_what_is_asked_is_found(three: None, text: str, rows: list[str]) -> None:
    assert sorted(found(text)) == rows


def test_the_passage_shows_the_words_in_their_place(three: None) -> None:
    row = search.matching(Recommendation.objects.all(), INDEX, "expire")[0]
    pieces = search.passages(row.snippet)
    assert [words for words, hit in pieces if hit] == ["expire"]
    assert "".join(words for words, _ in pieces).startswith("Every party renews its certificates before they expire")


def test_what_is_changed_is_found_as_it_is_now(three: None) -> None:
    Recommendation.objects.filter(reference="AWG-R-02").update(text="Keys are kept in hardware.")
    assert found("message") == ["AWG-R-03"]
    assert found("hardware") == ["AWG-R-02"]
    gone = Recommendation.objects.filter(reference="AWG-R-02")
    gone._raw_delete(gone.db)
    assert found("hardware") == []


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_search_and_no_error(text: str) -> None:
    asked = search.terms(text)
    assert all(term.words for term in asked)
    assert search.asks(text) == any(term.wanted for term in asked)


@pytest.mark.parametrize(
    "text", ['"', '""', "( ) *", "a AND (b", "^near/2", "x:y*", "-- or --", "\x00certificate", "é ß 漢字", "or or"]
)
def test_signs_are_no_operators(three: None, text: str) -> None:
    found(text)


def test_a_text_of_more_words_than_an_index_holds_is_kept_and_found(three: None) -> None:
    """One page of a hostile file: on PostgreSQL its row, and so the whole file's text, was refused."""
    long = "Gatekeeping begins. " + " ".join(f"{number * 7919:x}q" for number in range(200_000))
    Recommendation.objects.filter(reference="AWG-R-01").update(text=long)
    assert found("gatekeeping") == ["AWG-R-01"]


def test_an_index_is_made_once_and_again_when_it_is_gone(three: None) -> None:
    assert search.install(connection, INDEXES) == 0
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE artefacts_recommendation DROP COLUMN search_words")
        else:
            cursor.execute("DROP TRIGGER artefacts_recommendation_words_made")
    assert search.install(connection, INDEXES) == 1
    assert found("expire") == ["AWG-R-01"]


def test_what_weighs_most_comes_first(three: None) -> None:
    Recommendation.objects.filter(reference="AWG-R-02").update(source="Certificates, issue 2")
    assert found("certificates")[-1] == "AWG-R-02"
