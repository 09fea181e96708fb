"""A scenario's recipe for a phone that there is not, so that people can read what would be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.driver.screen.field import Field
from devices.driver.screen.keys import guessed_keys
from devices.driver.script.recipes import Setting, Typing
from profiler.scenarios.others import Turn

if TYPE_CHECKING:
    from devices.driver.script.recipes import Recipe
    from profiler.scenarios.others import RecipeScenario

WIDTH, HEIGHT, DENSITY, KEYBOARD = 1080, 2400, 420, 880


def example_recipe(scenario: RecipeScenario) -> Recipe:
    """Return the recipe of a first round on a display of 1080 x 2400 px with a keyboard of 880 px."""
    bounds = (40, 2200, 900, 2320)
    field = Field("com.example.chat", 470, 2260, bounds, "example", 4000, None, None, KEYBOARD)
    keys = guessed_keys(WIDTH, HEIGHT, KEYBOARD, DENSITY)
    setting = Setting(
        field,
        motion=True,
        start="am start -n com.example.chat/.MainActivity",
        width=WIDTH,
        height=HEIGHT,
        typing=Typing(keys, (990, 1380), "example"),
    )
    return scenario.recipe(setting, Turn(scenario.popups, 1, 1, scenario.options))
