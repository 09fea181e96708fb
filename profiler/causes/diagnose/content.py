"""Rules for how the app's content follows the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.analysis.columns import to_ms
from profiler.analysis.content import AFTER_NS, MOST_LAYOUTS, layout_times
from profiler.causes import who
from profiler.causes.diagnose.facts import Facts, Finding, ms

if TYPE_CHECKING:
    from collections.abc import Iterator

FEWEST_ROWS = 8
APART_SHARE = 0.30
FEWEST_APART = 3


def unsynchronised(facts: Facts) -> Iterator[Finding]:
    """Say that the content jumps at once while the keyboard slides."""
    motion, slide = facts.window.motion, facts.window.slide
    how = facts.metrics.get("content_motion")
    if motion is None or slide is None or how in ("per-frame", "after-slide"):
        return
    rows = len(motion.rows)
    layouts = layout_times(facts.frames.scene, slide, motion, facts.window.limit_ns)
    if slide.synchronised and how not in ("at-start", "at-end"):
        return  # its content may move by drawing alone
    if not 1 <= len(layouts) <= MOST_LAYOUTS or rows < FEWEST_ROWS:
        return
    if (layouts >= motion.last_ns + AFTER_NS).any():
        return
    first = to_ms(int(layouts[0]) - motion.first_ns)
    sure = who.LIKELY if slide.synchronised else who.SURE
    name = "InsetsAnimation: ime" if slide.synchronised else "InsetsAsyncAnimation: ime"
    frames = "1 frame" if len(layouts) == 1 else f"{len(layouts)} frames"
    yield Finding(
        "unsynchronised-resize",
        sure,
        who.MAIN,
        None,
        f"The keyboard moved in {rows} frames ({name}), the app's content in {frames}, {ms(first)} after the "
        "slide began.",
        f"键盘用 {rows} 帧滑出（{name}），应用内容只用 {len(layouts)} 帧移动，在滑动开始 {ms(first)} 后。",
    )


def height_hack(facts: Facts) -> Iterator[Finding]:
    """Say that the content moves only after the keyboard has come to rest."""
    motion, slide = facts.window.motion, facts.window.slide
    if motion is None or slide is None or facts.metrics.get("content_motion") != "after-slide":
        return
    layouts = layout_times(facts.frames.scene, slide, motion, facts.window.limit_ns)
    if not len(layouts):
        return
    first, last = to_ms(int(layouts[0]) - motion.last_ns), to_ms(int(layouts[-1]) - motion.last_ns)
    yield Finding(
        "keyboard-height-hack",
        who.SURE if not slide.synchronised else who.LIKELY,
        who.MAIN,
        last,
        f"The app laid out only {ms(first)} after the keyboard stood, in {len(layouts)} frames; its content "
        f"settled {ms(last)} after the keyboard.",
        f"键盘就位 {ms(first)} 之后应用才布局（{len(layouts)} 帧），内容比键盘晚 {ms(last)} 就位。",
    )


def out_of_sync(facts: Facts) -> Iterator[Finding]:
    """Say that the app's buffers come on screen after the keyboard's position of the same frame."""
    motion, slide = facts.window.motion, facts.window.slide
    if motion is None or slide is None or not slide.synchronised or motion.source != "leash":
        return
    scene = facts.frames.scene
    apart, paired = 0, 0
    for row, time, period in zip(
        motion.rows.tolist(), motion.times_ns.tolist(), motion.period_ns.tolist(), strict=True
    ):
        buffer = facts.frames.buffer_of.get(int(scene.frames.token[row]))
        if buffer is not None:
            paired += 1
            apart += int(scene.on_screen_ns[buffer]) - time > 0.5 * period
    if apart >= FEWEST_APART and apart >= APART_SHARE * paired:
        yield Finding(
            "blast-out-of-sync",
            who.SURE,
            who.RENDER,
            None,
            f"In {apart} of {paired} frames the keyboard's new position was on screen before the app's "
            "picture of the same frame.",
            f"{paired} 帧中有 {apart} 帧，键盘的新位置先于同一帧的应用画面显示。",
        )
