"""Queries of packs."""

__all__: list[str] = []
