"""Text dumps of the platform: bytes in any dress in, typed facts out. Pure; needs nothing but numpy.

Every parser is `parse_<dump>(data: bytes | str, source: str = ...)`. `data` may come in any dress (`dress`).
`source` names the file or phone in errors. A text that is not the dump, or lacks what the facts need, raises
`traces.errors.InputFileError` with a next step; nothing is guessed. Import from the module that you need:

| module | gives |
|---|---|
| `dress` | `read_text(data) -> str` |
| `sniff` | `sniff(data, name="") -> Kind` |
| `gfxinfo` | `parse_gfxinfo(data, source) -> Gfxinfo`: dumps, processes, windows, `frames`, `outcome` |
| `framestats_table` | `FrameStatsTable`, `FrameFlag`, `Unusable` |
| `gfxinfo_summary` | `GfxSummary`, `percentile_of` |
| `latency` | `parse_latency(...) -> tuple[LatencyDump, ...]`, `merge_latency(dumps) -> LatencyTable` |
| `layers` | `parse_layer_list(...) -> tuple[Layer, ...]`, `app_layers`, `keyboard_layers`, ... |
| `sf_frametimeline` | `parse_sf_frametimeline(...) -> tuple[SfFrameTimeline, ...]` |
| `timestats` | `parse_timestats(...) -> TimeStats` |
| `input_method` | `parse_input_method(...) -> InputMethodState` |
| `imetracker` | `parse_imetracker_log(...) -> tuple[ImeLogEvent, ...]`, `ime_requests(events)` |
| `ime_history` | `parse_ime_history(data) -> tuple[ImeHistoryEntry, ...]` |
| `window` | `parse_window(...) -> WindowState`, `parse_insets(data)` |
| `display` | `parse_display(...) -> tuple[DisplayState, ...]`, `main_display(displays)` |
| `battery` | `parse_battery(...) -> BatteryState` |
| `thermal` | `parse_thermal(...) -> ThermalState` |
| `getprop` | `parse_getprop(...) -> dict[str, str]`, `build_facts(properties) -> BuildFacts` |
| `getevent` | `parse_getevent(...) -> InputEventTable` |

Times are int64 ns on MONOTONIC unless a field says otherwise; `traces.tables.NA` marks a missing one.
"""
