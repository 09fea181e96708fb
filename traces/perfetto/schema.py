"""Perfetto's messages, reduced to the fields that silky reads, built at import from one table.

The field numbers are those of perfetto's `protos/perfetto/trace` and of Android's `FrameTimelineEvent`.
Building the classes with `message_factory` needs no protoc and works with every protobuf runtime, and the
official package no longer carries FrameTimelineEvent. Fields that the table does not name are skipped by the
parser.
"""

from __future__ import annotations

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

PACKAGE = "silky.perfetto"

# message -> "name=number:type" each; a type with * is repeated; a type with a capital is a message below.
MESSAGES: dict[str, str] = {
    "TracePacket": """
        ftrace_events=1:bytes process_tree=2:ProcessTree clock_snapshot=6:ClockSnapshot timestamp=8:uint64
        trusted_packet_sequence_id=10:uint32 ftrace_stats=34:FtraceStats trace_stats=35:TraceStats
        previous_packet_dropped=42:bool compressed_packets=50:bytes
        graphics_frame_event=57:GraphicsFrameEvent
        system_info=45:SystemInfo timestamp_clock_id=58:uint32
        trace_packet_defaults=59:TracePacketDefaults service_event=69:ServiceEvent
        frame_timeline_event=76:FrameTimelineEvent zstd_compressed_packets=133:bytes""",
    "FrameTimelineEvent": """
        expected_display_frame_start=1:ExpectedDisplay actual_display_frame_start=2:ActualDisplay
        expected_surface_frame_start=3:ExpectedSurface actual_surface_frame_start=4:ActualSurface
        frame_end=5:FrameEnd""",
    "ExpectedDisplay": "cookie=1:int64 token=2:int64 pid=3:int32",
    "ActualDisplay": """
        cookie=1:int64 token=2:int64 pid=3:int32 present_type=4:int32 on_time_finish=5:bool
        gpu_composition=6:bool jank_type=7:int32 prediction_type=8:int32 jank_severity_type=9:int32""",
    "ExpectedSurface": """
        cookie=1:int64 token=2:int64 display_frame_token=3:int64 pid=4:int32 layer_name=5:bytes""",
    "ActualSurface": """
        cookie=1:int64 token=2:int64 display_frame_token=3:int64 pid=4:int32 layer_name=5:bytes
        present_type=6:int32 on_time_finish=7:bool gpu_composition=8:bool jank_type=9:int32
        prediction_type=10:int32 is_buffer=11:bool jank_severity_type=12:int32""",
    "FrameEnd": "cookie=1:int64",
    "GraphicsFrameEvent": "buffer_event=1:BufferEvent",
    "BufferEvent": """
        frame_number=1:uint32 type=2:int32 layer_name=3:bytes duration_ns=4:uint64 buffer_id=5:uint32""",
    "ClockSnapshot": "clocks=1:Clock* primary_trace_clock=2:int32",
    "Clock": "clock_id=1:uint32 timestamp=2:uint64 is_incremental=3:bool unit_multiplier_ns=4:uint64",
    "TracePacketDefaults": "timestamp_clock_id=58:uint32",
    "ProcessTree": "processes=1:Process* threads=2:Thread*",
    "Process": "pid=1:int32 ppid=2:int32 cmdline=3:bytes* cmdline_is_comm=9:bool",
    "Thread": "tid=1:int32 name=2:bytes tgid=3:int32",
    "SystemInfo": "utsname=1:Utsname tracing_service_version=4:bytes",
    "Utsname": "sysname=1:bytes release=3:bytes",
    "ServiceEvent": "tracing_started=2:bool",
    "FtraceStats": "phase=1:int32 cpu_stats=2:FtraceCpuStats* preserve_ftrace_buffer=8:bool",
    "FtraceCpuStats": "cpu=1:uint64 overrun=3:uint64 commit_overrun=4:uint64 dropped_events=8:uint64",
    "TraceStats": """
        buffer_stats=1:BufferStats* flushes_failed=14:uint64 final_flush_outcome=15:int32""",
    "BufferStats": """
        chunks_overwritten=3:uint64 patches_failed=6:uint64 abi_violations=9:uint64 chunks_discarded=18:uint64
        trace_writer_packet_loss=19:uint64""",
    "FtraceEvent": """
        timestamp=1:uint64 pid=2:uint32 print=3:Print sched_switch=4:SchedSwitch sched_waking=20:SchedWaking
        task_newtask=235:TaskNewtask task_rename=236:TaskRename sched_process_free=240:SchedProcessFree
        mdss_mark=80:MdssMark sde_mark=333:SdeMark dpu_mark=348:DpuMark g2d_mark=349:DpuMark
        mali_mark=350:MaliMark samsung_mark=484:SamsungMark
        lwis_mark=467:LwisMark panel_mark=490:DpuMark zero_mark=331:ZeroMark""",
    "MdssMark": "pid=1:int32 name=2:bytes trace_begin=3:uint32 type=100:uint32 value=101:int32",
    "SdeMark": "pid=1:int32 name=2:bytes type=3:uint32 value=4:int32 trace_begin=5:uint32",
    "DpuMark": "pid=1:int32 name=4:bytes type=5:uint32 value=6:int32",
    "MaliMark": "name=1:bytes pid=2:int32 type=3:uint32 value=4:int32",
    "LwisMark": "type=2:uint32 pid=3:int32 name=4:bytes value=5:int64",
    "ZeroMark": "flag=1:int32 name=2:bytes pid=3:int32 value=4:int64",
    "SamsungMark": "pid=1:int32 name=2:bytes type=4:uint32 value=5:int32",
    # The packed lists are taken as bytes: numpy reads them faster than protobuf makes Python numbers.
    "CompactSched": """
        switch_timestamp=1:bytes switch_prev_state=2:bytes switch_next_pid=3:bytes switch_next_prio=4:bytes
        intern_table=5:bytes* switch_next_comm_index=6:bytes waking_timestamp=7:bytes waking_pid=8:bytes
        waking_target_cpu=9:bytes waking_prio=10:bytes waking_comm_index=11:bytes""",
    "SchedSwitch": """
        prev_comm=1:bytes prev_pid=2:int32 prev_state=4:int64 next_comm=5:bytes next_pid=6:int32""",
    "SchedWaking": "comm=1:bytes pid=2:int32",
    "SchedProcessFree": "pid=2:int32",
    "Print": "ip=1:uint64 buf=2:bytes",
    "TaskNewtask": "pid=1:int32 comm=2:bytes clone_flags=3:uint64",
    "TaskRename": "pid=1:int32 oldcomm=2:bytes newcomm=3:bytes",
    "BinderPacket": "ftrace_events=1:BinderBundle",
    "BinderBundle": "event=2:BinderEvent*",
    "BinderEvent": """
        timestamp=1:uint64 pid=2:uint32 binder_transaction=50:BinderTransaction
        binder_transaction_received=51:BinderReceived""",
    "BinderTransaction": """
        debug_id=1:int32 to_proc=3:int32 to_thread=4:int32 reply=5:int32 flags=7:uint32""",
    "BinderReceived": "debug_id=1:int32",
}

_SCALARS = {
    "bytes": descriptor_pb2.FieldDescriptorProto.TYPE_BYTES,
    "bool": descriptor_pb2.FieldDescriptorProto.TYPE_BOOL,
    "int32": descriptor_pb2.FieldDescriptorProto.TYPE_INT32,
    "int64": descriptor_pb2.FieldDescriptorProto.TYPE_INT64,
    "uint32": descriptor_pb2.FieldDescriptorProto.TYPE_UINT32,
    "uint64": descriptor_pb2.FieldDescriptorProto.TYPE_UINT64,
}


def fields_of(message: str) -> dict[str, tuple[int, str, bool]]:
    """Return name -> (number, type, repeated) of a message of the table."""
    out: dict[str, tuple[int, str, bool]] = {}
    for item in MESSAGES[message].split():
        name, rest = item.split("=")
        number, kind = rest.split(":")
        out[name] = (int(number), kind.rstrip("*"), kind.endswith("*"))
    return out


def _build() -> dict[str, Any]:
    file = descriptor_pb2.FileDescriptorProto(name="silky/perfetto.proto", package=PACKAGE, syntax="proto2")
    for message in MESSAGES:
        described = file.message_type.add(name=message)
        for name, (number, kind, repeated) in fields_of(message).items():
            field = described.field.add(name=name, number=number)
            field.label = field.LABEL_REPEATED if repeated else field.LABEL_OPTIONAL
            if kind in _SCALARS:
                field.type = _SCALARS[kind]
            else:
                field.type = field.TYPE_MESSAGE
                field.type_name = f".{PACKAGE}.{kind}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {
        name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{PACKAGE}.{name}"))
        for name in MESSAGES
    }


CLASSES: dict[str, Any] = _build()
"""Message name -> generated class."""

TracePacket: Any = CLASSES["TracePacket"]
FrameTimelineEvent: Any = CLASSES["FrameTimelineEvent"]
GraphicsFrameEvent: Any = CLASSES["GraphicsFrameEvent"]
FtraceEvent: Any = CLASSES["FtraceEvent"]
CompactSched: Any = CLASSES["CompactSched"]
SchedSwitch: Any = CLASSES["SchedSwitch"]
