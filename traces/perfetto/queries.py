"""The queries that make trace processor print silky's tables, column for column and in the same order."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

FRAMES = """
SELECT
  p.pid AS pid, p.name AS process, a.layer_name AS layer_name,
  a.surface_frame_token AS token, a.display_frame_token AS display_token,
  a.ts AS actual_start_ns, a.ts + a.dur AS actual_end_ns,
  e.ts AS expected_start_ns, e.ts + e.dur AS expected_end_ns,
  d.ts + d.dur AS display_present_ns,
  a.present_type AS present_type, a.on_time_finish AS on_time_finish, a.gpu_composition AS gpu_composition,
  a.jank_type AS jank_type, a.prediction_type AS prediction_type,
  EXTRACT_ARG(a.arg_set_id, 'Is Buffer?') AS is_buffer, a.jank_severity_type AS jank_severity_type
FROM actual_frame_timeline_slice a
LEFT JOIN process p USING (upid)
LEFT JOIN (
  SELECT upid, surface_frame_token, MIN(id) AS id FROM expected_frame_timeline_slice
  WHERE surface_frame_token IS NOT NULL GROUP BY upid, surface_frame_token
) first_e ON first_e.upid = a.upid AND first_e.surface_frame_token = a.surface_frame_token
LEFT JOIN expected_frame_timeline_slice e ON e.id = first_e.id
LEFT JOIN (
  SELECT display_frame_token, MIN(id) AS id FROM actual_frame_timeline_slice
  WHERE surface_frame_token IS NULL GROUP BY display_frame_token
) first_d ON first_d.display_frame_token = a.display_frame_token
LEFT JOIN actual_frame_timeline_slice d ON d.id = first_d.id
WHERE a.surface_frame_token IS NOT NULL
ORDER BY a.ts, a.layer_name, a.id
"""

DISPLAY = """
SELECT
  p.pid AS pid, a.display_frame_token AS display_token, a.ts AS start_ns, a.ts + a.dur AS present_ns,
  a.present_type AS present_type, a.on_time_finish AS on_time_finish, a.gpu_composition AS gpu_composition,
  a.jank_type AS jank_type, a.prediction_type AS prediction_type
FROM actual_frame_timeline_slice a
LEFT JOIN process p USING (upid)
WHERE a.surface_frame_token IS NULL
ORDER BY a.ts, a.id
"""

_SLICES = """
SELECT
  p.pid AS pid, p.name AS process, t.tid AS tid, t.name AS thread,
  s.ts AS start_ns, s.dur AS dur_ns, s.depth AS depth, s.name AS name
FROM slice s
JOIN thread_track k ON k.id = s.track_id
JOIN thread t USING (utid)
LEFT JOIN process p USING (upid)
{where}ORDER BY s.ts, s.id
"""

THREAD_STATES = """
SELECT t.tid AS tid, s.ts AS start_ns, s.dur AS dur_ns, s.state AS state, s.cpu AS cpu
FROM thread_state s
JOIN thread t USING (utid)
WHERE t.tid != 0
ORDER BY s.ts, t.tid
"""

BUFFERS = """
SELECT
  layer_name, frame_number,
  MIN(CASE WHEN step = 'Dequeue' THEN ts END) AS dequeue_ns,
  MIN(CASE WHEN step = 'Queue' THEN ts END) AS queue_ns,
  MIN(CASE WHEN step = 'AcquireFenceSignaled' THEN ts + dur END) AS acquire_fence_ns,
  MIN(CASE WHEN step = 'Latch' THEN ts END) AS latch_ns,
  MIN(CASE WHEN step = 'PresentFenceSignaled' THEN ts + dur END) AS present_ns
FROM (
  SELECT
    s.ts AS ts, s.dur AS dur, s.name AS step, SUBSTR(k.name, 9) AS buffer,
    EXTRACT_ARG(s.arg_set_id, 'layer_name') AS layer_name,
    EXTRACT_ARG(s.arg_set_id, 'frame_number') AS frame_number
  FROM slice s JOIN track k ON k.id = s.track_id
  WHERE k.type = 'graphics_frame_event' AND k.name GLOB 'Buffer: *'
  UNION ALL
  SELECT
    s.ts, s.dur, 'Dequeue', SUBSTR(k.name, 5),
    EXTRACT_ARG(s.arg_set_id, 'layer_name'), CAST(s.name AS INTEGER)
  FROM slice s JOIN track k ON k.id = s.track_id
  WHERE k.type = 'graphics_frame_event' AND k.name GLOB 'APP_*' AND s.dur >= 0
)
WHERE frame_number > 0
  AND step IN ('Dequeue', 'Queue', 'AcquireFenceSignaled', 'Latch', 'PresentFenceSignaled')
GROUP BY buffer, layer_name, frame_number
ORDER BY MIN(ts)
"""
"""Buffers whose frame has a number; times of fences as FrameTracer tells them: when they were signalled. The
number of what was dequeued is told when it is queued, and stands on the track of the app's work."""


def slices(names: Sequence[str]) -> str:
    """Return the query of thread slices whose names fit one of these shell patterns; of all for none."""
    wanted = " OR ".join(f"s.name GLOB '{_escaped(name)}'" for name in names)
    return _SLICES.format(where=f"WHERE {wanted}\n" if wanted else "")


def _escaped(name: str) -> str:
    return name.replace("'", "''")
