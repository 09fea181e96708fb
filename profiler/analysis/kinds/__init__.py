"""Interactions of every kind: docs/metrics/interactions.md. A show is in `profiler.analysis.popup`."""
