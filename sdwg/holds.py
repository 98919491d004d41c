"""What an upper app keeps a lower app's object from while a record of its own waits, without the lower app knowing it.

The upper app registers a provider when Django starts, as with ``panels``; the rules of the lower app ask, with the
object's row locked, before it is changed. A provider answers in one query.
"""

from collections.abc import Callable, Collection, Mapping

Provider = Callable[[Collection[int] | None], Mapping[int, str]]
_providers: dict[str, list[Provider]] = {}


def provide(kind: str, provider: Provider) -> None:
    """Let ``provider`` hold objects of ``kind`` ("artefact").

    Asked for ids, or for all (``None``), it gives each that it holds with the sentence that says why, and the way on.
    """
    found = _providers.setdefault(kind, [])
    if provider not in found:
        found.append(provider)


def held(kind: str, ids: Collection[int] | None = None) -> dict[int, str]:
    """Those of ``ids`` (of all) that are held, each with why."""
    return {pk: why for provider in _providers.get(kind, []) for pk, why in provider(ids).items()}
