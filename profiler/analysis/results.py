"""What the analysis finds: plain frozen records that reports and the verdict read. See docs/metrics.md."""

from __future__ import annotations

from dataclasses import dataclass, field

from traces.errors import EvidenceError

Value = float | int | str | None


@dataclass(frozen=True, slots=True)
class StripFrame:
    """One frame in a pop-up's strip; times in ms after the window start."""

    lane: str
    """leash, app or keyboard."""
    present_ms: float
    ready_ms: float | None
    deadline_ms: float | None
    missed_before: int
    """Vsyncs missed between the previous frame of this lane and this one (only inside the slide)."""
    late: bool
    """Overrun > 0."""
    layout: bool
    jank: str
    """FrameTimeline's jank types, joined by comma; empty for none."""
    driver: str
    """app main thread, insets animation thread, keyboard."""


@dataclass(frozen=True, slots=True)
class LateFrame:
    """Why one frame, or one step of a slide, came late. Blame follows the driver, not the owner."""

    lane: str
    """As in `StripFrame`."""
    present_ms: float | None
    """Time on screen after the window start."""
    missed: int
    """Vsyncs that it cost."""
    overrun_ms: float | None
    token: int
    start_ns: int
    """BOOTTIME, where to look in the trace."""
    driver: str
    """The thread at fault: app main thread, app RenderThread, app insets thread, keyboard, system,
    SurfaceFlinger or unknown."""
    owner: str
    """The process under which FrameTimeline books the layer."""
    stage: str
    """Where most of its time went: input, animation, insets_animation, traversal, measure, layout, draw,
    sync, render thread, buffer (no free one), gpu, composition (SurfaceFlinger), queue (before the frame
    began) or unknown."""
    doing: tuple[tuple[str, float], ...]
    """What the driver's thread was doing in the frame's time, in ms: running, runnable, binder, lock, io, gc
    or sleeping."""
    slices: tuple[tuple[str, float], ...]
    """The longest slices within, in ms of their own."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A named cause of what a pop-up did badly."""

    cause: str
    """Id in the catalogue of causes."""
    sure: str
    """sure, likely or possible."""
    driver: str
    """Whom it lies with, spelled as in `LateFrame.driver`."""
    cost_ms: float | None
    evidence: tuple[tuple[str, str], ...]
    """What in the recording says so: English, Chinese."""


@dataclass(frozen=True, slots=True)
class CauseCount:
    """How often a cause was named in an app's valid pop-ups."""

    cause: str
    driver: str
    popups: int
    """In how many pop-ups."""
    first: int
    """In how many of them as the most costly."""
    cost_ms: float | None
    """Mean over the pop-ups where its cost is known."""


@dataclass(frozen=True, slots=True)
class SilkinessPart:
    """One part of the silkiness: `score` 0 ... 100, None where the value is missing."""

    name: str
    value: float | str | None
    unit: str
    score: float | None
    reason: str | None
    """Why it is missing."""


@dataclass(frozen=True, slots=True)
class Silkiness:
    """0 ... 100, the least over its parts; None ("incomplete") where one is missing. Decides no verdict."""

    score: float | None
    parts: tuple[SilkinessPart, ...]


@dataclass(frozen=True, slots=True)
class PopupResult:
    """One pop-up: docs/metrics.md sections 2 to 5 and 8."""

    app: str
    round: int
    attempt: int
    popup: int
    t0_ns: int | None
    """Window start, BOOTTIME."""
    down_ns: int | None
    period_ms: float | None
    metrics: dict[str, Value]
    """By the names of docs/metrics.md."""
    standards: dict[str, Value]
    """Named standards, section 8."""
    reasons: dict[str, str]
    """Why a metric is null."""
    void: tuple[str, ...]
    motion_source: str | None
    slide_start_ms: float | None
    slide_end_ms: float | None
    strip: tuple[StripFrame, ...]
    late: tuple[LateFrame, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    """Most costly first; empty where nothing was bad or nothing could be named."""


@dataclass(frozen=True, slots=True)
class InteractionResult:
    """One interaction of any kind but show, which is a `PopupResult`: docs/metrics/interactions.md."""

    kind: str
    """As in `traces.capture.MARKS`."""
    number: int
    t0_ns: int | None
    """Window start, BOOTTIME."""
    end_ns: int | None
    metrics: dict[str, Value]
    sources: dict[str, str]
    """Where each value that is not null comes from: FrameTimeline, FrameTracer, framestats, ..."""
    reasons: dict[str, str]
    """Why a metric is null."""
    void: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RoundResult:
    """One attempt at a round."""

    app: str
    round: int
    attempt: int
    folder: str
    warm_up: bool
    void: tuple[str, ...]
    warnings: tuple[str, ...]
    metrics: dict[str, float | None]
    """Means over the round's pop-ups; numbers only."""
    popups: tuple[PopupResult, ...]
    interactions: tuple[InteractionResult, ...] = ()
    """Those of other kinds than show."""


@dataclass(frozen=True, slots=True)
class AppResult:
    """All valid rounds of one app."""

    app: str
    label: str
    reference: bool
    rounds_valid: int
    rounds_void: int
    metrics: dict[str, list[float]]
    """Round means by metric, in order of the rounds."""
    medians: dict[str, float | None]
    means: dict[str, float | None]
    modes: dict[str, dict[str, int]]
    """For `driver_mode` and `content_motion`: how often each value came, over pop-ups."""
    silkiness: Silkiness | None = None
    causes: tuple[CauseCount, ...] = ()
    """The one that is most often the most costly first."""
    popups: int = 0
    """Valid pop-ups, of which `causes` counts."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """Everything found in one bundle."""

    run_id: str
    apps: tuple[AppResult, ...]
    rounds: tuple[RoundResult, ...]
    period_ms: float | None
    """Of the recorded mode."""
    warnings: tuple[str, ...]

    def vsync_ms(self) -> float:
        """Return the period of the recorded mode.

        Raises:
            EvidenceError: the phone did not tell its rate. Nothing stands in for it, least of all 60 Hz.
        """
        if self.period_ms is None:
            raise EvidenceError(
                f"Run {self.run_id} does not say at which rate the panel ran: no difference can be judged.",
                next_step="Measure again; `silky doctor` shows whether the phone tells its display mode.",
            )
        return self.period_ms


@dataclass(frozen=True, slots=True)
class Comparison:
    """Accused against one competitor in one metric: docs/metrics.md section 7."""

    metric: str
    accused: str
    competitor: str
    unit: str
    accused_value: float | None
    competitor_value: float | None
    difference: float | None
    lower: float | None
    upper: float | None
    margin: float
    outcome: str
    """worse, not worse or open."""
    further_rounds: int | None
    """Rounds more (each app) that would settle it, if the difference stays; None: decided or > 200."""
    method: str
    rounds: tuple[int, int]
    vsyncs: float | None = None
    """The difference in vsyncs a pop-up."""
    cliffs_delta: float | None = None
    """How much more often a round of the accused is above one of the competitor than below: -1 ... 1."""
    popups_worse: float | None = None
    """Part of the pairs of pop-ups in which the accused's is worse by half a vsync or more."""
    words: tuple[str, str] = ("", "")
    """The effect in plain words: English, Chinese."""


@dataclass(frozen=True, slots=True)
class Look:
    """One planned look at a run that goes on until it is decided."""

    rounds: int
    outcome: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to a complaint."""

    complaint: str
    accused: str
    outcome: str
    """reproduced, partly, not reproduced or cannot tell."""
    primary: tuple[Comparison, ...]
    secondary: tuple[Comparison, ...]
    """Other metrics, for the reader; they decide nothing."""
    reasons: tuple[str, ...]
    """Why it cannot be told, if so; void rates."""
    sentence_en: str
    sentence_zh: str
    looks: tuple[Look, ...] = ()
    """The looks that were taken, where the run was planned with looks; the last one decides."""
    observations: tuple[tuple[str, str], ...] = field(default=())
    """Plain findings beside the verdict (English, Chinese), e.g. that an app jumps its content."""
