"""A frame as bytes and back."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
import safetensors.numpy

from engine.exhibit import Frame
from engine.frames import decode, encode

RNG = np.random.default_rng(0)


def sample() -> Frame:
    return Frame(
        {
            "odd": RNG.integers(0, 255, 7, dtype=np.uint8),
            "half": RNG.normal(size=5).astype(np.float16),
            "field": RNG.normal(size=(9, 11)).astype(np.float32),
            "index": np.arange(3, dtype=np.int32),
            "empty": np.zeros((0, 2), np.float32),
            "scalar": np.array(3.5, np.float32),
        },
        {"loss": 0.5, "gone": math.nan, "wild": math.inf},
        {"verdict": "spots, naïvely"},
    )


def header_of(blob: bytes) -> tuple[int, dict]:
    length = int.from_bytes(blob[:8], "little")
    return 8 + length, json.loads(blob[8 : 8 + length])


def test_a_frame_comes_back_as_it_was() -> None:
    frame = sample()
    again, about = decode(encode("frame", frame, step=12, status="running"))
    assert about["kind"] == "frame" and about["step"] == 12 and about["status"] == "running"
    assert again.words == frame.words
    assert set(again.arrays) == set(frame.arrays)
    for name, array in frame.arrays.items():
        assert again.arrays[name].dtype == array.dtype and again.arrays[name].shape == array.shape
        np.testing.assert_array_equal(again.arrays[name], array)


def test_what_json_lacks_travels_as_null_and_comes_back_as_nan() -> None:
    blob = encode("frame", sample())
    text = header_of(blob)[1]["__metadata__"]["about"]
    about = json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))
    assert about["metrics"] == {"loss": 0.5, "gone": None, "wild": None}
    metrics = decode(blob)[0].metrics
    assert metrics["loss"] == 0.5 and math.isnan(metrics["gone"]) and math.isnan(metrics["wild"])


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (-3.0, 7.5), (1000.0, 1001.0), (-1e-6, 1e-6)])
def test_a_range_costs_at_most_half_a_level(low: float, high: float) -> None:
    array = RNG.uniform(low, high, (64, 64)).astype(np.float32)
    blob = encode("frame", Frame({"u": array}, ranges={"u": (low, high)}))
    assert safetensors.numpy.load(blob)["u"].dtype == np.uint8
    error = np.abs(decode(blob)[0].arrays["u"].astype(float) - array).max()
    rounding = 4 * np.spacing(np.float32(max(abs(low), abs(high))))  # float32 on the way there and back
    assert error <= (high - low) / 255 / 2 * (1 + 1e-4) + rounding


def test_outside_its_range_an_array_is_clipped_and_nan_is_the_low_end() -> None:
    array = np.array([-np.inf, -5, 0, 1, 5, np.inf, np.nan])
    raw = safetensors.numpy.load(encode("frame", Frame({"u": array}, ranges={"u": (0.0, 1.0)})))["u"]
    assert raw.tolist() == [0, 0, 0, 255, 255, 255, 0]


@pytest.mark.parametrize("limits", [(1.0, 1.0), (0.0, 1e-35), (-3e38, 3e38)])
def test_a_strange_range_gives_bytes_all_the_same(limits: tuple[float, float]) -> None:
    array = np.array([0.0, 1.0, 1e30], np.float32)
    again, about = decode(encode("frame", Frame({"u": array}, ranges={"u": limits})))
    assert again.arrays["u"].shape == (3,)
    assert about["ranges"]["u"] == list(limits)


def test_without_a_finite_range_an_array_is_sent_as_it_is() -> None:
    array = np.array([0.0, np.nan], np.float32)
    blob = encode("frame", Frame({"u": array}, ranges={"u": (0.0, math.nan), "no such array": (0.0, 1.0)}))
    again, about = decode(blob)
    assert about["ranges"] == {} and again.arrays["u"].dtype == np.float32


def test_the_bytes_are_a_safetensors_file() -> None:
    frame = sample()
    loaded = safetensors.numpy.load(encode("scene", frame))
    for name, array in frame.arrays.items():
        np.testing.assert_array_equal(loaded[name], array)


def test_every_array_lies_where_a_typed_array_may_begin() -> None:
    for words in range(12):  # headers of many lengths
        start, header = header_of(encode("frame", Frame(sample().arrays, words={"w": "x" * words})))
        assert start % 8 == 0
        sizes = {"U8": 1, "F16": 2, "F32": 4, "I32": 4}
        for name, entry in header.items():
            if name != "__metadata__":
                assert (start + entry["data_offsets"][0]) % sizes[entry["dtype"]] == 0, name


@pytest.mark.parametrize(
    ("given", "sent"), [(np.float64, "F32"), (np.int64, "I32"), (np.bool_, "U8"), (np.float16, "F16")]
)
def test_types_that_browsers_lack_are_sent_as_their_neighbours(given: type, sent: str) -> None:
    _, header = header_of(encode("frame", Frame({"a": np.ones((2, 3), given)})))
    assert header["a"]["dtype"] == sent and header["a"]["shape"] == [2, 3]


def test_arrays_of_any_layout_are_sent_in_rows() -> None:
    array = np.arange(12, dtype=np.float32).reshape(3, 4)
    again = decode(encode("frame", Frame({"a": array.T, "b": array[:, ::2]})))[0].arrays
    np.testing.assert_array_equal(again["a"], array.T)
    np.testing.assert_array_equal(again["b"], array[:, ::2])


def test_encoding_leaves_the_frame_alone() -> None:
    array = np.linspace(0, 1, 8, dtype=np.float32)
    before = array.copy()
    encode("frame", Frame({"u": array}, ranges={"u": (0.0, 1.0)}))
    np.testing.assert_array_equal(array, before)


def _with_about(about: object) -> bytes:
    return safetensors.numpy.save({"a": np.zeros(2)}, metadata={"about": json.dumps(about)})


JUNK = {
    "nothing": b"",
    "text": b"hello, this is not a frame at all",
    "zeros": bytes(64),
    "endless header": b"\xff" * 64,
    "a list": (2).to_bytes(8, "little") + b"[]",
    "deep": (200_000).to_bytes(8, "little") + b"[" * 200_000,
    "cut off": encode("frame", Frame({"a": np.zeros(100)}))[:-7],
    "no metadata": safetensors.numpy.save({"a": np.zeros(2)}),
    "not ours": safetensors.numpy.save({"a": np.zeros(2)}, metadata={"about": "not json"}),
    "a number for about": _with_about(7),
    "no ranges": _with_about({"kind": "frame", "metrics": {}, "words": {}}),
    "ranges of nothing": _with_about({"ranges": {"b": [0, 1]}, "metrics": {}, "words": {}}),
    "ranges a list": _with_about({"ranges": [1], "metrics": {}, "words": {}}),
}


@pytest.mark.parametrize("blob", JUNK.values(), ids=JUNK)
def test_what_is_no_frame_is_refused(blob: bytes) -> None:
    with pytest.raises(ValueError, match="not a frame"):
        decode(blob)
