"""What is read out before somebody is put on the list, and kept with their consent."""

from directory.territory import ConsentText, SeekingPolicy

DEFAULT = ConsentText(
    version="2026-11",
    text=(
        "Pour vous aider à trouver un médecin traitant, nous notons votre nom, votre numéro de "
        "téléphone, votre date de naissance, votre adresse et ce qui donne une priorité : "
        "affection de longue durée, C2S ou AME. Ces informations sont chiffrées. Seuls le "
        "secrétariat et le médecin à qui votre demande est proposée les voient. Vous restez libre "
        "de refuser un médecin, et chaque médecin est libre de son choix. Nous vous rappellerons "
        "une fois par an ; sans réponse de votre part, votre inscription sera effacée. Vous "
        "pouvez demander à tout moment à la consulter, à la corriger ou à la faire effacer. "
        "Êtes-vous d'accord ?"
    ),
)
"""Used by a territory whose file gives no text of its own; to be reviewed by its controller."""


def consent_text(policy: SeekingPolicy) -> ConsentText:
    """The text in force in a territory."""
    return policy.consent or DEFAULT
