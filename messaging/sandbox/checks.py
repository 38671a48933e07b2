"""What Twilio refuses at the door, with the code it refuses it by."""

import json
import re

from messaging.sandbox.errors import ApiError
from messaging.sandbox.state import Store, channel_of, number_of

E164 = re.compile(r"\+[1-9]\d{6,14}")
SENDER_ID = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}|\d{3,6}")  # alphanumeric sender or short code
SERVICE_SID = re.compile(r"MG[0-9a-fA-F]{32}")
CONTENT_SID = re.compile(r"HX[0-9a-fA-F]{32}")
MAX_BODY, MAX_MEDIA = 1600, 10
PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def check_message(form: dict[str, list[str]], store: Store) -> str:
    """Raise ``ApiError`` as Twilio would; answer the text the person will read."""
    to, sender = _one(form, "To"), _one(form, "From")
    if not to:
        raise ApiError(21604)
    if not E164.fullmatch(number_of(to)):
        raise ApiError(21211, f"Invalid 'To' Phone Number: {to}")
    _check_sender(sender, _one(form, "MessagingServiceSid"), to)
    body = _check_content(form, store)
    if channel_of(to) == "sms" and store.opted_out(to, number_of(sender)):
        raise ApiError(21610)
    return body


def _check_sender(sender: str, service: str, to: str) -> None:
    if service:
        if not SERVICE_SID.fullmatch(service):
            raise ApiError(21701, "The Messaging Service does not exist")
        return
    if not sender:
        raise ApiError(21603)
    if not (E164.fullmatch(number_of(sender)) or SENDER_ID.fullmatch(sender)):
        raise ApiError(
            21212,
            f"The 'From' number {sender} is not a valid phone number, shortcode, or alphanumeric sender ID.",
        )
    if channel_of(sender) != channel_of(to):
        raise ApiError(21910)


def _check_content(form: dict[str, list[str]], store: Store) -> str:
    body, content_sid, variables = (
        _one(form, "Body"),
        _one(form, "ContentSid"),
        _one(form, "ContentVariables"),
    )
    media = form.get("MediaUrl", [])
    if len(body) > MAX_BODY:
        raise ApiError(21617)
    if len(media) > MAX_MEDIA:
        raise ApiError(21623)
    if content_sid:
        return _rendered(content_sid, variables, store)
    if variables:
        raise ApiError(21654)
    if not body and not media:
        raise ApiError(21602 if "Body" in form else 21619)
    return body


def _rendered(content_sid: str, variables: str, store: Store) -> str:
    template = store.template(content_sid) if CONTENT_SID.fullmatch(content_sid) else None
    if template is None:
        raise ApiError(21655)
    try:
        values = json.loads(variables or "{}")
    except ValueError:
        raise ApiError(21656) from None
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise ApiError(21656)
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), template["body"])


def _one(form: dict[str, list[str]], name: str) -> str:
    return form.get(name, [""])[-1]
