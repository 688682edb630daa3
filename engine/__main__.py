"""The command line: ``python -m engine list | run SLUG | bench [SLUG …] | status``."""

from __future__ import annotations

import argparse
import csv
import json
import math
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, NoReturn

import torch
from tqdm import tqdm

from engine.exhibit import Exhibit, Refused, catalogue, first_infinite
from engine.frames import encode
from engine.params import ParamError, Params
from engine.runtime.devices import AUTO, DEVICES, Lane, available, device_of
from engine.runtime.memory import History

ROWS = 200  # of metrics.csv
LONGEST_S = 3600.0  # of a bench


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One clear line, exit status 2."""
        print(f"{self.prog}: {message}", file=sys.stderr)
        raise SystemExit(2)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        return int(options.act(options))
    except ParamError as error:
        parser.error(str(error))
    except (OSError, Refused) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130


def _parser() -> _Parser:
    parser = _Parser(prog="python -m engine", description="Run Morphogen's exhibits without a browser.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)
    listing = commands.add_parser("list", help="list the exhibits and their parameters")
    listing.set_defaults(act=_list)

    run = commands.add_parser("run", help="run one exhibit; its final metrics are one JSON line on stdout")
    run.add_argument("slug", metavar="SLUG")
    run.add_argument("--set", action="append", default=[], metavar="name=value", dest="values", help="a parameter")
    run.add_argument("--seed", help="seed of every random number (default 0)")
    run.add_argument("--steps", type=_count, default=1000, help="how many steps (default 1000)")
    run.add_argument("--device", choices=[AUTO, *DEVICES], default=AUTO, help="where (default: where it is best)")
    run.add_argument("--out", type=Path, metavar="frame.safetensors", help="write the last frame here")
    run.add_argument("--metrics", type=Path, metavar="metrics.csv", help="write the metrics over time here")
    run.set_defaults(act=_run)

    bench = commands.add_parser("bench", help="steps per second of exhibits, on each device")
    bench.add_argument("slugs", nargs="*", metavar="SLUG")
    bench.add_argument("--set", action="append", default=[], metavar="name=value", dest="values", help="a parameter")
    bench.add_argument("--seconds", type=_seconds, default=2.0, help="for how long each (default 2)")
    bench.add_argument("--device", choices=[AUTO, *DEVICES], default=AUTO, help="where (default: wherever it can)")
    bench.set_defaults(act=_bench)

    status = commands.add_parser("status", help="how a running server is, as one JSON line")
    status.add_argument("--url", default="http://localhost:8501", help="where it is (default http://localhost:8501)")
    status.add_argument("--token", default="", help="its MORPHOGEN_OPERATOR, where it is not on this machine")
    status.set_defaults(act=_status)
    return parser


def _status(options: argparse.Namespace) -> int:
    if not options.url.startswith(("http://", "https://")):
        raise ParamError(f"--url = {options.url!r} is not an address such as http://localhost:8501")
    headers = {"Authorization": f"Bearer {options.token}"} if options.token else {}
    try:
        request = urllib.request.Request(options.url.rstrip("/") + "/live/status", headers=headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            print(json.dumps(json.load(answer)))
    except urllib.error.HTTPError as error:
        raise OSError(f"{options.url}: {error.read(200).decode(errors='replace').strip() or error}") from None
    except ValueError as error:
        raise OSError(f"{options.url}: what answers there is no Morphogen ({error})") from None
    return 0


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= LONGEST_S:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0 and up to {LONGEST_S:g}")
    return seconds


def _find(slug: str) -> type[Exhibit[Any]]:
    if slug not in catalogue():
        raise ParamError(f"there is no exhibit {slug!r}; there are {', '.join(catalogue())}")
    return catalogue()[slug]


def _pin(options: argparse.Namespace) -> str | None:
    return None if options.device == AUTO else str(options.device)


def _list(options: argparse.Namespace) -> int:
    for slug, kind in catalogue().items():
        print(f"{slug}: {kind.title}. {kind.summary}")
        for knob in kind.Params.knobs().values():
            print(f"    --set {knob.name}={knob.default}  {knob.label}: {knob.allowed()} ({knob.kind})")
    return 0


def _params(kind: type[Exhibit[Any]], options: argparse.Namespace) -> Params:
    seed = [] if options.seed is None else [f"seed={options.seed}"]
    return kind.Params.from_flags(options.values + seed)


def _run(options: argparse.Namespace) -> int:
    kind = _find(options.slug)
    params = _params(kind, options)
    for path in (options.out, options.metrics):
        if path and not path.absolute().parent.is_dir():
            raise ParamError(f"{path}: the folder {path.absolute().parent} does not exist")
    device = device_of(kind, params, available(), _pin(options))
    exhibit = kind(params, seed=params.seed, device=device)
    exhibit.cores = torch.get_num_threads()
    history = History()
    steps, bad = _advance(exhibit, options.steps, history)
    frame = exhibit.frame()
    if options.out:
        options.out.write_bytes(encode("frame", _exact(frame), step=steps, params=params.model_dump()))
    if options.metrics:
        _write_metrics(options.metrics, history)
    metrics = {name: value if math.isfinite(value) else None for name, value in frame.metrics.items()}
    print(json.dumps({"exhibit": kind.slug, "steps": steps, "metrics": metrics}))
    if bad:
        print(f"{bad}; try a smaller step or learning rate", file=sys.stderr)
    return 1 if bad else 0


def _advance(exhibit: Exhibit[Any], steps: int, history: History) -> tuple[int, str]:
    """Do the steps under a progress bar; returns how many there were, and what went wrong, if anything.

    Metrics are kept at the same steps whatever the machine's speed: ``ROWS`` of them, evenly spaced.
    """
    done, stride = 0, -(-steps // ROWS)
    with tqdm(total=steps, unit="step", file=sys.stderr) as bar:
        while done < steps:
            advanced = exhibit.advance_to_end(min(stride, steps - done))
            done += advanced
            bar.update(advanced)
            history.add(done, exhibit.frame().metrics)
            if bad := exhibit.diverged() or first_infinite(exhibit):
                when = f"at step {done}" if advanced <= 1 else f"between step {done - advanced + 1} and {done}"
                return done, f"{bad} is no longer finite {when}"
            if exhibit.finished:
                break
    return done, ""


def _exact(frame: Any) -> Any:
    """The frame at full precision: ranges are for the eye."""
    from dataclasses import replace

    return replace(frame, ranges={})


def _write_metrics(path: Path, history: History) -> None:
    columns = history.frame().arrays
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*(column.tolist() for column in columns.values()), strict=True))


def _bench(options: argparse.Namespace) -> int:
    """Measure on the device named, or on every one that there is; the ratio is to the first, the CPU."""
    for slug in options.slugs or catalogue():
        kind = _find(slug)
        params = kind.Params.from_flags(options.values)
        pin = _pin(options)
        devices = [name for name in kind.devices if name in available()] if pin is None else [pin]
        first = None
        for device in devices:
            rate, cost = _measure(kind, params, device_of(kind, params, available(), device), options.seconds)
            first = first or rate
            found = {"exhibit": slug, "device": device, "steps_per_s": round(rate, 1), "frame_ms": round(1e3 * cost, 3)}
            print(json.dumps(found | ({"ratio": round(rate / first, 3)} if len(devices) > 1 else {})))
    return 0


def _measure(kind: type[Exhibit[Any]], params: Params, device: str, seconds: float) -> tuple[float, float]:
    """Steps per second, and what a frame takes, in seconds."""
    with Lane(device == "cuda") as lane:
        exhibit = kind(params, seed=params.seed, device=device)
        exhibit.advance(1)
        lane.settle()
        steps, chunk, began = 0, 1, time.perf_counter()
        while time.perf_counter() - began < seconds:
            exhibit.advance(chunk)
            lane.settle()
            steps += chunk
            chunk = min(1000, chunk * 2)
        rate = steps / (time.perf_counter() - began)
        began, frames = time.perf_counter(), 0
        while time.perf_counter() - began < 0.5:
            encode("frame", exhibit.frame())
            frames += 1
        return rate, (time.perf_counter() - began) / frames


if __name__ == "__main__":
    raise SystemExit(main())
