"""Who sells and who is billed, read from the words frozen on the document."""

from __future__ import annotations

import base64
import mimetypes
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from core.templatetags.figures import phone

from .wording import isolated, left_to_right


class Party(NamedTuple):
    """A name and the lines under it; for the seller also how to pay and on what terms."""

    name: str
    lines: list[str]
    logo: str = ""
    upi_id: str = ""
    bank_details: str = ""
    invoice_terms: str = ""


def party_of(words: Mapping[str, Any]) -> Party:
    """Name, registered company, address, tax ID, phone and code, as far as they were known that day."""
    name = words.get("name", "")
    company = words.get("company_name", "")
    town = " ".join(words[part] for part in ("city", "postal_code") if words.get(part))
    place = ", ".join(part for part in (town, words.get("state", "")) if part)
    plain = [
        company if company != name else "",
        words.get("street", ""),
        *_several(words.get("address")),
        place,
    ]
    lines = [isolated(line.strip()) for line in plain if line and line.strip()]
    if words.get("tax_id"):
        lines.append(_("Tax ID %(number)s") % {"number": isolated(words["tax_id"])})
    if words.get("phone"):
        lines.append(left_to_right(phone(words["phone"])))
    if words.get("email"):
        lines.append(left_to_right(words["email"]))
    if words.get("code"):
        lines.append(_("Customer number %(code)s") % {"code": isolated(words["code"])})
    return Party(isolated(name), lines)


def seller_of(words: Mapping[str, Any]) -> Party:
    """The seller as it was that day."""
    return party_of(words)._replace(
        logo=logo_data(words.get("logo", "")),
        upi_id=words.get("upi_id", ""),
        bank_details="\n".join(_several(words.get("bank_details"))),
        invoice_terms="\n".join(_several(words.get("invoice_terms"))),
    )


def _several(text: str | None) -> list[str]:
    """Lines of a setting; an environment file writes a new line as \\n."""
    return (text or "").replace("\\n", "\n").splitlines()


@lru_cache(maxsize=4)
def logo_data(path: str) -> str:
    """The logo as a `data:` address; "" when there is none or it can't be read. Relative to the project's folder."""
    file = Path(settings.BASE_DIR, path)
    kind = mimetypes.guess_type(file.name)[0] or ""
    if not path or not kind.startswith("image/") or not file.is_file():
        return ""
    return f"data:{kind};base64,{base64.b64encode(file.read_bytes()).decode()}"
