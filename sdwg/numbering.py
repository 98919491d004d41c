"""The next number of a register: one more than the last used, or what the secretariat set where that is greater."""

from sdwg.models import Numbering


def next_number(register: Numbering.Register, last: int | None) -> int:
    """The number that the next one of ``register`` gets; ``last`` is the greatest in use. One query.

    Whoever allocates it holds the lock, or retries on the unique key, as it did before.
    """
    return after(last, Numbering.objects.filter(register=register).first())


def after(last: int | None, numbering: Numbering | None) -> int:
    """The number after ``last`` in a register for which ``numbering`` is set."""
    return max((last or 0) + 1, numbering.next if numbering else 1)
