"""Measurements: `make bench` (speed, as ratios against a floor of the same run) and `make drill` (survival).

A row is a function that returns one figure, registered with `bench.frame.bench` or `bench.frame.drill` in any module
named `rows_*.py` here; those modules are found by themselves.
"""
