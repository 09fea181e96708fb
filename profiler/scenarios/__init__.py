"""Scenarios: named user actions that are measured. Others come by the entry-point group `silky.scenarios`."""

from profiler.scenarios.model import Scenario
from profiler.scenarios.registry import list_scenarios, load_scenario

__all__ = ["Scenario", "list_scenarios", "load_scenario"]
