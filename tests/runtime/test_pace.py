"""How a run is played, as a link tells it."""

from __future__ import annotations

import math

import pytest

from engine.runtime.pace import Pace, Tempo
from tests.clock import Clock


@pytest.mark.parametrize("tempo", [Tempo(60.0), Tempo(120.0), Tempo(math.inf), Tempo(0.5, slow=True, pace=2.5)])
def test_a_link_brings_back_the_tempo(tempo: Tempo) -> None:
    assert Tempo.from_query(tempo.to_query(60.0), 60.0) == (tempo, [])


def test_what_is_usual_is_not_in_the_link() -> None:
    assert Tempo(60.0).to_query(60.0) == {}
    assert Tempo(math.inf, slow=True).to_query(60.0) == {"speed": "max", "slow": "true"}


@pytest.mark.parametrize(
    ("text", "speed"), [("0", 0.1), ("-5", 0.1), ("1e9", 1e6), ("fast", 60.0), ("nan", 60.0), ("inf", 60.0), ("", 60.0)]
)
def test_a_speed_that_is_not_allowed_is_snapped_and_named(text: str, speed: float) -> None:
    tempo, notices = Tempo.from_query({"speed": text, "slow": "maybe", "pace": "x"}, 60.0)
    assert tempo == Tempo(speed)
    assert [notice.split(" = ")[0] for notice in notices] == ["speed", "slow", "pace"]


class Saying:
    """A performer that says one sentence after the other."""

    def __init__(self, *sentences: str) -> None:
        self._sentences, self.phase = list(sentences), ""

    def one_phase(self) -> None:
        self.phase = self._sentences.pop(0)


LONG, SHORT = "A long sentence that says in some detail what the algorithm has just done here" * 2, "Short"


def test_a_phase_lasts_as_long_as_it_takes_to_read() -> None:
    clock = Clock()
    pace, said = Pace(Tempo(60.0, slow=True), clock), Saying(LONG, SHORT, SHORT)
    lasted = []
    for _ in range(2):
        assert pace.play(said)
        lasted.append(pace.due() - clock.now)
        clock.now = pace.due() - 1e-6
        assert not pace.play(said)
        clock.now = pace.due()
    assert lasted == pytest.approx([0.5 + len(LONG) / 18, 0.9])


def test_the_pace_of_slow_motion_acts_at_once() -> None:
    clock = Clock()
    pace, said = Pace(Tempo(60.0, slow=True), clock), Saying(LONG, SHORT)
    pace.play(said)
    usual = pace.due() - clock.now
    pace.pace = 4.0
    assert pace.due() - clock.now == pytest.approx(usual / 4)
    clock.now = pace.due()
    assert pace.play(said)


@pytest.mark.parametrize("how", [{"pace": "x"}, {"pace": None}, {"pace": 1e9}, {"pace": True}, {}])
def test_a_saved_pace_that_is_none_is_the_usual_one(how: dict[str, object]) -> None:
    assert Tempo.from_saved(how, 60.0) == Tempo(60.0)
