"""The papers behind the exhibit."""

from engine.exhibit import Reference

REFERENCES = (
    Reference("W. Zachary", "An information flow model for conflict and fission in small groups",
              "Journal of Anthropological Research 33, 1977"),
    Reference("J. Gilmer et al.", "Neural message passing for quantum chemistry", "ICML 2017",
              "https://arxiv.org/abs/1704.01212"),
    Reference("T. Kipf, M. Welling", "Semi-supervised classification with graph convolutional networks",
              "ICLR 2017", "https://arxiv.org/abs/1609.02907"),
    Reference("W. Hamilton, R. Ying, J. Leskovec", "Inductive representation learning on large graphs",
              "NeurIPS 2017", "https://arxiv.org/abs/1706.02216"),
    Reference("T. Kipf, M. Welling", "Variational graph auto-encoders", "2016", "https://arxiv.org/abs/1611.07308"),
    Reference("M. Zaheer et al.", "Deep sets", "NeurIPS 2017", "https://arxiv.org/abs/1703.06114"),
    Reference("P. Veličković et al.", "Graph attention networks", "ICLR 2018", "https://arxiv.org/abs/1710.10903"),
    Reference("K. Xu et al.", "How powerful are graph neural networks?", "ICLR 2019",
              "https://arxiv.org/abs/1810.00826"),
    Reference("P. Battaglia et al.", "Relational inductive biases, deep learning, and graph networks", "2018",
              "https://arxiv.org/abs/1806.01261"),
    Reference("K. Oono, T. Suzuki", "Graph neural networks exponentially lose expressive power for node "
              "classification", "ICLR 2020", "https://arxiv.org/abs/1905.10947"),
    Reference("L. Zhao, L. Akoglu", "PairNorm: tackling oversmoothing in GNNs", "ICLR 2020",
              "https://arxiv.org/abs/1909.12223"),
    Reference("R. Kondor et al.", "Covariant compositional networks for learning graphs", "2018",
              "https://arxiv.org/abs/1801.02144"),
    Reference("U. Alon, E. Yahav", "On the bottleneck of graph neural networks and its practical implications",
              "ICLR 2021", "https://arxiv.org/abs/2006.05205"),
    Reference("R. Sato", "A survey on the expressive power of graph neural networks", "2020",
              "https://arxiv.org/abs/2003.04078"),
    Reference("A. Paliwal et al.", "Graph representations for higher-order logic and theorem proving", "AAAI 2020",
              "https://arxiv.org/abs/1905.10006"),
)  # fmt: skip
