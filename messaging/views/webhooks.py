"""What Twilio calls. Checked, kept, answered at once; the work is done by a task."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from twilio.request_validator import RequestValidator

from messaging import operations

SID, STATUS = re.compile(r"[A-Za-z0-9]{1,64}"), re.compile(r"[a-z_-]{1,40}")
EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


@csrf_exempt
@login_not_required
@require_POST
def twilio_status(request: HttpRequest) -> HttpResponse:
    """A status callback. Twilio may send it twice, late, and before an earlier one."""
    if not is_from_twilio(request):
        return HttpResponse(status=403)
    sid, status = request.POST.get("MessageSid", ""), request.POST.get("MessageStatus", "")
    if not (SID.fullmatch(sid) and STATUS.fullmatch(status)):
        return HttpResponse(status=400)
    payload = request.POST.dict() | {"o": request.GET.get("o", "")}
    _keep("status", f"{sid}:{status}", payload)
    return HttpResponse(status=204)


@csrf_exempt
@login_not_required
@require_POST
def twilio_inbound(request: HttpRequest) -> HttpResponse:
    """A message from a retailer."""
    if not is_from_twilio(request):
        return HttpResponse(status=403)
    if not SID.fullmatch(request.POST.get("MessageSid", "")):
        return HttpResponse(status=400)
    _keep("inbound", request.POST["MessageSid"], request.POST.dict())
    return HttpResponse(EMPTY_TWIML, content_type="text/xml")


def is_from_twilio(request: HttpRequest) -> bool:
    """Whether the signature fits one of our tokens, over the public address as Twilio called it.

    The address is built from settings: behind a proxy the request itself doesn't know its scheme and host. While a
    token is being rotated both are good. Without a token nothing is: an empty key would let anybody sign.
    """
    signature = request.headers.get("X-Twilio-Signature", "")
    url = f"{settings.PUBLIC_BASE_URL}{request.get_full_path()}"
    tokens = [settings.TWILIO_AUTH_TOKEN, settings.TWILIO_AUTH_TOKEN_SECONDARY]
    return any(
        token and signature and RequestValidator(token).validate(url, request.POST, signature)
        for token in tokens
    )


def _keep(kind: str, key: str, payload: dict[str, Any]) -> None:
    operations.store_webhook(provider="twilio", kind=kind, key=key, payload=payload, at=timezone.now())
