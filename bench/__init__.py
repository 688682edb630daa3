"""Side-by-side measurements against real peers, as ratios within one run."""
