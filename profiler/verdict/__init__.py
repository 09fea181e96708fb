"""Complaints, comparisons and verdicts. docs/metrics.md section 7."""
