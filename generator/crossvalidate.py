"""How the router does on examples it has not seen: `python -m generator.crossvalidate`, five folds, about a minute."""

from collections import Counter

import numpy as np
from sklearn.model_selection import StratifiedKFold

from generator.examples import rarity, sentences
from generator.features import features
from generator.offline_model import ASKED_KINDS, NO, SURE
from generator.router import DECLINE, VAGUE
from generator.train import classifier

FOLDS = 5


def outcome(shares: dict[str, float], label: str) -> str:
    """What becomes of a sentence with this label, in one word."""
    first = max(shares, key=lambda one: shares[one])
    kinds = sorted((one for one in shares if one not in (DECLINE, VAGUE)), key=lambda one: -shares[one])
    if first == kinds[0] and shares[first] >= SURE:
        return "right" if first == label else "wrong"
    if shares[DECLINE] >= NO:
        return "declined"
    return "offered" if label in kinds[:ASKED_KINDS] else "asked"


def main() -> None:
    """Print how often what asks for an app is built, offered or lost, and what does not is built."""
    texts, labels = (np.array(column) for column in zip(*sentences(), strict=True))
    kinds: Counter[str] = Counter()
    others: Counter[str] = Counter()
    for learnt, held in StratifiedKFold(FOLDS, shuffle=True, random_state=1).split(texts, labels):
        rare = rarity([str(text) for text in texts[learnt]])
        inputs = np.array([features(str(text), rare) for text in texts])
        model = classifier().fit(inputs[learnt], labels[learnt])
        for row, label in zip(model.predict_proba(inputs[held]), labels[held], strict=True):
            shares = dict(zip(map(str, model.classes_), map(float, row), strict=True))
            (others if label in (DECLINE, VAGUE) else kinds)[outcome(shares, str(label))] += 1
    built = kinds["right"] + kinds["wrong"]
    print(f"of {kinds.total()} that ask for an app: built {built}, right {kinds['right'] / built:.3f}")
    print(f"built right or offered {(kinds['right'] + kinds['offered']) / kinds.total():.3f}")
    print(f"of {others.total()} that do not: built {others['wrong'] / others.total():.3f}")


if __name__ == "__main__":
    main()
