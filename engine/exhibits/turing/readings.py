"""The numbers that are read off a run: what each is called, and what it means."""

from __future__ import annotations

from engine.kit.readings import Reading

WAVELENGTHS = {
    "predicted_wavelength": Reading(
        "predicted", "Wavelength of the wave that grows fastest in linear theory", "cells", missing="no wave grows"
    ),
    "measured_wavelength": Reading(
        "measured",
        "Wavelength at the centre of gravity of the highest peak of the picture's power spectrum",
        "cells",
        missing="all is even",
    ),
    "wavelength_ratio": Reading(
        "measured / predicted",
        "Near 1 where the wave that grew fastest is still there",
        missing="one of them is missing",
    ),
}
SKEWNESS = {
    "skewness": Reading(
        "spots or stripes",
        "Skewness of the activator: near 0.8 of spots, 0 of stripes, -0.8 of holes",
        missing="all is even",
    ),
}
