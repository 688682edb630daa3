"""Hyperparameters: every declaration generates the inputs that must be refused, snapped, or taken."""

from __future__ import annotations

import json
import math
import random
from typing import Any, Literal, Self

import pytest
from pydantic import ValidationError, model_validator

from engine.exhibit import Exhibit, catalogue
from engine.params import Knob, ParamError, Params, live, setup
from engine.variants import Variant, Variants
from tests import probes
from tests.probes import WalkParams

MODELS: dict[str, type[Params]] = {
    **{slug: kind.Params for slug, kind in catalogue().items()},
    **{kind.slug: kind.Params for kind in vars(probes).values() if isinstance(kind, type) and "slug" in vars(kind)
       and issubclass(kind, Exhibit)},
}  # fmt: skip
EVERY_KNOB = [(model, knob) for model in MODELS.values() for knob in model.knobs().values()]
NUMBERS = [(model, knob) for model, knob in EVERY_KNOB if knob.type in ("int", "float")]


def _ids(pairs: list[tuple[type[Params], Knob]]) -> list[str]:
    return [f"{model.__name__}.{knob.name}" for model, knob in pairs]


each_knob = pytest.mark.parametrize(("model", "knob"), EVERY_KNOB, ids=_ids(EVERY_KNOB))
each_number = pytest.mark.parametrize(("model", "knob"), NUMBERS, ids=_ids(NUMBERS))
each_model = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


def bad_values(knob: Knob) -> list[Any]:
    """Values that a declaration forbids."""
    if knob.type in ("int", "float"):
        assert knob.minimum is not None and knob.maximum is not None
        beyond = max(1.0, abs(knob.maximum))
        forbidden: list[Any] = [knob.minimum - beyond, knob.maximum + beyond, math.nan, math.inf, -math.inf]
        off_grid = [] if knob.log else [knob.minimum + 0.37 * float(knob.step or 1)]
        return [*forbidden, *off_grid, "many", None, [], {}, True, 10**400]
    if knob.type == "choice":
        return ["no such choice", "", 7, None, []]
    if knob.type == "bool":
        return ["perhaps", 7, None, []]
    return ["x" * (knob.max_length + 1), 7, None, []]


def on_grid(knob: Knob, chance: random.Random) -> Any:
    """An allowed value at random."""
    if knob.type == "bool":
        return chance.random() < 0.5
    if knob.type == "choice":
        return chance.choice(knob.choices)
    if knob.type == "text":
        return "".join(chance.choice("ab &=é") for _ in range(chance.randint(0, knob.max_length))).strip()
    assert knob.minimum is not None and knob.maximum is not None
    if knob.log:
        return knob.nearest(math.exp(chance.uniform(math.log(knob.minimum), math.log(knob.maximum))))
    return knob.nearest(chance.uniform(knob.minimum, knob.maximum))


# ---- strict, from code and flags --------------------------------------------------------------------------------


@each_knob
def test_code_may_not_pass_what_the_declaration_forbids_and_the_error_says_what_is_allowed(
    model: type[Params], knob: Knob
) -> None:
    for value in bad_values(knob):
        with pytest.raises(ParamError) as caught:
            model().replaced(**{knob.name: value})
        message = str(caught.value)
        assert knob.name in message, message
        assert knob.allowed() in message, message
        assert "\n" not in message and len(message) < 600
        with pytest.raises(ValidationError):
            model(**{knob.name: value})


@each_knob
def test_a_flag_may_not_say_what_the_declaration_forbids(model: type[Params], knob: Knob) -> None:
    for value in bad_values(knob):
        text = "" if value is None else str(value)
        if isinstance(value, bool) or (knob.type == "text" and len(text) <= knob.max_length):
            continue
        if knob.type == "choice" and text in knob.choices:
            continue
        with pytest.raises(ParamError, match=knob.name):
            model.from_flags([f"{knob.name}={text}"])


@each_number
def test_the_bounds_themselves_are_allowed(model: type[Params], knob: Knob) -> None:
    assert knob.minimum is not None and knob.maximum is not None
    assert knob.check(knob.minimum) == knob.minimum
    top = knob.nearest(knob.maximum)
    assert knob.check(top) == top <= knob.maximum
    assert isinstance(top, int) == (knob.type == "int")


@each_knob
def test_the_default_is_on_the_grid_and_is_stored_as_it_was_declared(model: type[Params], knob: Knob) -> None:
    assert getattr(model(), knob.name) == knob.default
    assert knob.check(knob.default) == knob.default


def test_flags_are_read_as_their_types() -> None:
    params = WalkParams.from_flags(["stride=0.5", "trail=3", "mirrored=yes", "shape=ring", "name=a=b", "seed=7"])
    assert params.model_dump() == {
        **WalkParams().model_dump(), "stride": 0.5, "trail": 3, "mirrored": True, "shape": "ring", "name": "a=b",
        "seed": 7,
    }  # fmt: skip


def test_a_flag_without_equals_sign_says_how_to_write_it() -> None:
    with pytest.raises(ParamError, match="'stride' is not of the form name=value"):
        WalkParams.from_flags(["stride"])


def test_a_flag_for_no_parameter_lists_those_there_are() -> None:
    with pytest.raises(ParamError, match=r"no parameter 'pace'; there are stride, drift, .*seed"):
        WalkParams.from_flags(["pace=1"])


def test_an_unknown_name_from_code_is_an_error_that_names_it() -> None:
    with pytest.raises(ParamError, match="pace"):
        WalkParams().replaced(pace=1)


def test_values_that_are_fine_alone_but_not_together_are_refused_with_the_models_own_words() -> None:
    with pytest.raises(ParamError, match="at most 32 walkers"):
        WalkParams().replaced(shape="ring", walkers=33)
    with pytest.raises(ParamError, match="at most 32 walkers"):
        WalkParams.from_flags(["shape=ring", "walkers=33"])


def test_parameters_cannot_be_changed_in_place() -> None:
    with pytest.raises(ValidationError):
        WalkParams().stride = 2.0


def test_a_huge_value_is_not_echoed_at_length() -> None:
    with pytest.raises(ParamError) as caught:
        WalkParams().replaced(shape="y" * 100_000)
    assert len(str(caught.value)) < 200


# ---- forgiving, from URLs ---------------------------------------------------------------------------------------

SNAPPED = [
    ("stride", "0.52", 0.5), ("stride", "0.53", 0.55), ("stride", "-4", 0.0), ("stride", "99", 2.0),
    ("stride", "nan", 1.0), ("stride", "inf", 1.0), ("stride", "-inf", 1.0), ("stride", "1e999", 1.0),
    ("stride", "quick", 1.0), ("stride", "", 1.0), ("stride", "0,5", 1.0),
    ("trail", "3.4", 3), ("trail", "-1", 1), ("trail", "65", 64), ("trail", "many", 8), ("trail", "9" * 400, 8),
    ("mirrored", "perhaps", False), ("shape", "star", "line"), ("name", "x" * 13, "walk"),
    ("rate", "0.012345", 0.0123), ("rate", "7", 1.0), ("rate", "0", 1e-5), ("seed", "-1", 0), ("seed", "1e9", 999_999),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "expected"), SNAPPED)
def test_a_url_value_that_is_not_allowed_is_snapped_and_said_so(name: str, text: str, expected: Any) -> None:
    params, notices = WalkParams.from_query({name: text})
    assert getattr(params, name) == expected
    used = f"{expected:g}" if isinstance(expected, float) else str(expected)
    assert len(notices) == 1 and name in notices[0] and used in notices[0]
    assert len(notices[0]) < 300


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [("stride", "0.5", 0.5), ("stride", " 0.50 ", 0.5), ("stride", "5e-1", 0.5), ("trail", "3", 3),
     ("mirrored", "TRUE", True), ("mirrored", "1", True), ("mirrored", "no", False), ("rate", "3e-5", 3e-5)],
)  # fmt: skip
def test_a_url_value_that_is_allowed_is_taken_without_a_word(name: str, text: str, expected: Any) -> None:
    params, notices = WalkParams.from_query({name: text})
    assert getattr(params, name) == expected
    assert notices == []


def test_url_keys_that_name_no_parameter_are_left_to_others() -> None:
    assert WalkParams.from_query({"run": "abc", "embed": "true"}) == (WalkParams(), [])


def test_a_url_whose_values_do_not_go_together_gives_the_defaults_and_says_why() -> None:
    params, notices = WalkParams.from_query({"shape": "ring", "walkers": "40"})
    assert params == WalkParams()
    assert len(notices) == 1 and "at most 32 walkers" in notices[0] and "defaults" in notices[0]


@each_knob
def test_whatever_a_url_says_gives_an_allowed_value(model: type[Params], knob: Knob) -> None:
    for text in ["", "nan", "-1e300", "1e300", "0.1234567", "true", "<script>", "\x00", "9" * 5000, "１２"]:
        params, _ = model.from_query({knob.name: text})
        value = getattr(params, knob.name)
        assert knob.check(value) == value


# ---- there and back ---------------------------------------------------------------------------------------------


@each_model
def test_a_query_and_back_gives_the_same_parameters(model: type[Params]) -> None:
    chance = random.Random(5)
    tried = 0
    for _ in range(60):
        values = {name: on_grid(knob, chance) for name, knob in model.knobs().items() if chance.random() < 0.4}
        try:
            params = model(**values)
        except ValidationError:  # not together
            continue
        tried += 1
        query = params.to_query()
        assert all(isinstance(text, str) for text in query.values())
        assert model.from_query(query) == (params, [])
        assert model.from_flags([f"{name}={text}" for name, text in query.items()]) == params
        assert model(**json.loads(json.dumps(params.model_dump()))) == params
    assert tried >= 10


@each_model
def test_defaults_need_no_query(model: type[Params]) -> None:
    assert model().to_query() == {}


@each_number
def test_snapping_twice_changes_nothing_more(model: type[Params], knob: Knob) -> None:
    assert knob.minimum is not None and knob.maximum is not None
    chance = random.Random(3)
    for _ in range(50):
        once = knob.nearest(chance.uniform(knob.minimum, knob.maximum))
        assert knob.nearest(once) == once
        assert knob.minimum <= once <= knob.maximum


def test_a_grid_that_crosses_zero_holds_zero_itself() -> None:
    assert WalkParams(drift=0.0).drift == 0.0
    assert WalkParams(drift=0.1 + 0.2).drift == 0.3
    assert "drift" not in WalkParams(drift=-0.3).replaced(drift=0.0).to_query()


def test_a_maximum_off_the_grid_is_not_reached() -> None:
    knob = Knob("x", "live", "float", 0.0, "X", "X.", minimum=-1.0, maximum=-0.05, step=0.3)
    assert knob.nearest(0.0) == -0.1


def test_a_log_knob_keeps_three_digits_and_its_bounds() -> None:
    knob = WalkParams.knobs()["rate"]
    assert [knob.nearest(x) for x in (0.0123456, 2e-5, 5.0, 1e-9)] == [0.0123, 2e-5, 1.0, 1e-5]
    assert "three significant digits" in knob.allowed()
    whole = Knob("n", "live", "int", 10, "N", "N.", minimum=1, maximum=12345, log=True)
    assert whole.nearest(99_999) == 12300 and isinstance(whole.nearest(777.7), int)


# ---- the declaration --------------------------------------------------------------------------------------------


def test_the_seed_comes_last_and_every_model_has_one() -> None:
    for model in MODELS.values():
        assert list(model.knobs())[-1] == "seed"
        assert model.knobs()["seed"].kind == "setup"


def test_a_knob_that_means_nothing_now_is_not_visible() -> None:
    radius = WalkParams.knobs()["radius"]
    assert not radius.visible(WalkParams().model_dump())
    assert radius.visible(WalkParams(shape="ring").model_dump())


@each_knob
def test_visibility_depends_on_choices_that_exist(model: type[Params], knob: Knob) -> None:
    for name, options in knob.when:
        other = model.knobs()[name]
        assert set(options) <= ({True, False} if other.type == "bool" else set(other.choices))


@each_model
def test_the_browser_gets_plain_json(model: type[Params]) -> None:
    schema = json.loads(json.dumps(model.schema_for_browser()))
    assert [knob["name"] for knob in schema] == list(model.knobs())


def test_a_declaration_that_lacks_something_is_refused_when_first_used() -> None:
    class NoBounds(Params):
        x: float = live(0.0, label="X", help="X.")

    class NoStep(Params):
        x: float = live(0.0, label="X", help="X.", ge=0, le=1)

    class NoLength(Params):
        x: str = setup("", label="X", help="X.")

    class Undeclared(Params):
        x: float = 0.0

    class Strange(Params):
        x: Any = live(0.0, label="X", help="X.")

    class BadDefault(Params):
        x: Literal["a", "b"] = live("c", label="X", help="X.")

    for model, message in [(NoBounds, "ge, le"), (NoStep, "step"), (NoLength, "max_length"),
                           (Undeclared, "live"), (Strange, "declare it as")]:  # fmt: skip
        with pytest.raises(TypeError, match=message):
            model.knobs()
    with pytest.raises(ValidationError, match="one of a, b"):
        BadDefault()


def test_values_that_do_not_fit_together_cost_only_the_live_ones() -> None:
    from engine.exhibits.turing import Turing

    query = {"model": "schnakenberg", "size": "512", "sch_Du": "5", "sch_dt": "0.05", "seed": "3"}
    params, notices = Turing.Params.from_query(query)
    assert (params.model, params.size, params.seed) == ("schnakenberg", "512", 3)  # type: ignore[attr-defined]
    assert params.sch_Du == Turing.Params().sch_Du  # type: ignore[attr-defined]
    assert "limit of 1" in notices[-1] and "live parameters" in notices[-1]


# ---- variants ---------------------------------------------------------------------------------------------------


class Optimiser(Variant):
    """How a gradient becomes a step."""

    def first_step(self, gradient: float) -> float:
        """From rest."""
        raise NotImplementedError


class Sgd(Optimiser):
    """With momentum, if wished."""

    lr: float = live(0.1, label="Rate", help="Step size.", ge=0.0, le=1.0, step=0.1)
    heavy: bool = setup(False, label="Heavy ball", help="Keep going.")
    momentum: float = live(
        0.5, label="Momentum", help="What is kept.", ge=0.0, le=0.9, step=0.1, when={"heavy": (True,)}
    )

    def first_step(self, gradient: float) -> float:
        """Downhill."""
        return -self.lr * gradient


class SignSgd(Optimiser):
    """By the sign only."""

    lr: float = live(0.01, label="Rate", help="Step size.", ge=0.0, le=0.1, step=0.01)
    decay: float = live(0.0, label="Decay", help="Of the rate.", ge=0.0, le=0.1, step=0.01)

    @model_validator(mode="after")
    def _together(self) -> Self:
        if self.decay > self.lr:
            raise ValueError("a decay beyond the rate turns it round; take a smaller one")
        return self

    def first_step(self, gradient: float) -> float:
        """Downhill."""
        return -math.copysign(self.lr, gradient)


OPTIMISERS = Variants[Optimiser]("optimiser", {"sgd": Sgd, "sign-sgd": SignSgd}, prefix={"sgd": "", "sign-sgd": "s_"})


@OPTIMISERS.declared
class TrainingParams(Params):
    """Something is trained, or not."""

    train: bool = live(True, label="Train", help="Whether anything is learnt.")
    optimiser: Literal["sgd", "sign-sgd"] = live(
        "sgd", label="Optimiser", help="How a gradient becomes a step.", when={"train": (True,)}
    )


def test_a_variant_brings_its_parameters_and_they_are_shown_only_beside_it() -> None:
    knobs = TrainingParams.knobs()
    assert list(knobs) == ["train", "optimiser", "lr", "heavy", "momentum", "s_lr", "s_decay", "seed"]
    assert (knobs["heavy"].kind, knobs["s_lr"].default, knobs["lr"].maximum) == ("setup", 0.01, 1.0)

    def shown(**values: Any) -> list[str]:
        params = TrainingParams(**values)
        return [name for name, knob in knobs.items() if knob.visible(params.model_dump())]

    assert shown() == ["train", "optimiser", "lr", "heavy", "seed"]
    assert shown(heavy=True) == ["train", "optimiser", "lr", "heavy", "momentum", "seed"]
    assert shown(optimiser="sign-sgd", heavy=True) == ["train", "optimiser", "s_lr", "s_decay", "seed"]
    assert shown(train=False, heavy=True) == ["train", "seed"]


def test_the_chosen_variant_has_its_values_under_their_own_names() -> None:
    params = TrainingParams(lr=0.2, s_lr=0.03)
    assert OPTIMISERS.variant(params) == Sgd(lr=0.2)
    assert OPTIMISERS.variant(params).first_step(-2.0) == 0.4
    assert OPTIMISERS.variant(params.replaced(optimiser="sign-sgd")) == SignSgd(lr=0.03)


def test_a_variants_names_travel_in_links_and_flags() -> None:
    params, notices = TrainingParams.from_query({"optimiser": "sign-sgd", "s_lr": "0.034", "lr": "0.3"})
    assert (params.optimiser, OPTIMISERS.variant(params)) == ("sign-sgd", SignSgd(lr=0.03))
    assert len(notices) == 1 and "s_lr = 0.034" in notices[0]
    assert params.to_query() == {"optimiser": "sign-sgd", "s_lr": "0.03", "lr": "0.3"}
    assert TrainingParams.from_flags(["s_lr=0.02"]).replaced(optimiser="sign-sgd").s_lr == 0.02  # type: ignore[attr-defined]
    with pytest.raises(ParamError, match=r"s_lr = 0\.5 is not allowed; use 0 to 0\.1"):
        TrainingParams.from_flags(["s_lr=0.5"])


def test_what_a_variant_refuses_is_refused_while_it_is_chosen() -> None:
    assert TrainingParams(s_decay=0.05).optimiser == "sgd"  # type: ignore[call-arg]
    with pytest.raises(ParamError, match=r"^a decay beyond the rate turns it round; take a smaller one$"):
        TrainingParams().replaced(optimiser="sign-sgd", s_decay=0.05)


def test_without_a_prefix_given_the_name_of_the_variant_is_one() -> None:
    choice = Variants[Optimiser]("how", {"sgd": Sgd, "sign-sgd": SignSgd})

    @choice.declared
    class Prefixed(Params):
        how: Literal["sgd", "sign-sgd"] = live("sgd", label="How", help="How.")

    assert list(Prefixed.knobs()) == [
        "how", "sgd_lr", "sgd_heavy", "sgd_momentum", "sign_sgd_lr", "sign_sgd_decay", "seed",
    ]  # fmt: skip
    assert Prefixed.knobs()["sgd_momentum"].when == (("sgd_heavy", (True,)), ("how", ("sgd",)))


def test_variants_may_share_a_parameter_that_they_declare_alike() -> None:
    class Nesterov(Sgd):
        pass

    class Other(Variant):
        lr: float = live(0.9, label="Rate", help="Step size.", ge=0.0, le=1.0, step=0.1)

    alike = Variants("how", {"sgd": Sgd, "nesterov": Nesterov}, prefix="")

    @alike.declared
    class Shared(Params):
        how: Literal["sgd", "nesterov"] = live("sgd", label="How", help="How.")

    assert list(Shared.knobs()) == ["how", "lr", "heavy", "momentum", "seed"]
    assert dict(Shared.knobs()["lr"].when) == {"how": ("sgd", "nesterov")}
    with pytest.raises(TypeError, match="lr is declared in two ways by the options of how; use prefixes"):

        @Variants[Variant]("how", {"sgd": Sgd, "other": Other}, prefix="").declared
        class Clashing(Params):
            how: Literal["sgd", "other"] = live("sgd", label="How", help="How.")


def test_variants_and_their_choice_must_fit() -> None:
    with pytest.raises(TypeError, match="must declare how as a Literal of sgd, sign-sgd"):

        @Variants[Optimiser]("how", {"sgd": Sgd, "sign-sgd": SignSgd}).declared
        class Lacking(Params):
            how: Literal["sgd", "adam"] = live("sgd", label="How", help="How.")

    with pytest.raises(TypeError, match="lr of how = sgd is declared already; use another prefix"):

        @Variants("how", {"sgd": Sgd}, prefix="").declared
        class Taken(Params):
            how: Literal["sgd"] = live("sgd", label="How", help="How.")
            lr: float = live(0.9, label="Rate", help="Step size.", ge=0.0, le=1.0, step=0.1)


def test_only_the_slider_of_a_live_number_has_marks() -> None:
    marks = (("limit", "it fails"),)

    class Marked(Params):
        rate: float = live(
            1.0, label="Rate", help="How fast.", ge=0.0, le=2.0, step=0.5, marks=marks, marked="Works to"
        )

    assert Marked.knobs()["rate"].marks == marks
    (shown,) = (knob for knob in Marked.schema_for_browser() if knob["name"] == "rate")
    assert (shown["marks"], shown["marked"]) == (marks, "Works to")

    class Choice(Params):
        kind: Literal["a", "b"] = live("a", label="Kind", help="Which.", marks=marks)

    class Setup(Params):
        size: int = setup(1, label="Size", help="How many.", ge=1, le=4, step=1, marks=marks)

    for wrong in (Choice, Setup):
        with pytest.raises(TypeError, match="only the slider of a live number has marks"):
            wrong.knobs()
