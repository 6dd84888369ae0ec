"""Every indicator, in the order in which they are shown."""

from orientation.indicators.consultations import CONSULTATIONS, NO_SHOWS
from orientation.indicators.medecin_traitant import ORIENTED, WAITING
from orientation.indicators.model import Indicator
from orientation.indicators.professionals import PROFESSIONALS
from orientation.indicators.requests import (
    CALL_TO_CONFIRMATION,
    DELAY_GIVEN,
    ESCALATIONS,
    REQUESTS,
)
from orientation.indicators.slots import FAIRNESS, SLOTS

INDICATORS: tuple[Indicator, ...] = (
    REQUESTS,
    DELAY_GIVEN,
    CALL_TO_CONFIRMATION,
    ESCALATIONS,
    CONSULTATIONS,
    NO_SHOWS,
    ORIENTED,
    WAITING,
    PROFESSIONALS,
    SLOTS,
    FAIRNESS,
)
