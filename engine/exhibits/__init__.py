"""The exhibits: one module (or package) each, found by themselves; see :func:`engine.exhibit.catalogue`."""
