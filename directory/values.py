"""What every value of the model is made of."""

import msgspec


class Value(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, gc=False):
    """Base of every value of the model. Values hold no cycle, so the collector need not track the
    millions of them that an import makes."""


class Coding(Value, frozen=True, kw_only=True):
    """A code of a nomenclature with its French label; `system` names the nomenclature."""

    code: str
    label: str = ""
    system: str = ""
