"""What an uploaded file really is, told from its content; what can't be told, or could act by itself, is refused.

Taken: photos that Pillow decodes whole, PDF documents, and Word or Excel files without macros. Never taken: SVG and
HTML (they run scripts in a browser), programs, archives, and whatever only claims to be something by its name.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, NamedTuple

from django.utils.translation import gettext as _
from PIL import Image, ImageFile, ImageOps

from .errors import Refusal

PIXELS = 60_000_000
"""A phone's best camera makes 50 million; more is a bomb, or a poster."""
PHOTOS = {"JPEG": ("image/jpeg", "jpg"), "PNG": ("image/png", "png"), "WEBP": ("image/webp", "webp")}
OFFICE = {
    "word/document.xml": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    "xl/workbook.xml": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
}
UNPACKED = 100 * 1024 * 1024
PARTS = 3000
ACCEPT = "image/jpeg,image/png,image/webp,application/pdf,.pdf,.docx,.xlsx"


class Kind(NamedTuple):
    """What a file is: its media type, and the ending that fits it."""

    media_type: str
    ending: str

    @property
    def is_photo(self) -> bool:
        return self.media_type.startswith("image/")


def recognise(file: IO[bytes]) -> Kind:
    """What the content is. Refuses, in a sentence, what is not one of the kinds taken."""
    file.seek(0)
    head = file.read(16)
    file.seek(0)
    if head.startswith(b"%PDF-"):
        return _pdf(file)
    if head.startswith(b"PK\x03\x04"):
        return _office(file)
    return _photo(file)


def _photo(file: IO[bytes]) -> Kind:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=list(PHOTOS)) as image:
                if image.width * image.height > PIXELS:
                    raise Refusal(_("This picture is too large. Send a smaller one."), code="too_large")
                found = Kind(*PHOTOS[image.format or ""])
                with _whole_pictures_only():
                    image.load()
    except Image.UnidentifiedImageError as error:
        raise Refusal(
            _("Only photos (JPEG, PNG, WebP), PDF, Word and Excel files can be attached."), code="wrong_kind"
        ) from error
    except (
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise Refusal(_("This picture is damaged, or too large to open."), code="damaged") from error
    finally:
        file.seek(0)
    return found


@contextmanager
def _whole_pictures_only() -> Iterator[None]:
    """Printing lets every picture of its process pass that ends too early (WeasyPrint sets it when it is loaded)."""
    lenient = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient


def _pdf(file: IO[bytes]) -> Kind:
    """A header, a table of its objects, and an end; a document that starts a program is none of ours."""
    content = file.read()
    file.seek(0)
    if b"startxref" not in content[-2048:] or b"%%EOF" not in content[-2048:]:
        raise Refusal(_("This PDF is cut off. Save it again and send the whole file."), code="damaged")
    if any(word in content for word in (b"/Launch", b"/JavaScript", b"/EmbeddedFile")):
        raise Refusal(
            _("This PDF carries a program or another file inside it. Print it to a new PDF first."),
            code="active",
        )
    return Kind("application/pdf", "pdf")


def _office(file: IO[bytes]) -> Kind:
    try:
        with zipfile.ZipFile(file) as box:
            parts = box.infolist()
            names = {part.filename for part in parts}
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError) as error:
        raise Refusal(_("This file is damaged. Save it again."), code="damaged") from error
    finally:
        file.seek(0)
    found = next((kind for name, kind in OFFICE.items() if name in names), None)
    if found is None or "[Content_Types].xml" not in names:
        raise Refusal(_("Archives can't be attached. Send the files in it one by one."), code="wrong_kind")
    if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
        raise Refusal(_("This document is too large inside."), code="too_large")
    if any(part.flag_bits & 1 for part in parts):
        raise Refusal(_("This document has a password. Take it off first."), code="locked")
    if any(
        "vbaproject" in name.lower() or "/embeddings/" in name or "activex" in name.lower() for name in names
    ):
        raise Refusal(
            _("This document carries macros or other files inside it. Save it without them."), code="active"
        )
    return Kind(*found)


def small_picture(file: IO[bytes], edge: int = 320) -> bytes:
    """A photo drawn anew, small, as JPEG: nothing of the original file but its picture."""
    with Image.open(file, formats=list(PHOTOS)) as image:
        image.draft("RGB", (edge * 2, edge * 2))
        upright = ImageOps.exif_transpose(image)
        flat = Image.new("RGB", upright.size, "white")
        drawn = upright.convert("RGBA")
        flat.paste(drawn, mask=drawn.getchannel("A"))
        flat.thumbnail((edge, edge))
        buffer = io.BytesIO()
        flat.save(buffer, "JPEG", quality=80, optimize=True)
    return buffer.getvalue()
