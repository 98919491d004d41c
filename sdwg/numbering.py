"""The next number of a register: one more than the last used, or what the secretariat set where that is greater."""

from typing import TypeVar

from django.db import IntegrityError, models, transaction
from django.db.models import Max

from sdwg.models import Numbering

Row = TypeVar("Row", bound=models.Model)
TRIES = 5
"""How often a number that somebody else took at the same moment is looked for again."""


def next_number(register: Numbering.Register, last: int | None) -> int:
    """The number that the next one of ``register`` gets; ``last`` is the greatest in use. One query.

    Whoever allocates it holds the lock, or retries on the unique key, as it did before.
    """
    return after(last, Numbering.objects.filter(register=register).first())


def after(last: int | None, numbering: Numbering | None) -> int:
    """The number after ``last`` in a register for which ``numbering`` is set."""
    return max((last or 0) + 1, numbering.next if numbering else 1)


def numbered(model: type[Row], register: Numbering.Register, **fields: object) -> Row:
    """A new row of ``model`` under the next free number, whoever else takes one at the same moment."""
    rows = model._default_manager
    for attempt in range(1, TRIES + 1):
        number = next_number(register, rows.aggregate(last=Max("number"))["last"])
        try:
            with transaction.atomic():
                return rows.create(number=number, **fields)
        except IntegrityError:
            if attempt == TRIES or not rows.filter(number=number).exists():
                raise
    raise AssertionError("unreachable")
