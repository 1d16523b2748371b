"""The chat, asked each thing once: for questions about many people that belong to one moment."""

from collections.abc import Collection
from functools import cache
from typing import Any, cast

from bot.chat import Chat, Profile


class _Remembered:
    def __init__(self, chat: Chat, users: Collection[str]) -> None:
        self._chat = chat
        self._profiles = dict(chat.profiles(users))
        self.members, self.group = cache(chat.members), cache(chat.group)

    def profile(self, user: str) -> Profile:
        """Whom the chat does not tell of belongs to somebody else."""
        return self._profiles.get(user) or Profile(user, user, user, guest=True, partner=True)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._chat, name)


def remembered(chat: Chat, users: Collection[str]) -> Chat:
    """This chat, with the profiles of these users looked up together and each membership asked for once.

    Use it for one judgement and no longer. Raises ChatError.
    """
    return cast(Chat, _Remembered(chat, users))
