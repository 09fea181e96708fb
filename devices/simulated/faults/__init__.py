"""What goes wrong on a phone, around it, or between it and the computer: at a named step, or by a seed."""

from devices.simulated.faults.draw import RandomFaults
from devices.simulated.faults.injector import FaultInjector
from devices.simulated.faults.plan import KINDS, PlannedFault, parse_fault, read_plan

__all__ = ["KINDS", "FaultInjector", "PlannedFault", "RandomFaults", "parse_fault", "read_plan"]
