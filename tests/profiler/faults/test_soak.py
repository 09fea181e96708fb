"""A few rounds of benchmarks/soak.py; and that it would see a wrong number, and what is left behind."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from traces.bundle import Bundle

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

pytestmark = pytest.mark.adb


def test_a_short_soak_holds_and_a_wrong_number_would_be_seen(tmp_path):
    command = [sys.executable, str(BENCHMARKS / "soak.py"), "--rounds", "2", "--seed", "2"]
    done = subprocess.run(
        [*command, "--every", "120", "--keep", str(tmp_path)],
        capture_output=True, text=True, timeout=150, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing lost, nothing wrong, nothing left" in done.stdout

    from held_to_truth import TruthCheck

    truth = tmp_path / "home" / "truth.jsonl"
    late = tmp_path / "late.jsonl"
    events = [json.loads(line) for line in truth.read_text().splitlines()]
    for event in events:
        if event["type"] == "present":
            event["time_ns"] += 20_000_000
    late.write_text("".join(json.dumps(event) + "\n" for event in events))
    bundles = [Bundle.open(path.parent) for path in tmp_path.glob("*/manifest.json")]
    for file, wrong in ((truth, False), (late, True)):
        said: list[str] = []
        check = TruthCheck(file, said.append)
        for bundle in bundles:
            check.check(bundle)
        assert check.compared > 0
        assert bool(said) == wrong


def test_what_is_left_behind_is_seen(bench):
    bench.running.do(lambda phone: phone.world.settings["global"].update(left="1"))
    bench.running.do(lambda phone: phone.phone.files.write("/data/local/tmp/left", b"x"))
    child = subprocess.Popen(["sleep", "60"])
    try:
        left = "; ".join(bench.left())
    finally:
        child.kill()
        child.wait()
    assert "setting global/left: None -> 1" in left
    assert "files: /data/local/tmp/left" in left
    assert "sleep 60" in left
