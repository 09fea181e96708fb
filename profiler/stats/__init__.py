"""Differences between two samples with one-sided bounds. docs/metrics.md section 7."""
