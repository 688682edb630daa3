"""GAN training: the samples on what D says of the plane, the two networks, what goes wrong, and presets to try."""

import inspect

import plotly.graph_objects as go
import streamlit as st

from engine.exhibits.gan import LAMPS, OBJECTIVES, SOURCES, Gan, parse_points
from engine.exhibits.gan.training import Trainer
from engine.runtime.commands import CommandError, PokeIt, Reset
from ui import theme
from ui.exhibit_page import mathematics, open_page, references
from ui.live import Bind, Handle, cards, controls, figure, players, readout, samples

LABELS = {
    "data": {name: source.label for name, source in SOURCES.items()},
}
BRUSHES = [
    {"label": "draw", "event": {"kind": "spray", "radius": 0.03, "count": 8}},
    {"label": "draw broadly", "event": {"kind": "spray", "radius": 0.09, "count": 20}},
    {"label": "erase", "event": {"kind": "erase", "radius": 0.06}},
]
READOUT = {
    "js": ("JS divergence", "nats", "Jensen-Shannon divergence of both densities, smoothed over a cell; at most log 2"),
    "w1": ("Wasserstein-1", "", "Exact earth mover's distance of 200 real and 200 generated samples, every 250 steps"),
    "modes": ("modes", "", "Modes with at least one generated sample within 3 σ, of 2,500 samples"),
    "quality": ("high quality", "", "Share of generated samples within 3 σ of a mode"),
    "gradient": ("gradient at fakes", "", "Mean length of the gradient that reaches a generated sample"),
    "slope": ("slope of D", "", "Mean ‖∇D‖ where the gradient penalty looks; it should come to 1"),
    "theta_now": ("θ now", "", "Where the generator's line is; the real one is at 0"),
}  # fmt: skip
WORDS = """
The **discriminator** $D$ learns to tell real samples $x$ from generated ones $G(z)$, the **generator** $G$ learns to be
taken for real; all it ever hears of the data is $D$'s gradient at its own samples, the arrows.

Were $D$ perfect for the present generator, it would be $D^*(x) = p(x) / (p(x) + p_G(x))$, and the minimax value
$2\\,\\mathrm{JS}(p, p_G) - 2\\log 2$. With $p_G = p$ that is $D^* = \\tfrac12$ and $-2\\log 2$. Choose “optimal D” as
the background to compare the learned one with it. If the two distributions do not overlap, JS is $\\log 2$ however far
apart they are: a perfect $D$ is then flat, and no gradient is left. The **Wasserstein** distance still tells near from
far, and its critic has slope one in between.

The networks are shown through fixed latent points, so what moves is the generator.
"""


def losses(run: Handle) -> None:
    """Both losses over all steps."""
    lines = {"loss_D": ("L_D", theme.CRITIC, "y"), "loss_G": ("L_G", theme.GENERATED, "y")}
    _over_time(run, lines, key="losses", height=215, alt="Both losses over all steps.", axes=("loss", ""))


def history(run: Handle) -> None:
    """How far the distributions have been apart."""
    lines = {
        "js": ("JS divergence (nats)", theme.CRITIC, "y"),
        "w1": ("Wasserstein-1", theme.REAL, "y"),
        "quality": ("share of high quality", theme.PRIOR, "y"),
        "modes": ("modes covered", theme.GENERATED, "y2"),
    }
    alt = "Divergence, Wasserstein distance, modes covered and share of high-quality samples over all steps."
    _over_time(run, lines, key="history", height=230, alt=alt, axes=("distance, share", "modes"))


def _over_time(
    run: Handle, lines: dict[str, tuple[str, str, str]], *, key: str, height: int, alt: str, axes: tuple[str, str]
) -> None:
    fig, binds = go.Figure(), []
    for index, (name, (label, color, axis)) in enumerate(lines.items()):
        fig.add_scatter(x=[], y=[], name=label, yaxis=axis, line={"color": color, "width": 2})
        binds += [Bind("step", f"data.{index}.x", "history"), Bind(name, f"data.{index}.y", "history")]
    fig.update_layout(
        margin={"l": 46, "r": 46 if axes[1] else 8, "t": 4, "b": 32}, font={"size": 11},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "font": {"size": 10}},
        xaxis={"title": {"text": "step", "standoff": 2}}, yaxis={"title": {"text": axes[0], "standoff": 4}},
    )  # fmt: skip
    if axes[1]:
        second = {"title": axes[1], "overlaying": "y", "side": "right", "rangemode": "tozero", "showgrid": False}
        fig.update_layout(yaxis2=second)
    figure(run, fig, binds, alt=alt, key=key, height=height, zoom=height > 220, frames_per_s=3)


def upload(run: Handle) -> None:
    """Points from a file, as real samples."""
    with st.expander("Load your own points from a CSV file"):
        blob = st.file_uploader(
            "Two columns, x and y, one point a row; they are scaled to fill the picture.", type=["csv", "txt", "tsv"],
            key=f"points {run.run.id}", disabled=not run.owner,
        )  # fmt: skip
        if blob is None or st.session_state.get("points taken") == (run.run.id, blob.file_id):
            return
        st.session_state["points taken"] = (run.run.id, blob.file_id)
        try:
            points = parse_points(blob.getvalue())
            if run.params.model_dump()["data"] != "draw":
                run.run.submit(Reset(values={"data": "draw"})).result(timeout=10)
            run.run.submit(PokeIt(event={"kind": "points", "points": points.tolist()})).result(timeout=10)
        except (ValueError, CommandError, TimeoutError) as error:
            st.error(str(error) or "The run is busy; try again in a moment.", icon=":material/error:")
        else:
            st.success(f"{len(points)} points are the real samples now.", icon=":material/check:")


def objectives(current: str) -> None:
    """The losses of every objective, as formulas and as the code that runs."""
    st.subheader("The objectives")
    labels = {objective.label: objective for objective in OBJECTIVES.values()}
    for tab, objective in zip(st.tabs(list(labels), default=OBJECTIVES[current].label), labels.values(), strict=True):
        formula, code = tab.columns(2)
        formula.latex(objective.latex)
        code.code(inspect.getsource(objective.loss_D) + "\n\n" + inspect.getsource(objective.loss_G))


def main() -> None:
    """Draw the page."""
    run = open_page(Gan, labels=LABELS)
    params = run.params.model_dump()
    source = SOURCES[params["data"]]
    picture, inside, panel = st.columns([0.41, 0.31, 0.28], gap="medium")
    with picture:
        alt = "Real samples in blue, generated ones in orange, on what the discriminator says of every place."
        tools = BRUSHES if params["data"] == "draw" else []
        samples(run, alt=alt, dimension=source.dimension, tools=tools, key=f"samples-{params['data']}")
    with inside:
        lamps = [{"name": name, "label": lamp.label, "help": lamp.definition} for name, lamp in LAMPS.items()]
        players(run, lamps, alt="Noise z goes through G to G(z); D judges it beside real x; losses come of it.")
        shifts = params["data"] == "parallel-lines"
        shown = {name: row for name, row in READOUT.items() if name != "theta_now" or shifts}
        readout(run, shown, key=f"readout-{shifts}")
        losses(run)
    with panel:
        controls(run)
    upload(run)
    st.header("Over time")
    history(run)
    cards(run)
    mathematics(run, r"\min_G \max_D\; \mathbb E\log D(x)+\mathbb E\log\bigl(1-D(G(z))\bigr)", WORDS, Trainer.phases)
    objectives(params["objective"])
    references(Gan)


main()
