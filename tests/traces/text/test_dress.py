"""A dump reads the same in every dress that people and shells put it in."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traces.text.dress import read_text

CONTENT = "Applications Graphics Acceleration Info:\nUptime: 1 Realtime: 2\n\n** Graphics info for pid 7 **\n"


@pytest.mark.parametrize(
    "dressed",
    [
        CONTENT.encode(),
        codecs.BOM_UTF8 + CONTENT.encode(),
        codecs.BOM_UTF16_LE + CONTENT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + CONTENT.encode("utf-16-be"),
        codecs.BOM_UTF32_LE + CONTENT.encode("utf-32-le"),
        CONTENT.encode("utf-16-le"),
        CONTENT.encode("utf-16-be"),
        CONTENT.replace("\n", "\r\n").encode(),
        CONTENT.replace("\n", "\r\r\n").encode(),
        codecs.BOM_UTF16_LE + CONTENT.replace("\n", "\r\r\n").encode("utf-16-le"),
        CONTENT.replace("\n", "\n\x00").encode(),
        b"* daemon not running; starting now at tcp:5037\n* daemon started successfully\n" + CONTENT.encode(),
        b"WARNING: linker: /system/lib64/libx.so: unsupported flags\r\n" + CONTENT.encode(),
        b"adb server version (40) doesn't match this client (41); killing...\n- waiting for device -\n"
        + CONTENT.encode(),
        b"\n\n" + CONTENT.encode(),
    ],
    ids=[
        "utf8", "utf8-bom", "utf16le-bom", "utf16be-bom", "utf32le-bom", "utf16le", "utf16be", "crlf",
        "crcrlf", "utf16-crcrlf", "nuls", "daemon", "linker", "version", "blank",
    ],
)  # fmt: skip
def test_every_dress_comes_off(dressed: bytes):
    assert read_text(dressed) == CONTENT


def test_text_that_was_decoded_before_is_undressed_too():
    assert read_text("\ufeff" + CONTENT.replace("\n", "\r\n")) == CONTENT


def test_chinese_text_survives():
    assert read_text("当前输入法\n".encode()) == "当前输入法\n"
    assert (
        read_text(codecs.BOM_UTF16_LE + "豆包 com.larus.nova\n".encode("utf-16-le"))
        == "豆包 com.larus.nova\n"
    )


def test_a_warning_in_the_middle_is_content():
    text = "first\nWARNING: linker: x\n"
    assert read_text(text) == text


@given(st.binary(max_size=600))
def test_any_bytes_give_text_without_returns_and_nuls(data: bytes):
    text = read_text(data)
    assert "\r" not in text
    assert "\x00" not in text


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\x00\ufeff"), max_size=200))
def test_undressing_twice_changes_nothing(text: str):
    once = read_text(text)
    assert read_text(once) == once
