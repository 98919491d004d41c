"""The next number of a register: one more than the last used, or what the secretariat set where that is greater."""

from sdwg.models import Numbering


def next_number(register: Numbering.Register, last: int | None) -> int:
    """The number that the next one of ``register`` gets; ``last`` is the greatest in use. One query.

    Whoever allocates it holds the lock, or retries on the unique key, as it did before.
    """
    begins = Numbering.objects.filter(register=register).values_list("next", flat=True).first()
    return max((last or 0) + 1, begins or 1)
