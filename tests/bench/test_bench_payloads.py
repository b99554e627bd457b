"""What is appended is what the report says: 300 bytes, streams in order."""

import random

from bench.appends import BYTES, payload_of
from bench.peers.plain import Streams
from eventstore.canonical import canonical


def test_a_payload_has_exactly_300_bytes():
    rng = random.Random(7)
    assert {len(canonical(payload_of(rng)).encode()) for _ in range(50)} == {BYTES}
    assert BYTES == 300


def test_the_same_seed_gives_the_same_payload():
    assert payload_of(random.Random(7)) == payload_of(random.Random(7))


def test_versions_of_a_stream_follow_each_other_then_the_next_stream_begins():
    streams = Streams("s", [{}], length=2)
    assert [streams.next()[:2] for _ in range(5)] == [("s-0", 0), ("s-0", 1), ("s-1", 0), ("s-1", 1), ("s-2", 0)]
