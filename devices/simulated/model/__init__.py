"""The inside of the simulated phone: a discrete-event model of display, compositor, apps, keyboard, input.

Its public face is this package: load a persona and behaviours, build a world.
"""

from __future__ import annotations

from devices.simulated.model.behaviour import Behaviours, behaviour_files, load_behaviours
from devices.simulated.model.errors import SimulationFileError
from devices.simulated.model.persona import load_persona, personas
from devices.simulated.model.phone import SimulatedPhone, build_world

__all__ = [
    "Behaviours",
    "SimulatedPhone",
    "SimulationFileError",
    "behaviour_files",
    "build_world",
    "load_behaviours",
    "load_persona",
    "personas",
]
