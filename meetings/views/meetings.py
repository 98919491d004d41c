"""Views of meetings."""

__all__: list[str] = []
