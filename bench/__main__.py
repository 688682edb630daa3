"""Run every bench: ``make bench``."""

from __future__ import annotations

import importlib
import pkgutil

import bench

for module in pkgutil.iter_modules(bench.__path__):
    if module.name not in ("__main__", "measure"):
        print(f"\n== bench.{module.name}")
        importlib.import_module(f"bench.{module.name}").main()
