"""Where a request comes from and who decided it: closed lists, kept after the identity is gone."""

from enum import StrEnum


class Channel(StrEnum):
    """How the request reached the team."""

    PHONE = "phone"
    IN_PERSON = "in_person"
    PROFESSIONAL = "professional"
    ONLINE = "online"


class Origin(StrEnum):
    """Who or what sent the person to the first-recourse team."""

    HOME = "home"
    EMERGENCY_DEPARTMENT = "emergency_department"
    DAC = "dac"
    CRT = "crt"
    PHARMACY = "pharmacy"
    EHPAD = "ehpad"
    PRACTICE = "practice"
    OTHER = "other"


class Line(StrEnum):
    """Which line decided: only what the SAS regulated opens the SNP fee (NGAP 14.1.3)."""

    CPTS = "cpts"
    SAS = "sas"


class NotTried(StrEnum):
    """Why the médecin traitant was not called; never free text."""

    CLOSED = "closed"
    NUMBER_UNKNOWN = "number_unknown"
    CALLER_DECLINES = "caller_declines"
    REGULATOR_TRIED = "regulator_tried"
    OTHER = "other"


CHANNEL_LABELS = {
    Channel.PHONE: "téléphone",
    Channel.IN_PERSON: "sur place",
    Channel.PROFESSIONAL: "demande d'un professionnel",
    Channel.ONLINE: "en ligne",
}
ORIGIN_LABELS = {
    Origin.HOME: "domicile",
    Origin.EMERGENCY_DEPARTMENT: "service d'urgences",
    Origin.DAC: "DAC",
    Origin.CRT: "CRT",
    Origin.PHARMACY: "pharmacie",
    Origin.EHPAD: "EHPAD",
    Origin.PRACTICE: "cabinet d'un professionnel",
    Origin.OTHER: "autre",
}
LINE_LABELS = {
    Line.CPTS: "ligne de la CPTS, sans régulation du SAS",
    Line.SAS: "régulée par le SAS (15)",
}
NOT_TRIED_LABELS = {
    NotTried.CLOSED: "cabinet fermé à cette heure",
    NotTried.NUMBER_UNKNOWN: "numéro introuvable",
    NotTried.CALLER_DECLINES: "la personne ne le souhaite pas",
    NotTried.REGULATOR_TRIED: "déjà appelé par la régulation",
    NotTried.OTHER: "autre raison",
}
