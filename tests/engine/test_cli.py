"""The command line: one JSON line on stdout, clear words on stderr, honest exit statuses."""

from __future__ import annotations

import csv
import json
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from engine import __main__ as cli
from engine.exhibit import Exhibit, catalogue
from engine.frames import decode
from tests.fake_gpu import FakeGpu
from tests.probes import Finish, NotANumber, Walk

HOUSE = Path(__file__).parent.parent.parent


@pytest.fixture(autouse=True)
def with_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    found: dict[str, type[Exhibit]] = {**catalogue(), **{kind.slug: kind for kind in (Walk, Finish, NotANumber)}}
    monkeypatch.setattr(cli, "catalogue", lambda: found)


def run(*arguments: str) -> int:
    """The exit status, however it comes."""
    try:
        return cli.main(list(arguments))
    except SystemExit as error:
        return int(error.code or 0)


def test_the_list_names_every_exhibit_and_parameter(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list") == 0
    out = capsys.readouterr().out
    for slug, kind in catalogue().items():
        assert f"{slug}: {kind.title}" in out
        for knob in kind.Params.knobs().values():
            assert f"--set {knob.name}=" in out and knob.allowed() in out


def test_a_run_prints_its_final_metrics_as_one_json_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("run", "probe-walk", "--set", "stride=0.5", "--set", "name=a=b", "--seed", "3", "--steps", "40") == 0
    captured = capsys.readouterr()
    assert captured.out.count("\n") == 1
    result = json.loads(captured.out)
    assert result["exhibit"] == "probe-walk" and result["steps"] == 40
    assert result["metrics"]["steps"] == 40.0 and result["metrics"]["stride"] == 0.5
    assert "40" in captured.err, "the progress bar"


def test_the_same_seed_gives_the_same_and_another_seed_another(capsys: pytest.CaptureFixture[str]) -> None:
    means = []
    for seed in ("1", "1", "2"):
        assert run("run", "probe-walk", "--seed", seed, "--steps", "20") == 0
        means.append(json.loads(capsys.readouterr().out)["metrics"]["mean"])
    assert means[0] == means[1] != means[2]


def test_the_last_frame_and_the_metrics_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frame, metrics = tmp_path / "frame.safetensors", tmp_path / "metrics.csv"
    assert run("run", "probe-walk", "--steps", "50", "--out", str(frame), "--metrics", str(metrics)) == 0
    final = json.loads(capsys.readouterr().out)["metrics"]
    arrays = load_file(frame)
    assert arrays["shade"].dtype == np.float32, "at full precision: ranges are for the eye"
    assert arrays["at"].mean() == pytest.approx(final["mean"], rel=1e-6)
    about = decode(frame.read_bytes())[1]
    assert about["step"] == 50 and about["params"]["stride"] == 1.0
    with metrics.open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["step", "mean", "steps", "stride"]
    assert rows[0]["step"] == "1" and rows[-1]["step"] == "50"
    assert float(rows[-1]["mean"]) == pytest.approx(final["mean"], rel=1e-6)


BAD = [
    (["run", "no-such"], "there is no exhibit 'no-such'; there are "),
    (["run", "probe-walk", "--set", "stride=9"], "stride = 9 is not allowed; use 0 to 2 m, in steps of 0.05"),
    (["run", "probe-walk", "--set", "stride"], "'stride' is not of the form name=value"),
    (["run", "probe-walk", "--set", "pace=1"], "there is no parameter 'pace'; there are stride, "),
    (["run", "probe-walk", "--set", "shape=star"], "use one of line, ring"),
    (["run", "probe-walk", "--seed", "-1"], "seed = -1 is not allowed; use 0 to "),
    (["run", "probe-walk", "--seed", "lucky"], "seed = 'lucky' is not a number; use 0 to "),
    (["run", "probe-walk", "--steps", "0"], "'0' is not a whole number of at least 1"),
    (["run", "probe-walk", "--steps", "many"], "'many' is not a whole number of at least 1"),
    (["run", "probe-walk", "--steps", "²"], "not a whole number"),
    (["run", "probe-walk", "--device", "tpu"], "choose from"),
    (["run", "probe-walk", "--out", "/no/such/folder/frame"], "the folder /no/such/folder does not exist"),
    (["run", "probe-walk", "--speed", "9"], "unrecognized arguments: --speed 9"),
    (["run"], "SLUG"),
    (["bench", "no-such"], "there is no exhibit 'no-such'"),
    (["dance"], "list"),
    ([], "COMMAND"),
]


@pytest.mark.parametrize(("arguments", "words"), BAD, ids=[" ".join(arguments) for arguments, _ in BAD])
def test_a_bad_flag_ends_with_status_2_and_one_clear_line(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1 and words in captured.err
    assert captured.err.startswith("python -m engine")


def test_no_cuda_device_is_said_so(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    assert run("run", "probe-walk", "--device", "cuda") == 2
    reason = "device = cuda is not possible: probe-walk does not run there; use one of auto, cpu"
    assert reason in capsys.readouterr().err
    monkeypatch.setattr(Walk, "devices", ("cpu", "cuda"))
    for command in (["run", "probe-walk"], ["bench", "probe-walk", "--seconds", "0.01"]):
        assert run(*command, "--device", "cuda") == 2
        reason = "device = cuda is not possible: this machine has no cuda device; use one of auto, cpu"
        assert reason in capsys.readouterr().err
    assert run("run", "probe-walk", "--device", "auto", "--steps", "1") == 0


def test_a_file_that_cannot_be_written_is_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("run", "probe-walk", "--steps", "1", "--out", str(tmp_path)) == 1
    assert str(tmp_path) in capsys.readouterr().err.splitlines()[-1]


def test_a_divergence_ends_with_status_1_and_says_what_and_when(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("run", "probe-nan", "--set", "at=20", "--steps", "200") == 1
    captured = capsys.readouterr()
    assert json.loads(captured.out)["steps"] == 20
    assert "value is no longer finite at step 20;" in captured.err.splitlines()[-1]
    assert run("run", "probe-nan", "--set", "at=20", "--steps", "3200") == 1
    assert "value is no longer finite between step 17 and 32;" in capsys.readouterr().err.splitlines()[-1]


def test_metrics_are_kept_at_the_same_steps_on_every_machine(tmp_path: Path) -> None:
    assert run("run", "probe-walk", "--steps", "1001", "--metrics", str(tmp_path / "m.csv")) == 0
    with (tmp_path / "m.csv").open() as file:
        steps = [int(float(row["step"])) for row in csv.DictReader(file)]
    assert steps == [*range(6, 1001, 6), 1001]


def test_what_is_not_available_is_null(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Walk, "frame", lambda self: cli_frame())
    assert run("run", "probe-walk", "--steps", "1") == 0
    assert json.loads(capsys.readouterr().out)["metrics"] == {"x": None, "y": 1.0}


def cli_frame():  # type: ignore[no-untyped-def]
    from engine.exhibit import Frame

    return Frame({}, {"x": math.nan, "y": 1.0})


def test_an_algorithm_that_ends_ends_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("run", "probe-finish", "--set", "at=37", "--steps", "1000") == 0
    result = json.loads(capsys.readouterr().out)
    assert result["steps"] == 37 and result["metrics"]["value"] == 37.0


def test_a_bench_measures_steps_and_frames(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("bench", "probe-walk", "--seconds", "0.05") == 0
    result = json.loads(capsys.readouterr().out)
    assert result["exhibit"] == "probe-walk" and result["device"] == "cpu" and "ratio" not in result
    assert result["steps_per_s"] > 100 and result["frame_ms"] > 0


def test_a_bench_compares_the_devices_there_are(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    gpu = FakeGpu(monkeypatch)
    monkeypatch.setattr(Walk, "devices", ("cpu", "cuda"))
    assert run("bench", "probe-walk", "--seconds", "0.05", "--set", "walkers=8") == 0
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (first["device"], first["ratio"], second["device"]) == ("cpu", 1.0, "cuda")
    assert second["ratio"] == pytest.approx(second["steps_per_s"] / first["steps_per_s"], rel=0.01)
    assert gpu.waits > 0
    assert run("bench", "probe-walk", "--seconds", "0.05", "--device", "cuda") == 0
    assert json.loads(capsys.readouterr().out)["device"] == "cuda"


def test_help_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("run", "--help") == 0
    out = capsys.readouterr().out
    assert "--set name=value" in out and "--seed" in out and "metrics.csv" in out


def test_the_real_thing_in_a_process_of_its_own(tmp_path: Path) -> None:
    line = [sys.executable, "-m", "engine", "run", "probe-walk", "--steps", "5", "--out", tmp_path / "f.safetensors"]
    surroundings = {**os.environ, "MORPHOGEN_EXHIBITS": "tests.probes"}
    done = subprocess.run(line, cwd=HOUSE, env=surroundings, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["metrics"]["steps"] == 5.0
    assert "at" in load_file(tmp_path / "f.safetensors")
