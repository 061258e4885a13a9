"""Tables of the inspections, by subject. Parties are linked by code, which never changes."""

from oversight.inspections.models.case import (
    REFERENCE_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    InformationRequest,
    Inspection,
    InspectionMove,
    InspectionPartner,
    InspectionUnit,
    SuppliedInformation,
    TeamMember,
)
from oversight.inspections.models.fieldwork import (
    CaseJudgement,
    CaseList,
    ListRow,
    SampledCase,
    SampleDraw,
    SecondReading,
)
from oversight.inspections.models.files import StoredFile
from oversight.inspections.models.notes import EvidenceNote
from oversight.inspections.models.ratings import PanelMember, RatingProposal, SettledRating

__all__ = [
    "REFERENCE_LENGTH",
    "TEXT_LENGTH",
    "TITLE_LENGTH",
    "CaseJudgement",
    "CaseList",
    "EvidenceNote",
    "InformationRequest",
    "Inspection",
    "InspectionMove",
    "InspectionPartner",
    "InspectionUnit",
    "ListRow",
    "PanelMember",
    "RatingProposal",
    "SampleDraw",
    "SampledCase",
    "SecondReading",
    "SettledRating",
    "StoredFile",
    "SuppliedInformation",
    "TeamMember",
]
