"""What reads sentences in this installation: rules alone, a remote model, or one on this machine.

Each is loaded where it is chosen: what talks to a remote model takes half a second of control's start.
"""

from bot.model_settings import ModelSettings
from bot.settings import CannotStart
from generator import scores
from generator.model import Model
from generator.offline_model import OfflineModel
from guardrails.scrub import scrub


def model(settings: ModelSettings) -> Model:
    """What understands sentences. Raises CannotStart, also for a backend that was measured below what it must reach."""
    if unfit := scores.below(settings.backend, scores.measured()):
        raise CannotStart(unfit)
    return made(settings)


def made(settings: ModelSettings) -> Model:
    """The backend, whatever it scored; rules carry on where it gives no answer. Raises CannotStart."""
    if settings.understanding == "rules":
        return OfflineModel()
    if settings.local is not None:
        from generator.local_model import LocalModel, NoLocalModel

        try:
            return LocalModel(settings.local, secret=_secret)
        except NoLocalModel as error:
            raise CannotStart(str(error)) from error
    from generator.openai_model import OpenAIModel

    return OpenAIModel(model=settings.name, api_key=settings.api_key, base_url=settings.base_url, secret=_secret)


def _secret(text: str) -> bool:
    return bool(scrub(text).found)
