"""Processes, public services, what they promise and what was delivered."""

from .delivery import CaseLoad, CaseMonth, Outcome, ServiceCase, ServiceMonth, Source
from .limits import CalendarApplied, LegalLimit
from .passport import (
    Channel,
    DaysUnit,
    DocumentSource,
    GroundKind,
    Level,
    PassportDocument,
    PassportGround,
    PassportIndicator,
    PassportState,
    PassportStep,
    PassportVariant,
    Service,
    ServicePassport,
    ServiceSite,
)
from .process import PartKind, Process, ProcessFacts, ProcessKind, ProcessPart

__all__ = [
    "CalendarApplied",
    "CaseLoad",
    "CaseMonth",
    "Channel",
    "DaysUnit",
    "DocumentSource",
    "GroundKind",
    "LegalLimit",
    "Level",
    "Outcome",
    "PartKind",
    "PassportDocument",
    "PassportGround",
    "PassportIndicator",
    "PassportState",
    "PassportStep",
    "PassportVariant",
    "Process",
    "ProcessFacts",
    "ProcessKind",
    "ProcessPart",
    "Service",
    "ServiceCase",
    "ServiceMonth",
    "ServicePassport",
    "ServiceSite",
    "Source",
]
