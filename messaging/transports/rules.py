"""The behaviour table: what each Twilio error code means for the message, the address, the template, the channel.

One table for both ways an error comes, at once (the answer to the POST) or later (a status callback). Codes decide;
Twilio warns that the texts change. Source of the meanings: https://www.twilio.com/docs/api/errors
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Act(StrEnum):
    """What to do about an error."""

    RETRY = "retry"  # not sent, nobody's fault: again, later
    PAUSE = "pause"  # our configuration: the channel stops, messages wait
    FAIL = "fail"  # this message can't go, ever, as it is
    FALL_BACK = "fall_back"  # not on this channel: try the customer's next one


@dataclass(frozen=True)
class Rule:
    """`suppress` is why the address is not used again on this channel: opted_out, invalid, blocked, or empty.

    `retries` is how often a RETRY may happen; None means as often as any message is tried. After that, `then`.
    """

    act: Act
    meaning: str
    suppress: str = ""
    after: timedelta | None = None
    retries: int | None = None
    then: Act = Act.FAIL
    stops_template: bool = False


def _fail(meaning: str) -> Rule:
    return Rule(Act.FAIL, meaning)


def _pause(meaning: str) -> Rule:
    return Rule(Act.PAUSE, meaning)


def _suppress(reason: str, meaning: str) -> Rule:
    return Rule(Act.FALL_BACK, meaning, suppress=reason)


def _template(meaning: str) -> Rule:
    return Rule(Act.FALL_BACK, meaning, stops_template=True)


MINUTES, HOUR = timedelta(minutes=5), timedelta(hours=1)

RULES: dict[str, Rule] = {
    "20003": _pause("Twilio refuses the account's credentials"),
    "20429": Rule(Act.RETRY, "too many requests at once; nothing was sent"),
    # the address
    "21211": _suppress("invalid", "not a valid phone number"),
    "21604": _suppress("invalid", "no phone number"),
    "21612": _suppress("invalid", "the number can't be reached from our sender"),
    "21614": _suppress("invalid", "not a mobile number"),
    "21610": _suppress("opted_out", "the person opted out"),
    # our configuration
    "21408": _pause("sending to this country is switched off in the Twilio account"),
    "21603": _pause("no sender number is set"),
    "21606": _pause("the sender number can't send messages"),
    "21703": _pause("the messaging service has no sender"),
    "21704": _pause("the messaging service has no suitable sender"),
    "21705": _pause("the messaging service does not exist"),
    "63007": _pause("the WhatsApp sender is not set up"),
    "63051": _pause("the WhatsApp business account is locked"),
    # load
    "21611": Rule(Act.RETRY, "the sender's queue is full", after=MINUTES),
    "30001": Rule(Act.RETRY, "the provider's queue overflowed", after=MINUTES),
    "63017": Rule(Act.RETRY, "WhatsApp's rate limit was reached", after=MINUTES),
    "63018": Rule(Act.RETRY, "WhatsApp's messaging limit was reached", after=HOUR),
    # what we wrote
    "21602": _fail("the message has no text"),
    "21617": _fail("the text is longer than 1,600 characters"),
    "21619": _fail("the message has neither text nor media"),
    "21620": _fail("a media link is not valid"),
    "21623": _fail("too many media files"),
    "21910": _fail("sender and recipient are not on the same channel"),
    "21654": _template("no approved template was named"),
    "21655": _template("the approved template does not exist"),
    "21656": _template("the template's variables are not valid"),
    # the handset and the carrier
    "30003": Rule(Act.RETRY, "the phone can't be reached", after=HOUR, retries=1, then=Act.FALL_BACK),
    "30004": _suppress("blocked", "the carrier or the person blocks our messages"),
    "30005": _suppress("invalid", "unknown number"),
    "30006": _suppress("invalid", "a landline, or a carrier that can't be reached"),
    "30007": _fail("filtered as spam; the same text must not be sent again"),
    "30008": Rule(Act.RETRY, "the carrier gave no reason", after=MINUTES, retries=1, then=Act.FALL_BACK),
    # WhatsApp
    "63003": _suppress("invalid", "not on WhatsApp"),
    "63024": _suppress("invalid", "not a valid WhatsApp recipient"),
    "63014": _suppress("blocked", "the person blocked us on WhatsApp"),
    "63033": _suppress("opted_out", "the person opted out on WhatsApp"),
    "63013": _template("WhatsApp says this breaks its policy"),
    "63026": _template("WhatsApp took it for spam"),
    "63016": Rule(
        Act.FALL_BACK, "more than 24 hours since the customer wrote; only approved templates may go"
    ),
    "63019": _fail("WhatsApp could not fetch the media"),
    "63034": _fail("the media is not valid for WhatsApp"),
    "63037": _fail("the media is too large or of a wrong type"),
    "63027": _template("the template does not exist in this language"),
    "63028": _template("the template's number of variables is wrong"),
    "63040": _template("the template was rejected"),
    "63041": _template("the template is paused"),
    "63042": _template("the template was disabled"),
    "63032": Rule(Act.FALL_BACK, "WhatsApp keeps this person out of business messages for now"),
    "63049": Rule(Act.FALL_BACK, "WhatsApp withheld a marketing message from this person"),
}
OTHERWISE = Rule(Act.FAIL, "refused by the provider")


def rule_for(code: str | int) -> Rule:
    return RULES.get(str(code), OTHERWISE)
