"""The numbers that are read off a run: of the walk itself, of the curvature, of curves and of averages."""

from __future__ import annotations

from engine.kit.readings import Reading

HAND, LOOKS = "drag in the picture", "not looked at yet"
NUMBERS = {
    "loss": Reading("training loss", "Of the network as it is, over all training samples",
                    missing="beyond all numbers"),
    "error": Reading("test error", "Share of wrong answers on samples it has never seen"),
    "hand_loss": Reading("loss at your hand", "Training loss of the weights that your hand is at", missing=HAND),
    "hand_error": Reading("test error there", "Share of wrong answers with those weights", missing=HAND),
    "off": Reading("off the plane", "Distance of the weights from the plane that is shown"),
    "half": Reading("half width", "Of the picture, as a distance between weights"),
    "explained": Reading("in the plane", "Share of the variance of the way so far that lies in this plane",
                         missing="only of the trajectory's plane"),
}  # fmt: skip
CURVATURE = {
    "sharpness": Reading("sharpest curvature", "λ max, the largest eigenvalue of the Hessian of the training loss",
                         missing=LOOKS),
    "limit": Reading("limit 2/η", "Where the curvature is larger, full gradient descent overshoots; with momentum the "
                     "limit is higher", missing="not known of RMSProp and Adam"),
    "trace": Reading("all curvatures", "Trace of the Hessian: the sum of all eigenvalues, as random probes estimate it",
                     missing=LOOKS),
}  # fmt: skip
WAY = {
    "barrier_line": Reading("barrier, straight", "How far the loss rises on the straight line between the networks"),
    "barrier_curve": Reading("barrier, curve", "How far it rises on the curve", missing="there is no curve yet"),
}
AVERAGE = {
    "error_swa": Reading(
        "mean, test error", "Of the mean of the weights at the ends of cycles", missing="no cycle yet"
    ),
    "loss_swa": Reading("mean, training loss", "Of that mean", missing="no cycle yet"),
}
FOLDS = {
    "folds": Reading("folds", "Largest change of slope of the answers from one place to the next, 800 across the "
                     "picture, as a share of their largest slope: next to none where they bend smoothly"),
}  # fmt: skip
