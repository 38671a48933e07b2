"""X-Twilio-Signature, written from Twilio's description and not from the SDK that will check it."""

import base64
import hashlib
import hmac


def signature(url: str, params: dict[str, str], token: str) -> str:
    """base64(HMAC-SHA1(token, url followed by each name and value, sorted by name)).

    Source: https://www.twilio.com/docs/usage/security#validating-requests
    """
    signed = url + "".join(name + params[name] for name in sorted(params))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()
