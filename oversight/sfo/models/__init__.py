"""Tables of this area."""

from oversight.sfo.models.marking import MarkedStandard, Marking, Settlement
from oversight.sfo.models.review import TEXT_LENGTH, Reader, Reading, Review, ReviewDue, ReviewMove
from oversight.sfo.models.sample import Batch, SampleYear, YearAssured

__all__ = [
    "TEXT_LENGTH",
    "Batch",
    "MarkedStandard",
    "Marking",
    "Reader",
    "Reading",
    "Review",
    "ReviewDue",
    "ReviewMove",
    "SampleYear",
    "Settlement",
    "YearAssured",
]
