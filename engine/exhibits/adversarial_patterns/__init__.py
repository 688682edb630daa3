"""Patterns inside networks: reaction and diffusion of a generator's weights."""

from engine.exhibits.adversarial_patterns.exhibit import AdversarialPatterns
from engine.exhibits.adversarial_patterns.mathematics import CODE, FOUND, LATEX

__all__ = ["CODE", "FOUND", "LATEX", "AdversarialPatterns"]
