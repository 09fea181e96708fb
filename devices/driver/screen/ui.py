"""Finding things on the screen with uiautomator2, outside measured windows only."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any, Self

from devices.driver.errors import NotOnScreenError
from devices.driver.injectors.input import tap
from devices.driver.screen import keyboard
from devices.driver.screen.hierarchy import Found, Node, parse_hierarchy
from devices.driver.screen.u2server import PORT, U2Server
from devices.driver.screen.wayfinding import TURNS, Way
from devices.driver.state.places import state_folder
from traces.errors import PhoneError

if TYPE_CHECKING:
    import socket
    from types import TracebackType

    from devices.driver.phone import Phone
    from devices.profiles.model import AppProfile

_PNG = b"\x89PNG"
_RPC_SECONDS = 20.0


class Screen:
    """The phone's screen, looked at through uiautomator2 while this is open; a context manager.

    Leaving it ends the server on the phone and checks that no keyboard was installed on the way.
    """

    def __init__(self, phone: Phone) -> None:
        self._phone = phone
        self._server = U2Server(phone)
        self._device: Any = None
        self._ime: str | None = None

    def __enter__(self) -> Self:
        self._ime = keyboard.current(self._phone)
        self._server.start()
        try:
            self._device = _connect(self._phone)
        except BaseException:
            self._server.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._device = None
        if isinstance(error, PhoneError):
            # the connection may be what failed: don't let the clean-up hide it
            try:
                self._server.stop()
            except PhoneError:
                return
            return
        self._server.stop()
        self._check_keyboard()

    def nodes(self) -> tuple[Node, ...]:
        """Return what is on the screen."""
        return parse_hierarchy(self.dump(), f"the screen of {self._phone.name}")

    def dump(self) -> str:
        """Return the window hierarchy as XML."""
        try:
            return str(self._device.dump_hierarchy(compressed=False))
        except PhoneError:
            raise
        except Exception as error:  # uiautomator2 raises many kinds, and requests', json's, socket's own
            raise _wrapped(self._phone, error) from error

    def find_field(self, profile: AppProfile, package: str) -> Found:
        """Return the input field; known dialogs in the way are tapped away, voice modes left.

        Raises:
            PhoneError: it isn't there; says what was looked for and where the dump of the screen is kept. Or
                only a person can go on: a login, a dialog that nothing is known of.
        """
        return self.walk(profile, package)[0]

    def walk(self, profile: AppProfile, package: str) -> tuple[Found, Way]:
        """Go to the input field as `find_field` does; return it and the way there."""
        keys = (self._ime or "").partition("/")[0] or None
        way = Way(profile, package, self._phone.name, keys)
        for turn in range(TURNS):
            step = way.next(self.nodes(), turn)
            if isinstance(step, Found):
                return step, way
            if step is None:
                self._phone.shell("sleep 0.5")
            elif step.node is None:
                self._phone.shell(f"{keyboard.BACK}; sleep 0.6")
            else:
                self._tap(step.node)
        raise self._not_found(way)

    def _tap(self, node: Node) -> None:
        tap(self._phone, *node.center)
        self._phone.shell("sleep 0.6")

    def _not_found(self, way: Way) -> PhoneError:
        profile = way.profile
        dump = state_folder() / f"not-found-{profile.name}.xml"
        dump.write_text(self.dump(), encoding="utf-8")
        kept = [str(dump)]
        picture = self._phone.shell("screencap -p", seconds=20.0).stdout
        if picture.startswith(_PNG):
            dump.with_suffix(".png").write_bytes(picture)
            kept.insert(0, str(dump.with_suffix(".png")))
        return NotOnScreenError(
            f"The input field of {profile.label} ({way.package}) is not on the screen of {self._phone.name}. "
            f"{way.looked_for()}",
            next_step="Log in, open a chat and close dialogs. If the field is visible, put its selector "
            f"into a copy of {profile.path}; what is on the screen is in {' and '.join(kept)}.",
        )

    def _check_keyboard(self) -> None:
        now = keyboard.current(self._phone)
        foreign = keyboard.foreign_keyboards(self._phone)
        if now != self._ime or (now is not None and foreign and now in foreign):
            raise PhoneError(
                f"The keyboard of {self._phone.name} changed from {self._ime} to {now} while uiautomator2 "
                "ran.",
                next_step=f"Run `adb -s {self._phone.serial} shell ime set {self._ime}` and try again.",
            )


def _connect(phone: Phone) -> Any:
    """Return uiautomator2's device over our own sockets: TCP_NODELAY, a deadline, one connection a call."""
    import adbutils  # noqa: PLC0415  both cost 0.3 s, and only a look at the screen needs them
    import uiautomator2  # noqa: PLC0415

    class OwnDevice(adbutils.AdbDevice):  # type: ignore[misc]  # adbutils carries no types
        """adbutils' device with the driver's connection under its TCP and shell calls."""

        def create_connection(self, network: Any, address: int | str) -> socket.socket:
            if network != adbutils.Network.TCP:
                return super().create_connection(network, address)  # type: ignore[no-any-return]
            try:
                return phone.link.open_tcp(int(address), seconds=_RPC_SECONDS)
            except PhoneError as error:
                # uiautomator2 expects this kind when nothing listens
                raise adbutils.AdbError(str(error)) from error

        def shell(self, cmdargs: Any, stream: bool = False, **more: Any) -> Any:
            if stream:
                return super().shell(cmdargs, stream=stream, **more)
            command = cmdargs if isinstance(cmdargs, str) else shlex.join(cmdargs)
            return phone.shell(command).text.rstrip("\n")

    class OwnUi(uiautomator2.Device):  # type: ignore[misc]  # uiautomator2 carries no types
        """uiautomator2's device without the file that it would leave on the phone: our server is there."""

        def _setup_jar(self) -> None:
            return

    client = adbutils.AdbClient(*_server_of(phone))
    try:
        return OwnUi(OwnDevice(client, serial=phone.serial), port=PORT)
    except PhoneError:
        raise
    except Exception as error:
        raise _wrapped(phone, error) from error


def _server_of(phone: Phone) -> tuple[str, int]:
    server = getattr(phone.link, "server", None)
    return (server.host, server.port) if server is not None else ("127.0.0.1", 5037)


def _wrapped(phone: Phone, error: Exception) -> PhoneError:
    said = " ".join(str(error).split())[:300] or type(error).__name__
    return PhoneError(
        f"uiautomator2 can't look at the screen of {phone.name}: {said}",
        next_step="Unlock the phone, stop other test tools (Appium, ATX), and try again.",
    )
