"""Compiles the decoder's loops when silky is installed, where there is a C compiler; silky works without."""

from __future__ import annotations

import platform
import runpy
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILD = "traces/perfetto/compiled/build.py"
LIBRARY = "traces/perfetto/compiled/loops.so"


def platform_tag() -> str:
    """Return the wheel's platform: the library is for this machine, and for any Python on it."""
    name = sysconfig.get_platform()
    if sys.platform == "darwin":
        # a universal Python's name would claim both kinds of machine; the compiler makes one
        name = "-".join([*name.split("-")[:2], platform.machine()])
    return name.replace("-", "_").replace(".", "_")


class CompiledLoops(BuildHookInterface):
    """Puts the library into the wheel; without a compiler the wheel has none and is for any platform."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, beside the source, so that an editable installation has it too."""
        if self.target_name != "wheel":
            return
        why = runpy.run_path(str(Path(self.root) / BUILD))["build"]()
        if why is not None:
            self.app.display_warning(f"Not compiled: {why}. Traces are decoded by numpy alone, more slowly.")
            return
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform_tag()}"
        build_data["artifacts"].append(LIBRARY)
