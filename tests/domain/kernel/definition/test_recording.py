"""What a case has recorded elsewhere: asked for once, and known only once the record holds it."""

from domain.kernel.cases.case_events import CaseClosed
from domain.kernel.effects import Record
from domain.kernel.recording import RecordAsked, Recorded
from domain.organisation import record
from tests.domain.kernel.definition.watch import WATCH, watching

BY_EFFECT = {"by": "system", "channel": "effect"}


def test_the_record_is_asked_once():
    play = watching().when("finish", by="e4")
    assert isinstance(play.found(RecordAsked), RecordAsked)
    (effect,) = [effect for effect in play.effects if isinstance(effect, Record)]
    assert (effect.stream, effect.command, effect.payload) == (record.STREAM, "note-recorded", {"about": "watcher"})
    assert WATCH.stage(play.state) == "recording"


def test_only_its_word_is_the_end():
    play = watching()
    said = {"position": 7, "about": "watcher"}
    assert play.refused("note-recorded", said, **BY_EFFECT) == "nothing-to-record"
    play.when("finish", by="e4")
    assert play.refused("note-recorded", said, by="e4") == "not-your-role"
    assert play.refused("note-recorded", {"position": 7, "about": "other"}, **BY_EFFECT) == "nothing-to-record"
    play.when("note-recorded", said, **BY_EFFECT).then(Recorded, CaseClosed)


def test_a_hold_does_not_silence_the_record():
    play = watching().when("finish", by="e4").when("hold", {"reason": "x"}, by="e4")
    play.when("note-recorded", {"position": 7, "about": "watcher"}, **BY_EFFECT).then(Recorded, CaseClosed)
    assert play.state.recording.held == {"watcher": 7}
