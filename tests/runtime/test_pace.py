"""How a run is played, as a link tells it."""

from __future__ import annotations

import math

import pytest

from engine.runtime.pace import Tempo


@pytest.mark.parametrize("tempo", [Tempo(60.0), Tempo(120.0), Tempo(math.inf), Tempo(0.5, slow=True)])
def test_a_link_brings_back_the_tempo(tempo: Tempo) -> None:
    assert Tempo.from_query(tempo.to_query(60.0), 60.0) == (tempo, [])


def test_what_is_usual_is_not_in_the_link() -> None:
    assert Tempo(60.0).to_query(60.0) == {}
    assert Tempo(math.inf, slow=True).to_query(60.0) == {"speed": "max", "slow": "true"}


@pytest.mark.parametrize(
    ("text", "speed"), [("0", 0.1), ("-5", 0.1), ("1e9", 1e6), ("fast", 60.0), ("nan", 60.0), ("inf", 60.0), ("", 60.0)]
)
def test_a_speed_that_is_not_allowed_is_snapped_and_named(text: str, speed: float) -> None:
    tempo, notices = Tempo.from_query({"speed": text, "slow": "maybe"}, 60.0)
    assert tempo == Tempo(speed)
    assert len(notices) == 2 and notices[0].startswith("speed = ") and notices[1].startswith("slow = ")
