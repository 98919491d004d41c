"""Files that nobody should take in, each made here from scratch."""

import zlib
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name

from tests.cast import make_pdf

GIGABYTE = 1024**3


def packed_zeros(size: int) -> bytes:
    """``size`` zero bytes, packed a thousand to one."""
    packer = zlib.compressobj(6)
    chunk = bytes(1024 * 1024)
    return b"".join(packer.compress(chunk) for _ in range(size // len(chunk))) + packer.flush()


def written(pdf: pikepdf.Pdf, **options: object) -> bytes:
    out = BytesIO()
    pdf.save(out, **options)  # type: ignore[arg-type]
    return out.getvalue()


def encrypted(user: str = "", owner: str = "owner") -> bytes:
    with pikepdf.open(BytesIO(make_pdf())) as pdf:
        return written(pdf, encryption=pikepdf.Encryption(user=user, owner=owner))


def content_bomb(size: int = GIGABYTE // 2) -> bytes:
    """A page whose content unpacks to ``size`` bytes."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    stream = pdf.make_stream(b"")
    stream.write(packed_zeros(size), filter=Name.FlateDecode)
    pdf.pages[0].obj.Contents = stream
    return written(pdf, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def nested_bomb() -> bytes:
    """A page whose content is packed twice: a few kilobytes that unpack to gigabytes."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    stream = pdf.make_stream(b"")
    stream.write(zlib.compress(packed_zeros(GIGABYTE), 9), filter=Array([Name.FlateDecode, Name.FlateDecode]))
    pdf.pages[0].obj.Contents = stream
    return written(pdf, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def object_stream_bomb(size: int = GIGABYTE // 2) -> bytes:
    """A PDF whose catalog lies in an object stream that unpacks to ``size`` bytes."""
    first = b"1 0 2 32 "
    body = b"<</Type/Catalog/Pages 2 0 R>>   <</Type/Pages/Kids[]/Count 0>>"
    packer = zlib.compressobj(6)
    spaces = b" " * (1024 * 1024)
    packed = packer.compress(first + body)
    packed += b"".join(packer.compress(spaces) for _ in range(size // len(spaces))) + packer.flush()
    out = b"%PDF-1.5\n"
    objects = len(out)
    out += b"3 0 obj\n<</Type/ObjStm/N 2/First %d/Filter/FlateDecode/Length %d>>stream\n" % (len(first), len(packed))
    out += packed + b"\nendstream\nendobj\n"
    table = len(out)
    rows = bytes([0, 0, 0, 0, 0, 0]) + bytes([2, 0, 0, 0, 3, 0]) + bytes([2, 0, 0, 0, 3, 1])
    rows += bytes([1, *objects.to_bytes(4, "big"), 0]) + bytes([1, *table.to_bytes(4, "big"), 0])
    out += b"4 0 obj\n<</Type/XRef/Size 5/W[1 4 1]/Root 1 0 R/Length %d>>stream\n" % len(rows)
    return out + rows + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % table


def lying_length() -> bytes:
    """A page whose content says that it is longer than the file."""
    honest = make_pdf(1)
    at = honest.index(b"/Length")
    end = honest.index(b">>", at)
    lie = b"/Length 99999999"
    return honest[:at] + lie + honest[end:]


def circle_of_pages() -> bytes:
    """A tree of pages that has itself as a branch."""
    pdf = pikepdf.open(BytesIO(make_pdf(1)))
    pdf.Root.Pages.Kids.append(pdf.Root.Pages)
    return written(pdf)


def many_times_one_page(times: int = 300_000) -> bytes:
    """One page that the tree of pages names ``times`` times: small to send, large to open."""
    out = b"%PDF-1.4\n"
    kids = b"3 0 R " * times
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (times, kids),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>",
    ]
    offsets = []
    for number, body in enumerate(bodies, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % table


def without_pages() -> bytes:
    return written(pikepdf.new())


def pages(count: int) -> bytes:
    """``count`` empty pages."""
    pdf = pikepdf.new()
    for _ in range(count):
        pdf.add_blank_page(page_size=(200, 200))
    return written(pdf)


def with_script() -> bytes:
    """A good PDF that also carries a script and an attachment: taken in, and served only to be saved."""
    pdf = pikepdf.open(BytesIO(make_pdf(1)))
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
    pdf.attachments["macro.docm"] = pikepdf.AttachedFileSpec(pdf, b"PK\x03\x04 macro")
    return written(pdf)
