"""Forms of decisions."""

__all__: list[str] = []
