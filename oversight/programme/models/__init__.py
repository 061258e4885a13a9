"""Tables of this area."""

from oversight.programme.models.clashes import Clash, ClashParty, ClashStep, ClashVisit
from oversight.programme.models.feeds import CalendarFeed
from oversight.programme.models.programmes import FrequencyReview, Programme, ProgrammeStep
from oversight.programme.models.proposals import Proposal, ProposedVisit
from oversight.programme.models.visits import (
    BurdenNote,
    Closure,
    Visit,
    VisitPerson,
    VisitRound,
    VisitStep,
    VisitTeam,
)

__all__ = [
    "BurdenNote",
    "CalendarFeed",
    "Clash",
    "ClashParty",
    "ClashStep",
    "ClashVisit",
    "Closure",
    "FrequencyReview",
    "Programme",
    "ProgrammeStep",
    "Proposal",
    "ProposedVisit",
    "Visit",
    "VisitPerson",
    "VisitRound",
    "VisitStep",
    "VisitTeam",
]
