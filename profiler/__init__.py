"""Scenarios and the run loop, interactions, metrics, comparison, verdicts, reports, the command line."""
