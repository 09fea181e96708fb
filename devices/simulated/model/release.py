"""What an Android release does, as far as the model's events depend on it. Each fact names its source."""

from __future__ import annotations

from dataclasses import dataclass

OLDEST, NEWEST = 26, 36
"""API levels that can be played."""

_DECLARED_LACKS = (
    (28, "perfetto"),  # Android 9 is the first with perfetto
    (29, "motionevent"),
    (29, "thermal"),
    (30, "frametracer"),
    (31, "frametimeline"),
    (34, "imetracker"),
)
"""From which level on a phone has what `world.LACKS` names."""

_COMPOSITION = (
    # SurfaceFlinger.cpp of oreo, 11, 12 and 13: names of the handlers that trace themselves
    (33, ("commit {id} vsyncIn {left:.2f}ms",), "composite {id}", False),
    (31, ("onMessageInvalidate {id} vsyncIn {left:.2f}ms",), "onMessageRefresh", True),
    (30, ("onMessageReceived", "onMessageInvalidate"), "onMessageRefresh", False),
    (26, ("onMessageReceived", "handleMessageInvalidate"), "handleMessageRefresh", False),
)


@dataclass(frozen=True, slots=True)
class CompositionNames:
    """How SurfaceFlinger names the two halves of a composition in a trace."""

    commit: tuple[str, ...]
    """Slices from the outermost; `{id}` is the vsync id, `{left}` ms to the vsync."""
    composite: str
    nested: bool
    """Composing lies inside the commit's slices (12: it runs at once, no message between)."""


@dataclass(frozen=True, slots=True)
class Release:
    """One release, by API level.

    Attributes:
        sdk: The API level.
        flags: Names of the platform's own feature flags that are on in this build.
        minor: The quarterly release after the API level.
    """

    sdk: int
    flags: frozenset[str] = frozenset()
    minor: int = 0

    @property
    def lacks(self) -> frozenset[str]:
        """What no phone of this release has; see `world.LACKS`."""
        return frozenset(name for first, name in _DECLARED_LACKS if self.sdk < first)

    # Choreographer and HWUI
    @property
    def vsync_ids(self) -> bool:
        """12+: vsync ids reach apps, stand in slices and frame rows, and travel with transactions."""
        return self.sdk >= 31

    @property
    def timelines(self) -> int:
        """Frame timelines that one vsync event offers, each with an id (13+: 7; 12: its own id only)."""
        return 7 if self.sdk >= 33 else 1

    @property
    def resyncs(self) -> bool:
        """13+: a late doFrame moves on to a timeline it can meet; 12 keeps the id (Choreographer.java)."""
        return self.sdk >= 33

    # keyboard
    @property
    def insets_slide(self) -> bool:
        """11+: InsetsController slides the keyboard in the app's process; before, WindowManager does."""
        return self.sdk >= 30

    @property
    def ime_sections(self) -> bool:
        """12+: IMMS., IMS., WMS., ISC. and IC. sections; 11's services have no Trace call."""
        return self.sdk >= 31

    @property
    def leash_name(self) -> str:
        """What SurfaceAnimator adds to a leash's name; 12 added the kind of animation."""
        return "animation-leash of insets_animation" if self.sdk >= 31 else "animation-leash"

    def container(self, record: str, token: str) -> str:
        """Return the name of an activity's container layer: its record, up to 10 its AppWindowToken."""
        inner = f"token=Token{{{token[::-1]} {record}}}"
        return record if self.sdk >= 30 else f"AppWindowToken{{{token} {inner}}}"

    @property
    def has_leash(self) -> bool:
        """9+: windows are animated on a leash (SurfaceAnimator); 8 moves the window's own surface."""
        return self.sdk >= 28

    @property
    def animation_thread(self) -> str:
        """Thread of system_server that runs window animations (SurfaceAnimationThread from 9 on)."""
        return "android.anim.lf" if self.sdk >= 28 else "android.anim"

    @property
    def restores_keyboard(self) -> bool:
        """12+: the server shows the keyboard again when its app comes back."""
        return self.sdk >= 31

    @property
    def tells_tracker(self) -> bool:
        """14+: ImeTracker in logcat and dumpsys."""
        return self.sdk >= 34

    @property
    def shows_from_ime(self) -> bool:
        """Until 15 the keyboard's process asks the app to show it; from 16 on the app's control does."""
        return self.sdk < 36

    @property
    def tracker_names_who(self) -> bool:
        """15+: ImeTracker's origins are ORIGIN_CLIENT, _SERVER, _IME, and its lines say `fromUser`."""
        return self.sdk >= 35

    @property
    def tracker_names_display(self) -> bool:
        """Second quarterly release of 16: ImeTracker's lines name user and display (seen in a log)."""
        return (self.sdk, self.minor) >= (36, 1)

    @property
    def tracker_in_logcat(self) -> bool:
        """14+, unless the lines go to ProtoLog (16, flag `imetracker_protolog`)."""
        return self.tells_tracker and not (self.sdk >= 36 and "imetracker_protolog" in self.flags)

    # input
    @property
    def names_input(self) -> bool:
        """11+: `deliverInputEvent src=... eventTimeNano=... id=...`; before only the async slice."""
        return self.sdk >= 30

    @property
    def launch_sections(self) -> bool:
        """12+: `launchingActivity#N` of system_server (ActivityMetricsLogger.LaunchingState)."""
        return self.sdk >= 31

    @property
    def commit_sections(self) -> bool:
        """12+: `InputConnection#commitText` (RemoteInputConnectionImpl; IInputConnectionWrapper has none)."""
        return self.sdk >= 31

    @property
    def names_publish(self) -> bool:
        """10+: InputDispatcher traces `publishMotionEvent(...)`."""
        return self.sdk >= 29

    # SurfaceFlinger
    @property
    def blast(self) -> bool:
        """12+: a SurfaceView's buffers are on a layer of their own, `(BLAST)` (SurfaceView.java)."""
        return self.sdk >= 31

    @property
    def counts_layer_names(self) -> bool:
        """Until 12 a layer's number counts layers of its name (getUniqueLayerName); then it is its id."""
        return self.sdk < 33

    @property
    def composition(self) -> CompositionNames:
        """Names of SurfaceFlinger's slices."""
        found = next(one for one in _COMPOSITION if self.sdk >= one[0])
        return CompositionNames(*found[1:])

    @property
    def boottime_packets(self) -> bool:
        """13+: FrameTimeline's packets stand on BOOTTIME; 12's on MONOTONIC."""
        return self.sdk >= 33

    @property
    def real_starts(self) -> bool:
        """13+: an actual surface frame begins with its doFrame; 12 has no start time but the predicted."""
        return self.sdk >= 33

    @property
    def expired_is_missed(self) -> bool:
        """13+: a frame with an expired prediction counts as AppDeadlineMissed; 12 says Unknown."""
        return self.sdk >= 33

    @property
    def empty_display_frames(self) -> bool:
        """Until 13 display frames without surface frames are traced."""
        return self.sdk < 34

    @property
    def fence_errors(self) -> bool:
        """14+: FrameTimeline tells a bad present fence (DisplayHAL and Unknown)."""
        return self.sdk >= 34

    @property
    def severity(self) -> bool:
        """15+: jank severity, and dropped frames are of jank type Dropped."""
        return self.sdk >= 35

    @property
    def timeline_tells_latency(self) -> bool:
        """16+, flag `deprecate_frame_tracker`: --latency reads FrameTimeline (Layer.cpp, dumpFrameStats)."""
        return self.sdk >= 36 and "deprecate_frame_tracker" in self.flags

    @property
    def render_rate(self) -> bool:
        """14+: a render rate beside the mode's rate."""
        return self.sdk >= 34

    @property
    def jank_threshold_ns(self) -> int:
        """How far from its prediction a present is on time (FrameTimeline.h)."""
        return 4_000_000 if "increase_missed_frame_jank_threshold" in self.flags else 2_000_000
