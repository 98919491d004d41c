"""What upper apps add to a lower app's page, without the lower app knowing them.

An artefact's page shows the decisions on it and its way through the DAG, yet artefacts know neither. The upper app
registers a provider for a place when Django starts (``AppConfig.ready``); the page asks for what there is. A provider
reads only what its reader may see, in a constant number of queries.
"""

from collections.abc import Callable
from typing import Any

from sdwg.members.access import Actor
from sdwg.screen import Panel

Provider = Callable[[Actor, Any], Panel | None]
_providers: dict[str, list[Provider]] = {}


def provide(place: str, provider: Provider) -> None:
    """Show on the page ``place`` ("artefact", "meeting", "register") what ``provider(actor, object)`` gives."""
    found = _providers.setdefault(place, [])
    if provider not in found:
        found.append(provider)


def panels(place: str, actor: Actor, thing: Any) -> list[Panel]:
    """The panels of a page, in the order of the apps."""
    return [panel for provider in _providers.get(place, []) if (panel := provider(actor, thing))]
