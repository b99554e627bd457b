"""A certificate is watched until its end: renewed, waived and let go, or without an end from the first."""

from datetime import timedelta
from typing import Any

from tests.conformance.example import Due, Example, Play, Sent, Story, Told

PERSON, HR = "e1005", "e1033"


def registered(play: Play, **more: Any) -> Story:
    given = {"person": PERSON, "certificate": "cloud-security", "given": play.today.isoformat()}
    yield Sent("register-certificate", {**given, "evidence": "Seen on paper", **more}, by=HR)
    yield Told("note-recorded", {"position": 7, "about": "given"})


def waived(play: Play) -> Story:
    yield from registered(play)
    yield Due("certificate-renewal")
    for _ in range(3):
        yield Due("certificate-expiring")
    yield Due("certificate-ends")
    until = (play.today + timedelta(days=30)).isoformat()
    yield Sent("waive-certificate", {"until": until, "reason": "The next exam is in two weeks"}, by=HR)
    yield Told("note-recorded", {"position": 9, "about": "waived"})
    yield Due("certificate-ends")
    yield Sent("end-certificate", {"reason": "Another team does it now"}, by=HR)


def renewed(play: Play) -> Story:
    yield from registered(play)
    yield Told("note-renewed", {"case": "certificate-cloud-security-e1005-20270101"})


def earned(play: Play) -> Story:
    held = {"person": PERSON, "certificate": "cloud-security", "version": 1, "given": play.today.isoformat(),
            "ends": (play.today + timedelta(days=365)).isoformat()}  # fmt: skip
    yield Told("open-certificate", {"held": held, "renews": "certificate-1"})


def endless(play: Play) -> Story:
    yield from registered(play, certificate="finance-degree")


EXAMPLE = Example(
    process="certificate",
    stories={"waived": waived, "renewed": renewed, "earned": earned, "endless": endless},
    real=("waived", "endless"),
)
