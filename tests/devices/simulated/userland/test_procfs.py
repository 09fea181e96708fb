from __future__ import annotations

from dataclasses import replace

from tests.devices.simulated.userland.fake_world import CHAT, FakeWorld
from tests.devices.simulated.userland.helpers import Device


class Working(FakeWorld):
    """A phone whose processes have each used 1.23 s of CPU time."""

    def processes(self):
        return [replace(one, cpu_ns=1_230_000_000) for one in super().processes()]


def test_stat_tells_a_process_cpu_time_in_ticks_of_ten_ms():
    """proc(5): field 14 is utime, 15 stime; the name is cut to its last 15 characters as Zygote does."""
    world = Working()
    pid = next(one.pid for one in world.processes() if one.name == CHAT)
    ran = Device(world).run(f"cat /proc/{pid}/stat")
    fields = ran.out.split()
    assert fields[:3] == [str(pid), f"({CHAT[-15:]})", "S"]
    assert (fields[13], fields[14], len(fields)) == ("123", "0", 52)


def test_the_shell_reads_it_by_itself():
    world = Working()
    pid = next(one.pid for one in world.processes() if one.name == CHAT)
    script = f"read -r s < /proc/{pid}/stat; set -- ${{s##*) }}; echo $# ${{12}}"
    assert Device(world).run(script).out == "50 123\n"


def test_there_is_none_for_a_process_that_is_not():
    ran = Device().run("cat /proc/99999/stat")
    assert (ran.code, "No such file" in ran.err) == (1, True)
