"""The papers behind the exhibit."""

from __future__ import annotations

from engine.exhibit import Reference

REFERENCES = (
    Reference("A. M. Turing", "The chemical basis of morphogenesis", "Phil. Trans. R. Soc. B 237, 1952",
              "https://doi.org/10.1098/rstb.1952.0012"),
    Reference("J. E. Pearson", "Complex patterns in a simple system", "Science 261, 1993",
              "https://doi.org/10.1126/science.261.5118.189"),
    Reference("P. Gray, S. K. Scott", "Autocatalytic reactions in the isothermal, continuous stirred tank reactor",
              "Chem. Eng. Sci. 39, 1984", "https://doi.org/10.1016/0009-2509(84)87017-7"),
    Reference("J. Schnakenberg", "Simple chemical reaction systems with limit cycle behaviour",
              "J. Theor. Biol. 81, 1979", "https://doi.org/10.1016/0022-5193(79)90042-0"),
    Reference("A. Gierer, H. Meinhardt", "A theory of biological pattern formation", "Kybernetik 12, 1972",
              "https://doi.org/10.1007/BF00289234"),
    Reference("I. Prigogine, R. Lefever", "Symmetry breaking instabilities in dissipative systems II",
              "J. Chem. Phys. 48, 1968", "https://doi.org/10.1063/1.1668896"),
    Reference("R. FitzHugh", "Impulses and physiological states in theoretical models of nerve membrane",
              "Biophys. J. 1, 1961", "https://doi.org/10.1016/S0006-3495(61)86902-6"),
    Reference("J. Nagumo, S. Arimoto, S. Yoshizawa", "An active pulse transmission line simulating nerve axon",
              "Proc. IRE 50, 1962", "https://doi.org/10.1109/JRPROC.1962.288235"),
    Reference("M. C. Cross, P. C. Hohenberg", "Pattern formation outside of equilibrium", "Rev. Mod. Phys. 65, 1993",
              "https://doi.org/10.1103/RevModPhys.65.851"),
    Reference("J. Verdasca, A. De Wit, G. Dewel, P. Borckmans", "Reentrant hexagonal Turing structures",
              "Phys. Lett. A 168, 1992"),
    Reference("R. P. Munafo", "Stable localized moving patterns in the 2-D Gray-Scott model", "2014",
              "https://arxiv.org/abs/1501.01990"),
)  # fmt: skip
