"""Patterns inside networks: reaction and diffusion of a generator's weights."""

from engine.exhibits.adversarial_patterns.exhibit import AdversarialPatterns

__all__ = ["AdversarialPatterns"]
