"""Winscope's messages, reduced to the fields that silky reads, built at import from one table.

The field numbers are those of `frameworks/base/proto/tracing/winscope` and
`frameworks/native/tracing/winscope` as perfetto carries them. Fields that the table does not name are skipped
by the parser.
"""

from __future__ import annotations

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

PACKAGE = "silky.winscope"

# message -> "name=number:type" each; a type with * is repeated; a type with a capital is a message below.
MESSAGES: dict[str, str] = {
    "TracePacket": """
        timestamp=8:uint64 trusted_packet_sequence_id=10:uint32 compressed_packets=50:bytes
        timestamp_clock_id=58:uint32 clock_snapshot=6:ClockSnapshot layers=93:LayersSnapshot
        extensions=112:Extensions zstd_compressed_packets=133:bytes""",
    "ClockSnapshot": "clocks=1:Clock*",
    "Clock": "clock_id=1:uint32 timestamp=2:uint64",
    "Extensions": """
        clients=1:ClientsEntry service=2:ServiceEntry manager=3:ManagerEntry input=5:InputEvent""",
    # the older files of Winscope itself: a magic number, entries, and the offset of the wall clock
    "ClientsFile": "magic=1:fixed64 entry=2:ClientsEntry* real_offset=3:fixed64",
    "ServiceFile": "magic=1:fixed64 entry=2:ServiceEntry* real_offset=3:fixed64",
    "ManagerFile": "magic=1:fixed64 entry=2:ManagerEntry* real_offset=3:fixed64",
    "LayersFile": "magic=1:fixed64 entry=2:LayersSnapshot* real_offset=3:fixed64",
    "ClientsEntry": "elapsed_ns=1:fixed64 where=2:bytes client=3:Client",
    "ServiceEntry": "elapsed_ns=1:fixed64 where=2:bytes service=3:Service",
    "ManagerEntry": "elapsed_ns=1:fixed64 where=2:bytes manager=3:Manager",
    "Client": """
        display_id=1:int32 view_root=3:ViewRoot insets=4:InsetsController consumer=5:ImeConsumer""",
    "ViewRoot": "view=1:bytes",
    "InsetsController": "state=1:InsetsState control=2:InsetsControl*",
    "InsetsState": "sources=1:InsetsSource* display_frame=2:Rect",
    "InsetsSource": "type=1:bytes frame=2:Rect visible_frame=3:Rect visible=4:bool type_number=5:int32",
    "InsetsControl": """
        is_cancelled=1:bool is_finished=2:bool pending_fraction=5:float shown_on_finish=6:bool""",
    "ImeConsumer": "source=1:InsetsConsumer",
    "InsetsConsumer": "type=1:bytes has_focus=2:bool requested_visible=3:bool animation_state=7:int32",
    "Service": """
        views_created=2:bool decor_view_visible=3:bool window_visible=5:bool input_view_started=11:bool
        show_input_requested=14:bool is_input_view_shown=24:bool insets=26:ServiceInsets""",
    "ServiceInsets": "content_top=1:int32 visible_top=2:int32",
    "Manager": """
        method_id=1:bytes focused_window=4:bytes target_window=5:bytes id=8:bytes input_shown=12:bool
        window_visibility=22:int32""",
    "Rect": "left=1:int32 top=2:int32 right=3:int32 bottom=4:int32",
    "LayersSnapshot": """
        elapsed_ns=1:sfixed64 where=2:bytes layers=3:Layers missed_entries=6:uint32 vsync_id=8:int64""",
    "Layers": "layers=1:Layer*",
    "Layer": """
        id=1:int32 name=2:bytes position=11:Position size=13:Size color=20:Color parent=25:int32
        buffer=27:ActiveBuffer transform=23:Transform effective_transform=43:Transform
        screen_bounds=46:FloatRect bounds=45:FloatRect owner_uid=53:uint32""",
    "Position": "x=1:float y=2:float",
    "Size": "w=1:int32 h=2:int32",
    "Color": "a=4:float",
    "ActiveBuffer": "width=1:uint32 height=2:uint32",
    "Transform": "dsdx=1:float dtdx=2:float dsdy=3:float dtdy=4:float type=5:int32",
    "FloatRect": "left=1:float top=2:float right=3:float bottom=4:float",
    "InputEvent": """
        motion=1:Motion motion_redacted=2:Motion key=3:Key key_redacted=4:Key dispatch=5:Dispatch
        dispatch_redacted=6:Dispatch""",
    "Motion": """
        event_id=1:fixed32 event_time_ns=2:int64 source=3:uint32 action=4:int32 device_id=5:int32
        pointer=9:Pointer* down_time_ns=17:int64""",
    "Pointer": "axis=1:Axis* pointer_id=2:int32",
    "Axis": "axis=1:int32 value=2:float",
    "Key": """
        event_id=1:fixed32 event_time_ns=2:int64 down_time_ns=3:int64 source=4:uint32 action=5:int32
        device_id=6:int32 key_code=8:int32""",
    "Dispatch": "event_id=1:fixed32 vsync_id=2:int64 window_id=3:int32",
}

_FIELD = descriptor_pb2.FieldDescriptorProto
_SCALARS = {
    "bytes": _FIELD.TYPE_BYTES,
    "bool": _FIELD.TYPE_BOOL,
    "float": _FIELD.TYPE_FLOAT,
    "fixed32": _FIELD.TYPE_FIXED32,
    "fixed64": _FIELD.TYPE_FIXED64,
    "sfixed64": _FIELD.TYPE_SFIXED64,
    "int32": _FIELD.TYPE_INT32,
    "int64": _FIELD.TYPE_INT64,
    "uint32": _FIELD.TYPE_UINT32,
    "uint64": _FIELD.TYPE_UINT64,
}


def _build() -> dict[str, Any]:
    file = descriptor_pb2.FileDescriptorProto(name="silky/winscope.proto", package=PACKAGE, syntax="proto2")
    for message, fields in MESSAGES.items():
        described = file.message_type.add(name=message)
        for item in fields.split():
            name, _, rest = item.partition("=")
            number, _, kind = rest.partition(":")
            field = described.field.add(name=name, number=int(number))
            field.label = field.LABEL_REPEATED if kind.endswith("*") else field.LABEL_OPTIONAL
            kind = kind.rstrip("*")
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
"""Message name -> class."""
