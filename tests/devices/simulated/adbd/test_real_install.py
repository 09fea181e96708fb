"""`adb install`, by the real adb program (adb 36; any other by SILKY_TEST_ADB, e.g. Debian's 29)."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from devices.simulated.server import RunningPhone, running_phone
from tests.devices.simulated.apk_writer import apk, manifest
from tests.devices.simulated.userland.fake_world import FakeWorld, persona

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.adbserver import Adb

pytestmark = pytest.mark.adb
PACKAGE = "org.example.tiny"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    path = tmp_path / "tiny app.apk"
    path.write_bytes(apk(manifest(PACKAGE, code=7), random.Random(1).randbytes(300_000)))
    return path


@pytest.fixture(params=[34, 29, 23], ids=["abb", "cmd", "push"])
def any_phone(adb: Adb, request: pytest.FixtureRequest) -> Iterator[RunningPhone]:
    """Phones whose adbd offers the binder bridge, `cmd` on a stream, neither: the host takes the best."""
    with running_phone(FakeWorld(persona=persona(request.param)), speed=40) as running:
        adb.connect(running.serial)
        yield running
        adb.disconnect(running.serial)


@pytest.mark.parametrize("options", [(), ("-r", "-d")])
def test_a_package_is_installed_listed_and_removed(
    adb: Adb, any_phone: RunningPhone, package: Path, options: tuple[str, ...]
) -> None:
    done = adb.run("-s", any_phone.serial, "install", *options, str(package))
    assert (done.code, done.text.splitlines()[-1]) == (0, "Success"), done
    assert adb.shell(any_phone.serial, "pm list packages").text.splitlines().count(f"package:{PACKAGE}") == 1
    removed = adb.run("-s", any_phone.serial, "uninstall", PACKAGE)
    assert (removed.code, removed.text) == (0, "Success\n")
    assert PACKAGE not in adb.shell(any_phone.serial, "pm list packages").text


def test_a_file_that_is_no_package_is_refused_with_androids_words(
    adb: Adb, any_phone: RunningPhone, tmp_path: Path
) -> None:
    (tmp_path / "no.apk").write_bytes(b"nothing of the kind" * 5000)
    done = adb.run("-s", any_phone.serial, "install", str(tmp_path / "no.apk"))
    # without the shell protocol, adb learns no exit code of `pm`
    old = any_phone.world.persona.sdk < 24
    assert done.code == (0 if old else 1)
    assert b"INSTALL_PARSE_FAILED_NOT_APK" in done.out + done.err


def test_without_streaming_nothing_is_left_in_the_phones_folder(
    adb: Adb, phone: RunningPhone, package: Path
) -> None:
    done = adb.run("-s", phone.serial, "install", "--no-streaming", str(package))
    assert b"Success" in done.out, done
    assert adb.shell(phone.serial, "ls /data/local/tmp").text == ""
