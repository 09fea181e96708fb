"""`silky trace`: tables for other people's pipelines."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from urllib.parse import parse_qs, urlsplit

import pyarrow.parquet as pq
import pytest

from profiler.cli.trace.serving import FileServer, ui_address
from tests.traces.perfetto.perfetto_writer import TraceWriter

FRAME = (
    '"pid","process","layer_name","token","display_token","actual_start_ns","actual_end_ns","expected_start_ns",'
    '"expected_end_ns","display_present_ns","present_type","on_time_finish","gpu_composition","jank_type",'
    '"prediction_type","is_buffer","jank_severity_type"\n'
)
CHAT = (
    '1000,"com.example.chat","TX - chat#3",7,9,102,120,100,116,133,"Late Present",0,0,'
    '"App Deadline Missed, Buffer Stuffing","Valid Prediction","Yes","Full"\n'
)
OTHER = (
    '2000,"com.example.other","TX - other#4",8,9,104,110,"[NULL]","[NULL]",133,"On-time Present",1,0,"None",'
    '"Valid Prediction","Yes","None"\n'
)


def sched(writer: TraceWriter) -> TraceWriter:
    from tests.traces.perfetto.perfetto_writer import blob, number

    def switch(ts, cpu_tid, following):
        body = blob(1, "a") + number(2, cpu_tid) + number(3, 120) + number(4, 1) + blob(5, "b")
        return number(1, ts) + number(2, cpu_tid) + blob(4, body + number(6, following) + number(7, 120))

    return writer.bundle(switch(50, 0, 1000), switch(80, 1000, 0), cpu=3)


@pytest.fixture
def trace(tmp_path, monkeypatch):
    """A trace of two apps with frames, slices, buffers and thread states; the working folder is its folder."""
    writer = (
        TraceWriter()
        .processes(
            {500: "surfaceflinger", 1000: "com.example.chat", 2000: "com.example.other"}, {1000: (1000, "example.chat")}
        )
        .expected_surface(100, 116, cookie=1, token=7, display_token=9, pid=1000)
        .actual_surface(102, 120, cookie=2, token=7, display_token=9, pid=1000, layer="TX - chat#3", jank=64 | 128,
                        present=2, on_time=0, severity=3)
        .actual_surface(104, 110, cookie=4, token=8, display_token=9, pid=2000, layer="TX - other#4")
        .actual_display(118, 133, cookie=3, token=9, pid=500)
        .prints((102, 1000, "B|1000|Choreographer#doFrame 7"), (103, 1000, "B|1000|own work"),
                (105, 1000, "E|1000"), (110, 1000, "E|1000"))
        .buffer_event(101, 1, frame=5, layer="SurfaceView#6").buffer_event(133, 8, frame=5, layer="SurfaceView#6")
    )  # fmt: skip
    (tmp_path / "t.pftrace").write_bytes(sched(writer).bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path / "t.pftrace"


TABLES = {
    "frames": FRAME + CHAT + OTHER,
    "display": (
        '"pid","display_token","start_ns","present_ns","present_type","on_time_finish","gpu_composition","jank_type",'
        '"prediction_type"\n500,9,118,133,"On-time Present",1,0,"None","Valid Prediction"\n'
    ),
    "slices": (
        '"pid","process","tid","thread","start_ns","dur_ns","depth","name"\n'
        '1000,"com.example.chat",1000,"example.chat",102,8,0,"Choreographer#doFrame 7"\n'
    ),
    "threads": '"tid","start_ns","dur_ns","state","cpu"\n1000,50,30,"Running",3\n1000,80,-1,"S","[NULL]"\n',
    "buffers": (
        '"layer_name","frame_number","dequeue_ns","queue_ns","acquire_fence_ns","latch_ns","present_ns"\n'
        '"SurfaceView#6",5,101,"[NULL]","[NULL]","[NULL]",133\n'
    ),
}


@pytest.mark.usefixtures("trace")
@pytest.mark.parametrize("table", TABLES)
def test_each_table_as_csv(silky, table):
    done = silky("trace", table, "t.pftrace")
    assert (done.code, done.out, done.err) == (0, TABLES[table], "")
    assert silky("trace", table, "t.pftrace", "--format", "csv", "-o", "-").out == done.out


@pytest.mark.parametrize("table", TABLES)
def test_csv_json_and_parquet_hold_the_same_cells(silky, trace, table):
    rows = [line.split(",") for line in TABLES[table].splitlines()]
    names = [name.strip('"') for name in rows[0]]
    assert silky("trace", table, "t.pftrace", "-o", "t.json").code == 0
    assert silky("trace", table, "t.pftrace", "-o", "t.parquet").code == 0
    document = json.loads((trace.parent / "t.json").read_text())
    parquet = pq.read_table(trace.parent / "t.parquet")
    assert (document["schema"], document["version"], document["table"]) == ("silky-trace", 1, table)
    assert [column["name"] for column in document["columns"]] == parquet.column_names == names
    assert document["rows"] == parquet.to_pylist()
    assert document["row_count"] == len(document["rows"]) == len(rows) - 1
    for column in document["columns"]:
        about = parquet.schema.field(column["name"])
        told = {
            key.decode(): value.decode()
            for key, value in about.metadata.items()
            if key != b"PARQUET:field_id"
        }
        assert told == {key: value for key, value in column.items() if key != "dtype"}
        assert str(about.type) == column["dtype"]
        is_time = column["name"].endswith("_ns")
        assert column["unit"] == ("ns" if is_time else "")
        assert column["clock"] == ("BOOTTIME" if is_time and column["name"] != "dur_ns" else "")


@pytest.mark.usefixtures("trace")
@pytest.mark.parametrize("wanted", ["1000", "com.example.chat", "*.chat"])
def test_a_process_by_pid_name_or_pattern(silky, wanted):
    assert silky("trace", "frames", "t.pftrace", "--process", wanted).out == FRAME + CHAT


@pytest.mark.usefixtures("trace")
def test_a_layer_by_name_or_pattern(silky):
    assert silky("trace", "frames", "t.pftrace", "--layer", "*other*").out == FRAME + OTHER
    assert silky("trace", "buffers", "t.pftrace", "--layer", "SurfaceView#6").out == TABLES["buffers"]


@pytest.mark.usefixtures("trace")
def test_slices_of_chosen_names_keep_their_depth(silky):
    out = silky("trace", "slices", "t.pftrace", "--name", "own*", "--name", "Choreographer*").out
    assert out.splitlines()[1:] == [
        '1000,"com.example.chat",1000,"example.chat",102,8,0,"Choreographer#doFrame 7"',
        '1000,"com.example.chat",1000,"example.chat",103,2,1,"own work"',
    ]


@pytest.mark.usefixtures("trace")
def test_no_such_process_or_layer_names_those_there_are(silky):
    done = silky("trace", "frames", "t.pftrace", "--process", "com.wrong", "-o", "x.csv")
    assert (done.code, done.out) == (3, "")
    assert done.err == (
        "Error: t.pftrace: no process com.wrong is in it.\n"
        "Processes with rows in frames: com.example.chat (1000), com.example.other (2000).\n"
    )
    done = silky("trace", "buffers", "t.pftrace", "--layer", "x")
    assert done.err == "Error: t.pftrace: no layer of buffers fits x.\nLayers: SurfaceView#6.\n"


@pytest.mark.usefixtures("trace")
def test_a_process_without_rows_is_an_empty_table(silky):
    done = silky("trace", "frames", "t.pftrace", "--process", "surfaceflinger")
    assert (done.code, done.out) == (0, FRAME)


@pytest.mark.parametrize("table", TABLES)
def test_a_trace_without_such_data_is_an_empty_table_and_a_note(silky, tmp_path, table):
    path = tmp_path / "empty.pftrace"
    path.write_bytes(TraceWriter().processes({1: "init"}).bytes())
    done = silky("trace", table, path)
    assert (done.code, done.out) == (0, TABLES[table].splitlines()[0] + "\n")
    assert done.err.startswith("No ")
    assert json.loads(silky("trace", table, path, "--format", "json").out)["rows"] == []
    assert silky("trace", table, path, "-o", tmp_path / "e.parquet").code == 0
    assert pq.read_table(tmp_path / "e.parquet").num_rows == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x89PNG\r\n", "PNG picture"),
        (b"hello", "a text file"),
        (b"16666666\n0 0 0\n", "text dump (latency)"),
        (b"", "an empty file"),
    ],
)
def test_what_is_no_trace_is_told(silky, tmp_path, content, said):
    path = tmp_path / "x"
    path.write_bytes(content)
    done = silky("trace", "frames", path)
    assert done.code == 3
    assert said in done.err
    assert done.out == ""


def test_a_missing_file_a_folder_and_an_unknown_suffix(silky, trace):
    assert "can't be read: No such file" in silky("trace", "frames", "missing").err
    assert f"silky analyze {trace.parent}" in silky("trace", "frames", trace.parent).err
    done = silky("trace", "frames", "t.pftrace", "-o", "t.xlsx")
    assert done.code == 3
    assert ".csv, .json, .parquet" in done.err
    assert silky("trace", "frames", "t.pftrace", "-o", "gone/t.csv").code == 3
    assert sorted(path.name for path in trace.parent.iterdir()) == ["t.pftrace"]


def test_a_reader_that_goes_away_is_no_fault(trace):
    writer = TraceWriter()
    for i in range(20_000):
        writer.actual_surface(100 + i, 110 + i, cookie=i + 1, token=i, display_token=9, pid=1000)
    trace.write_bytes(writer.bytes())
    command = f"'{sys.executable}' -m profiler.cli trace frames {trace} | head -1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60, check=True)
    assert (done.stdout, done.stderr) == (FRAME, "")


@pytest.mark.usefixtures("trace")
def test_health_of_a_whole_trace(silky):
    done = silky("trace", "health", "t.pftrace")
    assert done.code == 0
    assert done.out == "t.pftrace: 0.000 s, may be scored.\n"
    assert json.loads(silky("trace", "health", "t.pftrace", "--format", "json").out)["scorable"] is True


def test_health_of_a_trace_with_losses_is_exit_code_2(silky, trace):
    trace.write_bytes(trace.read_bytes()[:-3])
    done = silky("trace", "health", "t.pftrace")
    assert done.code == 2
    first, *more = done.out.splitlines()
    assert first == "t.pftrace: 0.000 s, must not be scored: data of the recorded time is missing."
    assert more[0].startswith("lost     The last packet is cut off")
    done = silky("trace", "health", "t.pftrace", "--format", "csv")
    assert done.code == 2
    assert '"scorable",0\n' in done.out
    assert '"truncated",1\n' in done.out


@pytest.fixture
def server(trace):
    """Serves the trace once on a free port; yields the server and a way to ask it."""
    with FileServer(trace, "https://ui.perfetto.dev", 0) as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def ask(server, path="/t.pftrace", method="GET", **headers):
    request = urllib.request.Request(f"http://{server.host}{path}", method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read(), dict(answer.headers)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code, b"", dict(error.headers)


def test_the_ui_may_fetch_the_trace(server, trace):
    status, body, headers = ask(server, Origin="https://ui.perfetto.dev")
    assert (status, body) == (200, trace.read_bytes())
    assert headers["Access-Control-Allow-Origin"] == "https://ui.perfetto.dev"
    assert server.server_address[0] == "127.0.0.1"
    status, _, headers = ask(server, method="OPTIONS", Origin="https://ui.perfetto.dev")
    assert (status, headers["Access-Control-Allow-Private-Network"]) == (204, "true")


@pytest.mark.parametrize(
    "question",
    [
        {"Origin": "https://evil.example"},
        {"Host": "evil.example:9001"},
        {"path": "/"},
        {"path": "/../t.pftrace"},
        {"path": "/t.pftrace?x"},
        {"Origin": "https://evil.example", "method": "OPTIONS"},
    ],
)
def test_nobody_else_may(server, question):
    assert ask(server, **question)[:2] == (404, b"")
    assert server.served == 0


def test_the_address_names_the_file_and_the_moment(server):
    address = ui_address(server, "https://ui.perfetto.dev", (5, 9))
    assert address.startswith("https://ui.perfetto.dev/#!/?")
    assert parse_qs(urlsplit(address).fragment.removeprefix("!/?")) == {
        "url": [f"http://{server.host}/t.pftrace"],
        "referrer": ["open_trace_in_ui"],
        "visStart": ["5"],
        "visEnd": ["9"],
    }


def test_open_serves_once_and_ends(silky, trace, monkeypatch):
    fetched, clients = [], []

    def browse(address):
        url = parse_qs(urlsplit(address).fragment.removeprefix("!/?"))["url"][0]
        request = urllib.request.Request(url, headers={"Origin": "https://ui.perfetto.dev"})
        client = threading.Thread(
            target=lambda: fetched.append(urllib.request.urlopen(request, timeout=10).read())
        )
        client.start()
        clients.append(client)
        return True

    monkeypatch.setattr("webbrowser.open_new_tab", browse)
    done = silky("trace", "open", "t.pftrace", "--port", "0", "--at", "110")
    clients[0].join()
    assert done.code == 0
    assert fetched == [trace.read_bytes()]
    assert done.out.startswith("https://ui.perfetto.dev/#!/?url=http")
    assert "visStart=102&visEnd=133" in done.out


def test_a_moment_outside_of_the_trace_and_a_taken_port_are_told(silky, server):
    done = silky("trace", "open", "t.pftrace", "--at", "5000", "--port", "0")
    assert done.code == 3
    assert "lie from 102 to 133" in done.err
    done = silky("trace", "open", "t.pftrace", "--no-browser", "--port", str(server.server_port))
    assert done.code == 3
    assert "is taken" in done.err


STUB = """#!{python}
import pathlib, sys
queries = pathlib.Path(sys.argv[sys.argv.index("-q") + 1]).read_text().split(";")
if len(queries) > {most}:
    sys.exit("More than one query generated result rows. This is unsupported.")
name = lambda query: ("threads" if "thread_state" in query else "slices" if "thread_track" in query
    else "frames" if "Is Buffer?" in query else "buffers" if "graphics_frame_event" in query else "display")
sys.stdout.write("\\n".join((pathlib.Path({folder!r}) / (name(query) + ".csv")).read_text() for query in queries))
"""


@pytest.fixture
def stub(trace):
    """A program that answers like a trace processor, from files that tests may change."""
    for name in ("frames", "display", "slices", "threads", "buffers"):
        (trace.parent / f"{name}.csv").write_text(TABLES[name])
    return stub_program(trace.parent, most=5)


def stub_program(folder, most):
    """Write a trace processor that takes so many queries at once."""
    program = folder / "tp"
    program.write_text(STUB.format(python=sys.executable, folder=str(folder), most=most))
    program.chmod(0o755)
    return program


def test_verify_says_that_all_cells_agree(silky, stub):
    done = silky("trace", "verify", "t.pftrace", "--trace-processor", stub)
    assert done.code == 0
    assert done.out == (
        "frames   2 rows, 34 cells: all agree\n"
        "display  1 rows, 9 cells: all agree\n"
        "slices   1 rows, 8 cells: all agree\n"
        "threads  2 rows, 10 cells: all agree\n"
        "buffers  1 rows, 7 cells: all agree\n"
    )


def test_verify_asks_an_older_trace_processor_one_query_at_a_time(silky, stub):
    several = silky("trace", "verify", "t.pftrace", "--trace-processor", stub)
    single = silky("trace", "verify", "t.pftrace", "--trace-processor", stub_program(stub.parent, most=1))
    assert (single.code, single.out) == (0, several.out)


def test_verify_names_every_differing_cell_and_row(silky, stub):
    frames = stub.parent / "frames.csv"
    frames.write_text(frames.read_text().replace('"Full"', '"Partial"').replace(OTHER, ""))
    done = silky("trace", "verify", "t.pftrace", "--trace-processor", stub)
    assert done.code == 1
    assert done.out.splitlines()[:3] == [
        "frames   2 differences; silky has 2 rows, trace processor 1",
        "  pid 1000, token 7, layer_name TX - chat#3, actual_start_ns 102: jank_severity_type is Full here, Partial there",
        "  pid 2000, token 8, layer_name TX - other#4, actual_start_ns 104: only here",
    ]
    document = json.loads(silky("trace", "verify", "t.pftrace", "--trace-processor", stub, "--json").out)
    assert [len(table["differences"]) for table in document["tables"]] == [2, 0, 0, 0, 0]
    assert document["tables"][0]["differences"][0] == {
        "row": "pid 1000, token 7, layer_name TX - chat#3, actual_start_ns 102",
        "column": "jank_severity_type",
        "ours": "Full",
        "theirs": "Partial",
    }


def test_verify_with_a_program_that_fails_or_is_none(silky, stub):
    stub.write_text("#!/bin/sh\necho 'no such table' >&2\nexit 7\n")
    done = silky("trace", "verify", "t.pftrace", "--trace-processor", stub)
    assert done.code == 3
    assert "ended with 7: no such table" in done.err
    stub.write_text("#!/bin/sh\necho 'Tue Aug 25'\n")
    done = silky("trace", "verify", "t.pftrace", "--trace-processor", stub)
    assert done.code == 3
    assert "printed no table" in done.err
    assert "it printed Tue Aug 25" in done.err
    done = silky("trace", "verify", "t.pftrace", "--trace-processor", "nowhere")
    assert (done.code, "can't be run" in done.err) == (3, True)
