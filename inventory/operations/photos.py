"""Photos of products: kept as they came, shown as small pictures drawn anew, in the order that people give them."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import uuid
from typing import Any

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image

from core import live
from core.attachments import largest
from core.errors import Refusal
from core.safe_files import recognise, small_picture
from inventory.models import Product, ProductPhoto

log = structlog.get_logger(__name__)
MOST_PHOTOS = 30
SMALL, LARGE = 96, 1200
"""How many pixels the longer side has: in a list, and to look at."""


def add_photo(product: Product, file: Any, *, by: Any, at: dt.datetime) -> ProductPhoto:
    """Keep a photo behind those that are there. Refuses what is no photo, too large, or there already.

    Its pictures are drawn here: a tenth of a second for a phone's photo. The files are written first and the row last;
    whatever goes wrong between takes the files away again.
    """
    if not file.size:
        raise Refusal(_("This file is empty."), code="empty")
    if file.size > largest():
        text = _("This file has %(size)s; at most %(most)s are taken.")
        said = {"size": filesizeformat(file.size), "most": filesizeformat(largest())}
        raise Refusal(text % said, code="too_large")
    found = recognise(file)
    if not found.is_photo:
        raise Refusal(_("Only photos (JPEG, PNG, WebP) are shown with a product."), code="wrong_kind")
    checksum = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    try:
        pictures = [small_picture(file, LARGE), small_picture(file, SMALL)]
    except (OSError, ValueError, SyntaxError) as error:
        raise Refusal(_("This picture is damaged, or too large to open."), code="damaged") from error
    with Image.open(io.BytesIO(pictures[0])) as shown:
        width, height = shown.size
    file.seek(0)
    stored: list[str] = []
    name = f"products/{at:%Y/%m}/{uuid.uuid4().hex}"
    try:
        stored.append(default_storage.save(f"{name}.{found.ending}", file))
        for size, picture in zip(("large", "small"), pictures, strict=True):
            stored.append(default_storage.save(f"{name}-{size}.jpg", ContentFile(picture)))
        photo = ProductPhoto(
            product=product,
            file=stored[0],
            large=stored[1],
            small=stored[2],
            media_type=found.media_type,
            size=file.size,
            width=width,
            height=height,
            checksum=checksum,
            by=by,
            at=at,
        )
        return _put_last(photo)
    except IntegrityError as error:
        _take_away(stored)
        raise Refusal(_("This photo is here already."), code="same_photo") from error
    except OSError as error:
        _take_away(stored)
        log.exception("photo_not_stored")
        raise Refusal(
            _("The photo could not be stored; there may be no room left. Try again later."), code="not_stored"
        ) from error
    except BaseException:
        _take_away(stored)
        raise


@transaction.atomic
def _put_last(photo: ProductPhoto) -> ProductPhoto:
    product = Product.objects.select_for_update(no_key=True).get(pk=photo.product_id)
    there = ProductPhoto.objects.filter(product=product, removed_at=None)
    if there.count() >= MOST_PHOTOS:
        raise Refusal(_("A product has at most %d photos.") % MOST_PHOTOS, code="too_many")
    last = there.aggregate(last=Max("position"))["last"]
    photo.position = 0 if last is None else last + 1
    with transaction.atomic():
        photo.save()
    live.touch(product)
    return photo


@transaction.atomic
def place_photo(photo: ProductPhoto, place: int) -> ProductPhoto:
    """Put a photo at this place among those of its product, 0 the first: its face."""
    Product.objects.select_for_update(no_key=True).get(pk=photo.product_id)
    rows = list(ProductPhoto.objects.filter(product=photo.product_id, removed_at=None))
    others = [row for row in rows if row.pk != photo.pk]
    if len(others) == len(rows):
        raise Refusal(_("This photo is not there any more."), code="gone")
    mine = next(row for row in rows if row.pk == photo.pk)
    others.insert(max(0, min(place, len(others))), mine)
    for position, row in enumerate(others):
        row.position = position
    ProductPhoto.objects.bulk_update(others, ["position"])
    live.touch(photo.product)
    return mine


@transaction.atomic
def remove_photo(photo: ProductPhoto, *, by: Any, at: dt.datetime) -> ProductPhoto:
    """Take a photo off its product. Doing it twice is doing it once."""
    row = ProductPhoto.objects.select_for_update().get(pk=photo.pk)
    if row.removed_at is None:
        row.removed_at, row.removed_by = at, by
        row.save(update_fields=["removed_at", "removed_by"])
        live.touch(row.product)
    return row


def restore_photo(photo: ProductPhoto) -> ProductPhoto:
    """Put a removed photo back where it was. Refused when the same was added again meanwhile."""
    try:
        with transaction.atomic():
            row = ProductPhoto.objects.select_for_update().get(pk=photo.pk)
            row.removed_at, row.removed_by = None, None
            row.save(update_fields=["removed_at", "removed_by"])
            live.touch(row.product)
    except IntegrityError as error:
        raise Refusal(_("This photo is here already."), code="same_photo") from error
    return row


def _take_away(stored: list[str]) -> None:
    for name in stored:
        try:
            default_storage.delete(name)
        except OSError:
            log.exception("photo_left_behind", stored=name)
