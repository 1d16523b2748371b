"""A model that operators can freeze: while it stands still it is not asked, and the rules alone read (N14)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from sqlalchemy import Engine

from bot.database import transaction
from bot.threads import still
from bot.wording import freeze_words
from generator.model import Model, Reading
from generator.offline_model import OfflineModel


class StillModel:
    """Implements `generator.model.Model`: asks the one behind it, or says that it did not."""

    def __init__(self, model: Model, frozen: Callable[[], bool]) -> None:
        self._model = model
        self._frozen = frozen
        self._rules = OfflineModel()

    def read(self, text: str, today: date) -> Reading:
        """See `Model`."""
        return _noted(self._rules.read(text, today)) if self._frozen() else self._model.read(text, today)

    def fill(self, text: str, today: date, kind: str) -> Reading:
        """See `Model`."""
        return _noted(self._rules.fill(text, today, kind)) if self._frozen() else self._model.fill(text, today, kind)


def asked_not(engine: Engine, names: tuple[str, ...]) -> bool:
    """Whether one of these stands frozen; there is nothing to ask of the rules."""
    if not names:
        return False
    with transaction(engine) as session:
        now = still.seen(session)
    return any(now.model(name) for name in names)


def _noted(reading: Reading) -> Reading:
    return replace(reading, understanding=reading.understanding.model_copy(update={"note": freeze_words.MODEL_NOTE}))
