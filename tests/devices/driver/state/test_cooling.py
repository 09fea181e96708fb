"""A hot phone is waited for, with words, and not for ever."""

from __future__ import annotations

import pytest

from devices.driver.state.cooling import ThermalGate, wait_until_cool
from traces.errors import PhoneError


def dump(status: int, skin: float = 43.0, *, overridden: bool = False) -> str:
    return (
        f"IsStatusOverride: {str(overridden).lower()}\nThermal Status: {status}\nHAL Ready: true\n"
        f"Current temperatures from HAL:\n\tTemperature{{mValue={skin}, mType=3, mName=SKIN, mStatus={status}}}\n"
        "Current cooling devices from HAL:\n"
    )


class Heat:
    """Thermal dumps, one a look; the last one stays."""

    def __init__(self, link, *statuses: int) -> None:
        self.left = list(statuses)
        self.slept: list[int] = []
        link.answers.insert(0, (r".*dumpsys thermalservice", self.look))

    def look(self, command):
        words = command.replace(";", "").split()
        if words[0] == "sleep":
            self.slept.append(int(words[1]))
        return dump(self.left.pop(0) if len(self.left) > 1 else self.left[0])


@pytest.mark.parametrize(
    "text", ["", "Can't find service: thermalservice\n", dump(4, overridden=True), dump(1)]
)
def test_a_cool_phone_and_one_that_does_not_tell_are_not_waited_for(link, phone, text):
    link.answers.insert(0, (r".*dumpsys thermalservice", text))
    told = []
    assert wait_until_cool(phone, ThermalGate(), told.append) == 0
    assert told == []


def test_waiting_says_why_and_how_it_stands_every_minute(link, phone):
    heat = Heat(link, 3, 3, 3, 3, 3, 2, 1)
    told = []
    assert wait_until_cool(phone, ThermalGate(), told.append) == 90
    assert heat.slept == [15] * 6
    assert told == [
        (
            "phone SERIAL1 is hot (thermal status 3, severe, skin 43.0 °C): waiting until it is below 2, at most "
            "10 min. It cools faster off the charger, out of its case, with a dark screen."
        ),
        "Still hot (thermal status 3, severe, skin 43.0 °C); 1 min waited.",
        "phone SERIAL1 has cooled down after 90 s.",
    ]


def test_it_is_not_waited_for_ever(link, phone):
    heat = Heat(link, 2)
    with pytest.raises(
        PhoneError, match=r"still hot \(thermal status 2, moderate, skin 43.0 °C\) after 1 min"
    ) as caught:
        wait_until_cool(phone, ThermalGate(patience_s=70), lambda _: None)
    assert heat.slept == [15, 15, 15, 15, 10]
    assert "--cool-down MINUTES" in caught.value.next_step


def test_the_limit_can_be_stricter(link, phone):
    Heat(link, 1, 0)
    assert wait_until_cool(phone, ThermalGate(limit=1), lambda _: None) == 15


def test_no_patience_waits_not_at_all(link, phone):
    heat = Heat(link, 3)
    assert wait_until_cool(phone, ThermalGate(patience_s=0), lambda _: None) == 0
    assert heat.slept == []
