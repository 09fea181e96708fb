"""Interactions of every kind: docs/metrics/interactions.md. Opening the keyboard has `profiler.analysis.popup`."""
