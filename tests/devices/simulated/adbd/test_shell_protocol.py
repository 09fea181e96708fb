"""Shell protocol v2 packets, however the stream cuts them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from devices.simulated.adbd.shell_protocol import Decoder, Kind, encode

PACKETS = st.lists(st.tuples(st.sampled_from(list(Kind)), st.binary(max_size=50)), max_size=8)


@given(PACKETS, st.data())
def test_packets_come_out_whole_whatever_the_pieces(
    packets: list[tuple[Kind, bytes]], data: st.DataObject
) -> None:
    raw = b"".join(encode(kind, body) for kind, body in packets)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=6)))
    decoder = Decoder()
    found: list[tuple[int, bytes]] = []
    for start, end in zip([0, *cuts], [*cuts, len(raw)], strict=True):
        found += decoder.feed(raw[start:end])
    assert found == packets


def test_the_form_is_id_then_length_then_data() -> None:
    assert encode(Kind.STDERR, b"ab") == b"\x02\x02\x00\x00\x00ab"
    assert encode(Kind.EXIT, b"\x07") == b"\x03\x01\x00\x00\x00\x07"
