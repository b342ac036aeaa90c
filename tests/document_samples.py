"""Documents made by code, good and hostile, so that none lies in git as bytes."""

import hashlib
import io
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = A4
MIB = 1024 * 1024

LEFT_COLUMN = [
    "Skills",
    "Python and PostgreSQL",
    "Event driven design",
    "Queues and backpressure",
    "Incident response",
    "Languages",
    "English and Tamil",
    "Education",
    "University of Melbourne",
    "Bachelor of Science",
    "Interests",
    "Bouldering and chess",
]
RIGHT_COLUMN = [
    "Employment",
    "Harbour Payments, 2021 to today",
    "Led the ledger of three teams",
    "Cut failed payouts by half",
    "Northwind Logistics, 2018 to 2021",
    "Built the routing service",
    "Moved it to events in a year",
    "Bright Labs, 2016 to 2018",
    "Wrote the first mobile API",
    "Ran the on-call rota",
    "References",
    "On request",
]
HEADER = "Asha Nair is a backend engineer in Melbourne who likes systems that stay up at night"


def pdf(draw: Callable[[Canvas], None], **options: object) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, **options)
    draw(canvas)
    canvas.save()
    return buffer.getvalue()


def _at(row: int) -> float:
    return float(HEIGHT - 120 - 16 * row)


def two_pages() -> bytes:
    def draw(canvas: Canvas) -> None:
        for page in (1, 2):
            for row in range(40):
                canvas.drawString(
                    60, _at(row), f"Page {page}, line {row}: I kept the payments platform running."
                )
            canvas.showPage()

    return pdf(draw)


def two_columns() -> bytes:
    """Each column in one go, below a header across the page."""

    def draw(canvas: Canvas) -> None:
        canvas.drawString(60, HEIGHT - 80, HEADER)
        for x, column in ((60, LEFT_COLUMN), (320, RIGHT_COLUMN)):
            for row, line in enumerate(column):
                canvas.drawString(x, _at(row), line)

    return pdf(draw)


def interleaved_columns(header: str = HEADER) -> bytes:
    """Row by row across both columns, as tables made by word processors come out."""

    def draw(canvas: Canvas) -> None:
        canvas.drawString(60, HEIGHT - 80, header)
        for row, (left, right) in enumerate(zip(LEFT_COLUMN, RIGHT_COLUMN, strict=True)):
            canvas.drawString(60, _at(row), left)
            canvas.drawString(320, _at(row), right)
        canvas.drawString(
            60, _at(len(LEFT_COLUMN)), "All of this is true, and was written down on one evening in May"
        )

    return pdf(draw)


def letter_by_letter(line: str = "Built the routing service for Northwind") -> bytes:
    def draw(canvas: Canvas) -> None:
        x = 60.0
        for letter in line:
            if letter != " ":
                canvas.drawString(x, 700, letter)
            x += canvas.stringWidth(letter)

    return pdf(draw)


def plain_pdf(*lines: str, pages: int = 1, **options: object) -> bytes:
    def draw(canvas: Canvas) -> None:
        for page in range(1, pages + 1):
            for row, line in enumerate(lines):
                canvas.drawString(60, _at(row), line.format(page=page))
            canvas.showPage()

    return pdf(draw, **options)


def turned_pdf(line: str) -> bytes:
    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(90)
        canvas.drawString(60, 500, line)

    return pdf(draw)


def picture(text: str = "Asha Nair") -> bytes:
    image = Image.new("L", (600, 840), 255)
    ImageDraw.Draw(image).text((60, 60), text)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def scanned(stamp: str = "") -> bytes:
    """A picture of a page; the program that took it may have left its name."""

    def draw(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(io.BytesIO(picture())), 0, 0, WIDTH, HEIGHT)
        canvas.drawString(400, 20, stamp)

    return pdf(draw)


def blank_pdf() -> bytes:
    return pdf(lambda canvas: canvas.showPage())


def rc4_pdf(password: str) -> bytes:
    lock = StandardEncryption(password, ownerPassword="owner", canPrint=0, strength=128)
    return plain_pdf("Behind RC4", encrypt=lock)


def aes_pdf(password: str, line: str = "Behind AES") -> bytes:
    """AES-256 as of PDF 1.7, extension level 3."""
    key = os.urandom(32)
    user, user_key = _proof(password.encode(), key, b"")
    owner, owner_key = _proof(b"owner", key, user)
    permissions = struct.pack("<i", -44) + b"\xff\xff\xff\xffTadb" + os.urandom(4)
    sealed = Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(permissions)  # noqa: S305 - by the format
    encrypt = (
        b"<< /Filter /Standard /V 5 /R 5 /Length 256 /P -44 /EncryptMetadata true /StmF /StdCF /StrF /StdCF"
        b" /CF << /StdCF << /CFM /AESV3 /AuthEvent /DocOpen /Length 32 >> >>"
        b" /U <%s> /UE <%s> /O <%s> /OE <%s> /Perms <%s> >>"
        % tuple(each.hex().encode() for each in (user, user_key, owner, owner_key, sealed))
    )
    content = b"BT /F1 12 Tf 60 700 Td (%s) Tj ET" % line.encode()
    padder, start = PKCS7(128).padder(), os.urandom(16)
    cipher = Cipher(algorithms.AES(key), modes.CBC(start)).encryptor()
    locked = start + cipher.update(padder.update(content) + padder.finalize())
    return raw_pdf(locked, extra=[encrypt], trailer=b"/Encrypt 6 0 R /ID [<00><00>]")


def _proof(password: bytes, key: bytes, context: bytes) -> tuple[bytes, bytes]:
    check, wrap = os.urandom(8), os.urandom(8)
    proof = hashlib.sha256(password + check + context).digest() + check + wrap
    wrapping = hashlib.sha256(password + wrap + context).digest()
    cipher = Cipher(algorithms.AES(wrapping), modes.CBC(bytes(16))).encryptor()
    return proof, cipher.update(key)


def raw_pdf(
    content: bytes, *, filters: bytes = b"", extra: Sequence[bytes] = (), trailer: bytes = b""
) -> bytes:
    """One page whose content is exactly these bytes."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), filters, content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *extra,
    ]
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        trailer,
        start,
    )
    return bytes(out)


def flate_bomb(inflated_mib: int = 1024) -> bytes:
    """About one MB that becomes one GiB of blanks on the page."""
    return raw_pdf(_deflated_blanks(inflated_mib), filters=b"/Filter /FlateDecode")


def _deflated_blanks(mib: int) -> bytes:
    """The block of one MiB, repeated: after a full flush each stands for itself."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(b" " * MIB) + packer.flush(zlib.Z_FULL_FLUSH)
    return b"\x78\xda" + block * mib + zlib.compressobj(9, zlib.DEFLATED, -15).flush() + bytes(4)


def busy_pdf() -> bytes:
    """Small, and work without end: text drawn some millions of times."""
    content = zlib.compress(
        b"BT /F1 12 Tf " + b"1 0 0 1 60 700 Tm (Again and again and again) Tj " * 800_000 + b"ET", 9
    )
    return raw_pdf(content, filters=b"/Filter /FlateDecode")


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)


def paragraph(*texts: str) -> str:
    return "<w:p>" + "".join(f"<w:r><w:t>{text}</w:t></w:r>" for text in texts) + "</w:p>"


def body(inner: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><w:document {W}><w:body>{inner}</w:body></w:document>'


def docx(document: str | bytes, **parts: str | bytes) -> bytes:
    """A Word file; `header1="..."` becomes word/header1.xml."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("word/document.xml", document)
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", content)
    return buffer.getvalue()


def plain_docx(*lines: str) -> bytes:
    return docx(body("".join(map(paragraph, lines))))


def zip_of(names: Sequence[str], content: str = "x") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return buffer.getvalue()


def docx_of_size(text_bytes: int) -> bytes:
    """One long text, which packs a thousand to one."""
    return docx(body(paragraph("a" * text_bytes)))


def docx_that_lies(declared: int) -> bytes:
    """Its headers declare another size than what is inside."""
    honest = bytearray(docx_of_size(40 * MIB))
    with zipfile.ZipFile(io.BytesIO(honest)) as archive:
        entry = archive.getinfo("word/document.xml")
        central = archive.start_dir
    struct.pack_into("<I", honest, entry.header_offset + 22, declared)
    place = honest.index(b"word/document.xml", central) - 46
    struct.pack_into("<I", honest, place + 24, declared)
    return bytes(honest)


def laughing_docx() -> bytes:
    entities = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">' for level in range(1, 10)
    )
    return docx(f'<?xml version="1.0"?><!DOCTYPE w:document [{entities}]>' + body(paragraph("&a9;"))[38:])


def stealing_docx(path: str) -> bytes:
    entity = f'<!ENTITY stolen SYSTEM "file://{path}">'
    return docx(f'<?xml version="1.0"?><!DOCTYPE w:document [{entity}]>' + body(paragraph("&stolen;"))[38:])
