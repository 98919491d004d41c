"""The layers (optional content) of a document: what a viewer lists, and may show or hide."""

from collections.abc import Collection, Iterable

from pikepdf import Array, Dictionary, Name, Object, Pdf
from pikepdf._layer_copy import _find_groups, migrate_layers

from sdwg.pdf.tags import ObjGen

__all__ = ["keep_layers", "migrate_layers"]

LISTS = (Name.ON, Name.OFF, Name.Order, Name.Locked, Name.RBGroups)
"""Entries of a document's configuration that name layers, in arrays of arrays."""


def keep_layers(pdf: Pdf) -> None:
    """Takes off the document's list the layers that none of its pages uses; their names go with them."""
    properties = pdf.Root.get(Name.OCProperties)
    if not isinstance(properties, Dictionary):
        return
    used = {group.objgen for group in _find_groups(pdf, list(pdf.pages))}
    if not used:
        del pdf.Root.OCProperties
        return
    new = Dictionary(OCGs=Array(_among(properties.OCGs, used)), D=Dictionary())
    old: object = properties.get(Name.D)
    if isinstance(old, Dictionary):
        for key in LISTS:
            listed: object = old.get(key)
            if isinstance(listed, Array):
                new.D[key] = Array(_among(listed, used))
        new.D[Name.AS] = Array(_usages(old.get(Name.AS), used))
    pdf.Root.OCProperties = new


def _among(listed: Iterable[object], used: Collection[ObjGen]) -> list[Object]:
    """Of a list, nested, the layers that are used; labels stay only where a layer they label does."""
    kept: list[Object] = []
    layers = 0
    for item in listed:
        if isinstance(item, Array):
            below = _among(item, used)
            if below:
                kept.append(Array(below))
                layers += 1
        elif isinstance(item, Dictionary):
            if item.objgen in used:
                kept.append(item)
                layers += 1
        elif isinstance(item, Object):
            kept.append(item)
    return kept if layers else []


def _usages(listed: object, used: Collection[ObjGen]) -> list[Dictionary]:
    """When a viewer switches layers by itself (shown, printed), for those that are used."""
    usages = []
    for usage in listed if isinstance(listed, Array) else ():
        if isinstance(usage, Dictionary) and isinstance(usage.get(Name.OCGs), Array):
            usage.OCGs = Array(_among(usage.OCGs, used))
            usages.append(usage)
    return usages
