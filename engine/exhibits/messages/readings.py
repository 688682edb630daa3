"""The numbers that are read off a run: how right it is, what smoothing does, and who can be told from whom."""

from __future__ import annotations

from engine.kit.readings import Reading

NUMBERS = {
    "test_accuracy": Reading("unknown guessed right", "Share of what it was not told that it gets right",
                             missing="all are known"),
    "train_accuracy": Reading("known guessed right", "The same of what it was told", missing="none is known"),
    "alone_accuracy": Reading("without links", "Share of the unknown that the same network without links, an MLP, gets "
                              "right", missing="is not trained"),
}  # fmt: skip
SURE = {"confidence_mean": Reading("confidence", "Mean probability of the class that something is taken for")}
ERRORS = {
    "error": Reading("off by", "How far the answer is from the truth, on average over the unknown graphs",
                     missing="all are known"),
    "error_of_the_mean": Reading("the mean is off by", "The same for who always answers the mean of the known graphs",
                                 missing="all are known"),
    "alone_error": Reading("without links off by", "The same for the network without links, an MLP",
                           missing="is not trained"),
}  # fmt: skip
AUC = {"auc": Reading("hidden before absent", "How often a hidden link is held likelier than a pair that never was one "
                      "(area under the ROC curve); 0.5 is a coin", missing="no link is hidden")}  # fmt: skip
OF_TASK = {"nodes": SURE, "graphs": SURE, "links": AUC, "diameter": ERRORS, "triangles": ERRORS}
SMOOTHING = {
    "rate": Reading("energy per hop", "By what the last hop has multiplied the Dirichlet energy of states of size 1",
                    missing="no two hops to compare"),
    "rate_theory": Reading("λ₂²", "What linear graph convolution multiplies it by in the end: the square of the second "
                           "largest |eigenvalue| of the propagation"),
    "wl_classes": Reading("refined colours", "Different colours after as many rounds of Weisfeiler and Leman as there "
                          "are hops"),
    "state_classes": Reading("different states", "Nodes whose last states differ by more than rounding"),
    "sensitivity": Reading("feels of the other", "Frobenius norm of the derivative of the last state of the node "
                           "looked at by the first state of the one looked at before",
                           missing="tick “Measure what it feels”"),
    "resistance": Reading("resistance to it", "Between the two, if every link is a resistor of 1 Ω", "Ω",
                          "tick “Measure what it feels”, of two nodes that a way joins"),
    "shuffled": Reading("after a shuffle", "Largest change of a score when the nodes were numbered anew; only rounding",
                        missing="press “Shuffle the nodes”"),
    "apart": Reading("readouts apart", "How far the mean states of two separate graphs differ, as a share of the "
                     "largest number in a state", missing="there are not two graphs"),
    "homophily_now": Reading("homophily", "Share of links between nodes of one class", missing="no links"),
}  # fmt: skip
