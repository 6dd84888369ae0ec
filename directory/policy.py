"""The policy of merging, as a table anybody can read: `data/merge_policy.csv`.

For each field, whether the first source in the order given wins (`first`) or everything said is
kept (`union`).
"""

from dataclasses import dataclass
from functools import cache

from directory.vocabulary import read_table


@dataclass(frozen=True)
class Rule:
    """How one field is merged."""

    union: bool
    order: tuple[str, ...]

    def rank(self, source: str) -> int:
        """Position of a source in the order; `*` stands for those not named."""
        wanted = source if source in self.order else "*"
        return self.order.index(wanted) if wanted in self.order else len(self.order)


@cache
def policy() -> dict[str, Rule]:
    """The table of rules by field; `*` is the default."""
    return {
        row["field"]: Rule(row["rule"] == "union", tuple(row["sources"].split()))
        for row in read_table("merge_policy.csv")
    }


def rule_for(field: str) -> Rule:
    """The rule of one field."""
    rules = policy()
    return rules.get(field, rules["*"])
