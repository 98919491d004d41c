"""Views of packs."""

__all__: list[str] = []
