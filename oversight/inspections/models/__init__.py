"""Tables of the inspections, by subject. Parties are linked by code, which never changes."""

from oversight.inspections.models.accuracy import (
    AccuracyAnswer,
    AccuracyAsk,
    AccuracyCheck,
    AccuracyPoint,
    DateProposal,
    PointDecision,
)
from oversight.inspections.models.alerts import AlertPerson, AlertStep, RiskAlert
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
from oversight.inspections.models.publishing import EmbargoedCopy, EmbargoedRead, PublicationMoment
from oversight.inspections.models.ratings import PanelMember, RatingProposal, SettledRating
from oversight.inspections.models.report import (
    DataCheck,
    DataItem,
    DataItemRevision,
    PracticeExample,
    Recommendation,
    RecommendationsReason,
    RecommendationWording,
    ReportSection,
    ReportVersion,
)
from oversight.inspections.models.sharing import CaseShare, SharedPart, ShareReading
from oversight.inspections.models.standards import StandardsVersion

__all__ = [
    "REFERENCE_LENGTH",
    "TEXT_LENGTH",
    "TITLE_LENGTH",
    "AccuracyAnswer",
    "AccuracyAsk",
    "AccuracyCheck",
    "AccuracyPoint",
    "AlertPerson",
    "AlertStep",
    "CaseJudgement",
    "CaseList",
    "CaseShare",
    "DataCheck",
    "DataItem",
    "DataItemRevision",
    "DateProposal",
    "EmbargoedCopy",
    "EmbargoedRead",
    "EvidenceNote",
    "InformationRequest",
    "Inspection",
    "InspectionMove",
    "InspectionPartner",
    "InspectionUnit",
    "ListRow",
    "PanelMember",
    "PointDecision",
    "PracticeExample",
    "PublicationMoment",
    "RatingProposal",
    "Recommendation",
    "RecommendationWording",
    "RecommendationsReason",
    "ReportSection",
    "ReportVersion",
    "RiskAlert",
    "SampleDraw",
    "SampledCase",
    "SecondReading",
    "SettledRating",
    "ShareReading",
    "SharedPart",
    "StandardsVersion",
    "StoredFile",
    "SuppliedInformation",
    "TeamMember",
]
