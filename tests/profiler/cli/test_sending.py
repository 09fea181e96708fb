"""Messages leave a real account only when that was asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from profiler.cli.measuring import check_sending
from profiler.scenarios import load_scenario
from tests.profiler.run.fakes import FACTS
from traces.errors import UsageError


def test_a_real_phone_needs_a_yes(capsys):
    send = load_scenario("send")
    with pytest.raises(UsageError, match="sends messages from the account"):
        check_sending(send, FACTS, yes=False, no_network=False)
    check_sending(send, FACTS, yes=True, no_network=False)
    assert "messages are sent from the account that is logged in on Fake" in capsys.readouterr().err


def test_a_simulated_phone_does_not(capsys):
    check_sending(load_scenario("send"), replace(FACTS, simulated=True), yes=False, no_network=False)
    assert capsys.readouterr().err == ""


def test_without_network_nothing_is_sent_and_all_else_is_measured():
    with pytest.raises(UsageError, match="--no-network says not to"):
        check_sending(load_scenario("send"), FACTS, yes=True, no_network=True)
    check_sending(load_scenario("typing"), FACTS, yes=False, no_network=True)
