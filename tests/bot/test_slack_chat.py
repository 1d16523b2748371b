"""What we say to Slack is said once, whatever becomes of the answer."""

import socket
import threading

import pytest

from bot.chat import ChatError, Message, Place
from bot.slack.web_api import SlackChat
from bot.workspace.config import GROUPS, GroupSeed
from tests.workspace.harbour import Running, config


def test_a_group_is_there_was_deactivated_or_never_was() -> None:  # T11
    old = (GroupSeed("night-watch", "Night watch", ("cy",), disabled=True),)
    harbor = Running(config(groups=(*GROUPS, *old)))
    chat = SlackChat(harbor.config.bot_token, harbor.config.api_url)
    try:
        asked = [chat.group_state(one) for one in ("ops", "platform-templates", "night-watch", "nobody")]
        assert asked == ["active", "active", "disabled", "none"]
        assert chat.group("night-watch") == frozenset() and chat.mention("night-watch") == "*@night-watch*"
    finally:
        harbor.stop()


def test_a_post_whose_answer_is_lost_is_not_said_a_second_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        said: list[bytes] = []

        def listen() -> None:
            while True:
                try:
                    caller, _ = door.accept()
                except OSError:
                    return
                with caller:
                    said.append(caller.recv(65536))

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        chat = SlackChat("xoxb-test", f"http://127.0.0.1:{door.getsockname()[1]}/api/")
        with pytest.raises(ChatError) as lost:
            chat.post(Place("T1", "C1"), Message("hello"), "k1")
        assert (lost.value.code, lost.value.permanent) == ("unreachable", False)
        assert len(said) == 1
        door.shutdown(socket.SHUT_RDWR)
    thread.join(5)
