"""Commands and events for the store's tests: short, with only what a test is about."""

from uuid import UUID, uuid4

from eventstore import log

CORRELATION = UUID("00000000-0000-4000-8000-000000000001")


def stamp(stream="hiring-1", command=None, fingerprint="same", **changes):
    fields = {
        "stream": stream,
        "process": "hiring",
        "command_id": command or uuid4(),
        "fingerprint": fingerprint,
        "actor": "e1001",
        "channel": "cli",
        "correlation": CORRELATION,
        "causation": None,
    }
    return log.Stamp(**{**fields, **changes})


def event(name="OfferExtended", on_behalf_of=None, **payload):
    return log.NewEvent(name, 1, payload or {"salary": "95000", "note": "ตกลง"}, on_behalf_of)


async def write(conn, stream="hiring-1", *, at=0, events=1, **changes):
    done = await log.append(
        conn, stamp(stream, **changes), expected_version=at, events=[event(n=n) for n in range(events)]
    )
    assert isinstance(done, log.Appended)
    return done.events
