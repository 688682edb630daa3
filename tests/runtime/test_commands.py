"""What may be said to a run, and what is no command."""

from __future__ import annotations

import json

import pytest

from engine.runtime.commands import MAX_MESSAGE_BYTES, CommandError, read_command

GOOD = [
    {"do": "play"}, {"do": "pause"}, {"do": "step"}, {"do": "slow", "on": True}, {"do": "speed", "steps_per_s": 30},
    {"do": "pace", "times": 2}, {"do": "undo"}, {"do": "keep"}, {"do": "set", "values": {}, "card": "A card"},
    {"do": "speed", "steps_per_s": None}, {"do": "set", "values": {"a": 1, "b": 0.5, "c": True, "d": "x"}},
    {"do": "reset"}, {"do": "reset", "values": {"seed": 3}}, {"do": "poke", "event": {"x": [1, {"y": None}]}},
    {"do": "seek", "step": 0}, {"do": "fork"}, {"do": "peek", "run": "r", "token": "t"},
    {"do": "resume", "run": "r", "token": "t"}, {"do": "close"}, {"do": "ack"},
]  # fmt: skip

BAD = {
    "nothing": "",
    "no json": "play",
    "cut off": '{"do": "play"',
    "a number": "7",
    "a list": '[{"do": "play"}]',
    "null": "null",
    "no do": "{}",
    "do a number": '{"do": 7}',
    "unknown": '{"do": "explode"}',
    "private": '{"do": "_with"}',
    "extra": '{"do": "play", "now": true}',
    "no values": '{"do": "set"}',
    "values a list": '{"do": "set", "values": [1]}',
    "value a list": '{"do": "set", "values": {"a": [1]}}',
    "value null": '{"do": "set", "values": {"a": null}}',
    "value NaN": '{"do": "set", "values": {"a": NaN}}',
    "value infinite": '{"do": "set", "values": {"a": 1e999}}',
    "too many values": json.dumps({"do": "set", "values": {str(i): i for i in range(65)}}),
    "speed NaN": '{"do": "speed", "steps_per_s": NaN}',
    "speed zero": '{"do": "speed", "steps_per_s": 0}',
    "speed negative": '{"do": "speed", "steps_per_s": -1}',
    "pace NaN": '{"do": "pace", "times": NaN}',
    "pace zero": '{"do": "pace", "times": 0}',
    "long card": json.dumps({"do": "reset", "card": "c" * 121}),
    "a copy": '{"do": "copy", "visitor": "somebody"}',
    "seek back": '{"do": "seek", "step": -1}',
    "seek a half": '{"do": "seek", "step": 0.5}',
    "long token": json.dumps({"do": "peek", "run": "r", "token": "t" * 65}),
    "poke of nothing": '{"do": "poke", "event": 7}',
    "nested lists": "[" * 100_000,
    "nested event": '{"do": "poke", "event": ' + '{"a":' * 5000 + "1" + "}" * 5001,
    "a lone surrogate": '{"do": "set", "values": {"a": "\\ud800"}}',
    "binary": b"\x00\xff\xfe\x80",
    "bad utf-8": b'{"do": "\xff"}',
    "too long": '{"do": "play"' + " " * MAX_MESSAGE_BYTES + "}",
}


@pytest.mark.parametrize("message", GOOD, ids=json.dumps)
def test_every_command_is_read_from_text_and_from_bytes(message: dict) -> None:
    for text in (json.dumps(message), json.dumps(message).encode()):
        assert read_command(text).do == message["do"]


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_what_is_no_command_is_refused_in_a_few_words(text: str | bytes) -> None:
    with pytest.raises(CommandError) as caught:
        read_command(text)
    assert 0 < len(str(caught.value)) < 600


def test_values_keep_their_types() -> None:
    values = read_command('{"do": "set", "values": {"a": 1, "b": 1.0, "c": true, "d": "1"}}').values  # type: ignore[union-attr]
    assert [type(value) for value in values.values()] == [int, float, bool, str]
