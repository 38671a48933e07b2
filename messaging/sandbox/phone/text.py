"""Numbers and times as a phone shows them."""

import time


def national(number: str) -> str:
    """Groups of digits are read more easily than a run: +91 98200 12345."""
    digits = number.lstrip("+")
    if not digits.isdigit() or len(digits) < 10:
        return number
    return (
        f"+{digits[:-10]} {digits[-10:-5]} {digits[-5:]}"
        if len(digits) > 10
        else f"{digits[:5]} {digits[5:]}"
    )


def clock(at: float, now: float) -> str:
    """The hour of today, the date of any other day."""
    then, today = time.localtime(at), time.localtime(now)
    return time.strftime("%H:%M" if then[:3] == today[:3] else "%d %b", then)
