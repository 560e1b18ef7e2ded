"""How fast the desk is, as ratios between two things measured in the same run (`bin/bench`; docs/performance.md)."""
