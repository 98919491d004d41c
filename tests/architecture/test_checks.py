"""Deleting any single call of a ``check_…`` is noticed: by the row of ``tests/<app>/refusals.py`` that rests on it."""

import pytest
from django.db import transaction

from tests.architecture import refusals
from tests.architecture.refusals import Attempt, Refusal
from tests.cast import Cast


def outcome(attempt: Attempt) -> str:
    """How the attempt ended, in words; whatever it wrote is undone."""
    try:
        with transaction.atomic():
            attempt()
            transaction.set_rollback(True)
    except refusals.REFUSALS as refused:
        return f"refused: {refused}"
    except Exception as broke:  # without its check an operation may run into anything
        return f"broke: {type(broke).__name__}: {broke}"
    return "done"


def test_every_call_of_a_check_has_a_row() -> None:
    told = {row.site for row in refusals.rows()}
    missing = [str(site) for site in refusals.sites() if site not in told]
    assert not missing, "no row for:\n" + "\n".join(missing)


def test_every_row_names_a_call_there_is() -> None:
    there = set(refusals.sites())
    assert [str(row) for row in refusals.rows() if row.site not in there] == []


@pytest.mark.parametrize("row", refusals.rows(), ids=str)
def test_the_attempt_is_refused_by_this_check_alone(cast: Cast, row: Refusal) -> None:
    attempt = row.setting(cast)
    cast.path = None  # what is built without its check is put back for nobody

    refused = outcome(attempt)
    with refusals.deleted(row.site):
        let_through = outcome(attempt)

    assert refused.startswith("refused: ")
    assert let_through != refused
