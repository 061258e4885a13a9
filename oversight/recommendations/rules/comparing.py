"""Which recommendations of different reports may repeat each other: by theme and wording (E7, ¶21, ¶23).

Each text becomes a vector of its words, a word weighing the more the fewer texts have it (TF-IDF), of length
one. How alike two are is the cosine of the angle between them, found for one text against all at once by an
inverted index. It loads NumPy, so it is imported where the worker needs it and by no page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from math import log, sqrt
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from oversight.recommendations.rules.repeats import Alike, Measure, Wording, words

_Having: TypeAlias = tuple[npt.NDArray[np.int32], npt.NDArray[np.float64]]


class Comparison:
    """Texts made comparable: build it of all there are, then ask what may repeat each.

    Args:
        wordings: Everything that is compared.
        by: How alike is alike enough.
    """

    def __init__(self, wordings: Iterable[Wording], by: Measure) -> None:
        self._by = by
        # In the order of their making, so that a pair is never turned round.
        self._all = sorted(wordings, key=lambda one: (one.made_on, one.id))
        self._place = {one.id: place for place, one in enumerate(self._all)}
        # Sorted, so that sums are made in one order and come out the same on every run.
        bags = [sorted(words(one.text, by.stop_words)) for one in self._all]
        counted = Counter(word for bag in bags for word in bag)
        weights = {word: log(1 + len(bags) / held) for word, held in counted.items()}
        self._vectors: list[Mapping[str, float]] = []
        places: dict[str, list[int]] = {word: [] for word in counted}
        shares: dict[str, list[float]] = {word: [] for word in counted}
        for place, bag in enumerate(bags):
            length = sqrt(sum(weights[word] ** 2 for word in bag)) or 1.0
            vector = {word: weights[word] / length for word in bag}
            self._vectors.append(vector)
            for word, share in vector.items():
                places[word].append(place)
                shares[word].append(share)
        self._having: dict[str, _Having] = {
            word: (np.array(places[word], np.int32), np.array(shares[word], np.float64)) for word in counted
        }

    def alike(self, key: int) -> list[Alike]:
        """Give the recommendations of other reports that say much the same as one, most alike first.

        Args:
            key: Row of the one.
        """
        place = self._place[key]
        one = self._all[place]
        likeness = np.zeros(len(self._all))
        for word, share in self._vectors[place].items():
            where, shares = self._having[word]
            likeness[where] += share * shares
        # Two texts of the same words come out a hair under one.
        per_cent = np.floor(likeness * 100 + 1e-6).astype(np.int32)
        found = []
        for other in np.flatnonzero(per_cent >= min(self._by.same_theme, self._by.other_theme)):
            theirs = self._all[other]
            if theirs.source == one.source:
                continue
            same = bool(one.theme) and one.theme == theirs.theme
            if per_cent[other] >= (self._by.same_theme if same else self._by.other_theme):
                first, last = (theirs, one) if other < place else (one, theirs)
                found.append(Alike(first.id, last.id, int(per_cent[other]), same))
        found.sort(key=lambda pair: (-pair.likeness, pair.earlier, pair.later))
        return found[: self._by.most_for_one]
