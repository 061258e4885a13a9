"""Tables of audits, by subject. Parties are linked by code, which never changes."""

from oversight.audits.models.accuracy import AuditPoint, AuditVersion
from oversight.audits.models.audit import Audit, AuditMember, AuditStep
from oversight.audits.models.correcting import AuditCorrection, CorrectedFinding
from oversight.audits.models.following import AuditHold, AuditLook, DisposalProposal, FollowUp
from oversight.audits.models.work import AuditAction, AuditFinding, AuditPaper, AuditSource, AuditTest

__all__ = [
    "Audit",
    "AuditAction",
    "AuditCorrection",
    "AuditFinding",
    "AuditHold",
    "AuditLook",
    "AuditMember",
    "AuditPaper",
    "AuditPoint",
    "AuditSource",
    "AuditStep",
    "AuditTest",
    "AuditVersion",
    "CorrectedFinding",
    "DisposalProposal",
    "FollowUp",
]
