"""What must not come along with a paper's page: scripts, actions, attachments, tags of its own, files elsewhere.

Copying a page's fonts and images copies whatever they refer to, and a hostile paper refers from there to anything. So
everything copied is gone over once: what is no drawing is emptied, whoever refers to it.
"""

import re

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

OF_STREAMS = tuple(
    Name(f"/{key}")
    for key in ("StructParent", "StructParents", "PieceInfo", "Metadata", "OPI", "Ref", "AA", "A", "Alternates", "AF")
)
"""Entries of forms and images that reach outside the page content, or into the tags of our own pages. A stream's
entries are all the standard's, so none of these is somebody's font of that name."""
ELSEWHERE = (Name.F, Name.FFilter, Name.FDecodeParms)
"""Entries of a stream whose bytes lie in another file."""
NO_DRAWING = {
    *("/Catalog", "/Pages", "/Page", "/Outlines", "/Action", "/Annot", "/Filespec", "/F", "/EmbeddedFile", "/Metadata"),
    *("/Sig", "/SigRef", "/StructTreeRoot", "/StructElem", "/MCR", "/OBJR", "/Bead", "/Thread", "/Sound", "/Movie"),
    *("/Rendition", "/RichMediaContent", "/RichMediaSettings", "/Collection"),
}
"""Types of objects that no page draws with."""
ACTIONS = {
    *("/GoTo", "/GoToR", "/GoToE", "/Launch", "/Thread", "/URI", "/Sound", "/Movie", "/Hide", "/Named", "/SubmitForm"),
    *("/ResetForm", "/ImportData", "/JavaScript", "/SetOCGState", "/Rendition", "/Trans", "/GoTo3DView"),
    "/RichMediaExecute",
}
"""What an action calls itself; its ``/Type`` may be missing."""


WORDS = {*(str(key) for key in (*OF_STREAMS, *ELSEWHERE)), *NO_DRAWING, *ACTIONS, "/PS", "/JS", "/EF"}
SUSPECT = re.compile(rb"(?:%s)(?=[\s/<>\[\]()])" % b"|".join(re.escape(word.encode()) for word in sorted(WORDS)))
"""Finds in an object as it is written whether it needs a closer look; few do, and looking closer takes ten times as
long."""


def leave_behind(pdf: Pdf, ours: int) -> None:
    """Empties, in every object of ``pdf`` after the first ``ours``, what is no drawing."""
    objects = pdf.objects
    for at in range(ours, len(objects)):
        copied = objects[at]
        if isinstance(copied, Object):
            written = copied.stream_dict if isinstance(copied, Stream) else copied
            if SUSPECT.search(written.unparse(resolved=True)):
                _go_over(copied)


def _go_over(copied: object) -> None:
    """One object, and the ones that lie directly in it; what it refers to is an object of its own."""
    if isinstance(copied, Stream):
        _strip(copied)
    elif isinstance(copied, Dictionary):
        if _is_no_drawing(copied):
            for key in list(copied.keys()):
                del copied[key]
    elif not isinstance(copied, Array):
        return
    for below in copied if isinstance(copied, Array) else copied.values():
        if isinstance(below, Dictionary | Array) and not below.is_indirect:
            _go_over(below)


def _strip(stream: Stream) -> None:
    for key in OF_STREAMS:
        if key in stream:
            del stream[key]
    if Name.F in stream or stream.get(Name.Subtype) == Name.PS or _is_no_drawing(stream):
        for key in ELSEWHERE:
            if key in stream:
                del stream[key]
        stream.write(b"")


def _is_no_drawing(thing: Object) -> bool:
    """Whether ``thing`` calls itself something that acts, or that carries a file or a script."""
    kind, deed = thing.get(Name.Type), thing.get(Name.S)
    if isinstance(kind, Name) and str(kind) in NO_DRAWING:
        return True
    if isinstance(deed, Name) and str(deed) in ACTIONS:
        return True
    script, file = thing.get(Name.JS), thing.get(Name.EF)
    return isinstance(script, String | Stream) or isinstance(file, Dictionary)
