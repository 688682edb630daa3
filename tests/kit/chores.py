"""Work to be asked of a process of its own: honest, refusing, talkative, endless, greedy, deadly."""

from __future__ import annotations

import os
import time


def double(number: int) -> int:
    return 2 * number


def refuse(sentence: str) -> None:
    raise ValueError(sentence)


def talk() -> str:
    print("something a library has to say")
    os.write(1, b"and its C++ part")
    return "answer"


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def fill(megabytes: int) -> int:
    return len(bytearray(megabytes << 20))


def die() -> None:
    os.abort()
