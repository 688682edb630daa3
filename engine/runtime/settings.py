"""What a server is told by its environment, checked."""

from __future__ import annotations

import math
import os
import re

from engine.knobs import ParamError


class SettingError(ParamError):
    """A variable of the environment says what cannot be; the message names it and what it may say."""


def _number(name: str, default: float, low: float, high: float, what: str) -> float:
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        raise SettingError(f"{name} = {text[:40]!r} is not allowed; use {what} from {low:g} to {high:g}")
    return value


def max_runs() -> int:
    """Most exhibits running at once: ``$MORPHOGEN_MAX_RUNS`` or 120."""
    return int(_number("MORPHOGEN_MAX_RUNS", 120, 1, 100_000, "a number of exhibits"))


def most_each(max_runs: int) -> int:
    """Most exhibits of one visitor at once: ``$MORPHOGEN_MAX_EACH``, or a quarter of ``max_runs``, at least four."""
    return int(_number("MORPHOGEN_MAX_EACH", max(4, max_runs // 4), 1, 100_000, "a number of exhibits"))


def rest_after_s() -> float:
    """Seconds after which a run nobody watches pauses: ``$MORPHOGEN_REST_AFTER_S`` or 30."""
    return _number("MORPHOGEN_REST_AFTER_S", 30, 0, 86_400, "seconds")


def frames_per_s() -> float:
    """Most frames a second that a browser is sent: ``$MORPHOGEN_FRAMES_PER_S`` or 60."""
    return _number("MORPHOGEN_FRAMES_PER_S", 60, 1, 60, "frames a second")


def memory_bytes() -> int:
    """What all exhibits may take together: ``$MORPHOGEN_MEMORY`` gigabytes, or half of the machine's memory."""
    return int(_number("MORPHOGEN_MEMORY", _machine_gb() / 2, 0.1, 100_000, "gigabytes") * 2**30)


def moment_days() -> float:
    """Days for which a moment that somebody has saved is kept: ``$MORPHOGEN_MOMENT_DAYS`` or 30."""
    return _number("MORPHOGEN_MOMENT_DAYS", 30, 0.01, 3650, "days")


def per_address() -> int:
    """Connections that one address may hold at once: ``$MORPHOGEN_PER_ADDRESS`` or 400."""
    return int(_number("MORPHOGEN_PER_ADDRESS", 400, 4, 1_000_000, "a number of connections"))


def password() -> str:
    """What everybody is asked for: ``$MORPHOGEN_PASSWORD``, or nothing."""
    return os.environ.get("MORPHOGEN_PASSWORD", "")


def operator() -> str:
    """What an operator elsewhere shows to see how the server is: ``$MORPHOGEN_OPERATOR``; without, only from here."""
    return os.environ.get("MORPHOGEN_OPERATOR", "")


def embed() -> tuple[str, ...]:
    """Origins whose pages may show ours in a frame: ``$MORPHOGEN_EMBED``, apart by commas; ``*`` for all.

    Raises:
        SettingError: one is not an origin.
    """
    origins = tuple(filter(None, (part.strip() for part in os.environ.get("MORPHOGEN_EMBED", "").split(","))))
    for origin in origins:
        if not re.fullmatch(r"\*|https?://(\*\.)?[A-Za-z0-9.\-\[\]:]+", origin):
            raise SettingError(f"MORPHOGEN_EMBED: {origin[:60]!r} is not an origin such as https://moodle.example")
    return origins


def check() -> None:
    """Read everything once.

    Raises:
        SettingError: something cannot be.
    """
    most_each(max_runs()), rest_after_s(), frames_per_s(), memory_bytes(), moment_days(), per_address(), embed()


def _machine_gb() -> float:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    except (AttributeError, ValueError, OSError):  # not a POSIX system
        return 8.0
