"""What a viewer may say to a run. Every message from outside is read through :func:`read_command`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from engine.params import explain

MAX_MESSAGE_BYTES = 256 * 1024


class CommandError(ValueError):
    """A message cannot be obeyed; the text says why and what is allowed."""


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Play(_Message):
    """Run on."""

    do: Literal["play"] = "play"


class Pause(_Message):
    """Stop after the current step."""

    do: Literal["pause"] = "pause"


class Step(_Message):
    """Do one step (in slow motion: one phase), then pause."""

    do: Literal["step"] = "step"


class Slow(_Message):
    """Slow motion on or off: one phase of the algorithm at a time."""

    do: Literal["slow"] = "slow"
    on: bool


class AtPace(_Message):
    """How fast slow motion goes from phase to phase; at 1 there is time to read."""

    do: Literal["pace"] = "pace"
    times: float = Field(ge=0.1, le=10)


class Speed(_Message):
    """Limit the steps per second; None for as fast as the machine goes."""

    do: Literal["speed"] = "speed"
    steps_per_s: float | None = Field(ge=0.1, le=1e6)


class Set(_Message):
    """Change live parameters, perhaps by starting a card, which is told to who watches."""

    do: Literal["set"] = "set"
    card: str = Field(default="", max_length=120)
    values: dict[str, bool | int | float | str] = Field(max_length=64)


class Reset(_Message):
    """Start again, if wished with other parameters (setup ones too), perhaps by starting a card."""

    do: Literal["reset"] = "reset"
    card: str = Field(default="", max_length=120)
    values: dict[str, bool | int | float | str] = Field(default_factory=dict, max_length=128)


class GiveUp(_Message):
    """Stop building; what was there before stays."""

    do: Literal["give-up"] = "give-up"


class Undo(_Message):
    """Bring back what was there before the last reset."""

    do: Literal["undo"] = "undo"


class PokeIt(_Message):
    """Touch the picture; the exhibit's own model reads the event."""

    do: Literal["poke"] = "poke"
    event: dict[str, Any]


class Seek(_Message):
    """Go back to the nearest checkpoint at or before a step."""

    do: Literal["seek"] = "seek"
    step: int = Field(ge=0)


class Fork(_Message):
    """Open a second run that goes on from here."""

    do: Literal["fork"] = "fork"


class Copy(_Message):
    """As a fork, for a visitor who watches. Only a page can say this, which knows who comes: no socket can."""

    do: Literal["copy"] = "copy"
    visitor: str = ""


class Keep(_Message):
    """Save this very moment under a name of its own, for a link."""

    do: Literal["keep"] = "keep"


class Resume(_Message):
    """Go on from what an earlier server saved of a run."""

    do: Literal["resume"] = "resume"
    run: str = Field(max_length=64)
    token: str = Field(max_length=64)


class Peek(_Message):
    """Ask whether an earlier server saved something of a run."""

    do: Literal["peek"] = "peek"
    run: str = Field(max_length=64)
    token: str = Field(max_length=64)


class Close(_Message):
    """End the run."""

    do: Literal["close"] = "close"


class Ack(_Message):
    """The last frame is drawn; send the next."""

    do: Literal["ack"] = "ack"


Spoken = (
    Play | Pause | Step | Slow | AtPace | Speed | Set | Reset | Undo | GiveUp | PokeIt | Seek | Fork | Keep | Resume
    | Peek | Close | Ack
)  # fmt: skip
Command = Spoken | Copy
_reader: TypeAdapter[Spoken] = TypeAdapter(Annotated[Spoken, Field(discriminator="do")])


def read_command(text: str | bytes) -> Spoken:
    """Read one message.

    Raises:
        CommandError: it is too long, not JSON, or not a command.
    """
    if len(text) > MAX_MESSAGE_BYTES:
        raise CommandError(f"a message of {len(text)} bytes is too long; at most {MAX_MESSAGE_BYTES} are read")
    try:
        return _reader.validate_json(text)
    except ValidationError as error:
        raise CommandError(f"not a command: {explain(error)[:500]}") from None
    except RecursionError:
        raise CommandError("not a command: nested too deeply") from None
