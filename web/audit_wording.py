"""What the audit trail says, in French; a word it lacks is shown as it is written."""

import json
from collections.abc import Mapping
from typing import Any

from directory.wording import FIELD_LABELS
from web.access import ROLE_LABELS

ACTION_LABELS: Mapping[str, str] = {
    "account.create": "compte créé",
    "account.expired": "compte expiré",
    "account.invitation": "invitation envoyée",
    "account.password": "mot de passe choisi",
    "account.recovery": "nouveau mot de passe demandé",
    "account.reset": "compte remis à zéro",
    "account.restore": "compte rétabli",
    "account.roles": "rôles changés",
    "account.second_factor": "second facteur activé",
    "account.second_factor_dropped": "second facteur retiré",
    "account.suspended": "compte suspendu",
    "agenda.read": "agenda lu, patients compris",
    "apikey.create": "clé d'API donnée",
    "apikey.revoke": "clé d'API révoquée",
    "appointment.cancel": "rendez-vous annulé",
    "appointment.confirm": "rendez-vous confirmé",
    "appointment.honoured": "venue notée",
    "appointment.missed": "absence notée",
    "appointment.move": "rendez-vous déplacé",
    "audit.prune": "lignes au terme de leur durée",
    "audit.search": "journal consulté",
    "calendar.feed": "agenda lu par abonnement (une fois par jour)",
    "calendar.follow": "agenda externe suivi",
    "calendar.renew": "adresse d'agenda renouvelée",
    "calendar.revoke": "adresse d'agenda retirée",
    "calendar.unfollow": "agenda externe abandonné",
    "call.abandon": "appel abandonné",
    "call.begin": "appel commencé",
    "call.found": "appel en cours retrouvé par son numéro",
    "call.resume": "appel repris",
    "callback.done": "rappel fait",
    "callback.read": "personnes à rappeler lues",
    "crisis.start": "mode de crise décidé",
    "crisis.stop": "mode de crise arrêté",
    "directory.addition": "fiche ajoutée",
    "directory.confirmation": "information vérifiée",
    "directory.correction": "information corrigée",
    "directory.refusal": "publication refusée",
    "directory.withdraw": "correction retirée",
    "doctor.leave": "départ noté",
    "doctor.place": "lieu changé",
    "doctor.profile": "profil changé",
    "doctor.video_url": "lien vidéo changé",
    "event.add": "rendez-vous du territoire annoncé",
    "event.change": "rendez-vous du territoire changé",
    "event.remove": "rendez-vous du territoire retiré",
    "export.calendar": "export pour un agenda",
    "export.csv": "export pour un tableur",
    "export.page": "sélection ouverte, à imprimer ou à envoyer",
    "export.vcard": "export pour un carnet d'adresses",
    "identity.erase": "identités effacées",
    "link.judge": "rapprochement tranché",
    "link.withdraw": "rapprochement retiré",
    "offer.set": "offre de places changée",
    "outside_figure.correct": "chiffre corrigé",
    "outside_figure.enter": "chiffre saisi",
    "outside_figure.withdraw": "chiffre retiré",
    "placement.accept": "médecin traitant : accepté",
    "placement.declare": "médecin traitant : déclaré",
    "placement.propose": "médecin traitant : proposé",
    "placement.refuse": "médecin traitant : refusé",
    "planning.concerned": "rendez-vous touchés lus",
    "privacy.erase": "effacement demandé par la personne",
    "privacy.export": "accès demandé par la personne",
    "report.accepted": "signalement accepté",
    "report.rejected": "signalement rejeté",
    "request.call_back": "à rappeler",
    "request.called_back": "rappel noté",
    "request.close": "demande close",
    "request.create": "demande enregistrée",
    "request.escalate": "passée au 15",
    "request.found": "demande retrouvée par son numéro",
    "request.listed": "demandes listées",
    "request.mt": "réponse du médecin traitant notée",
    "request.mt_chosen": "médecin traitant choisi",
    "request.read": "demande lue",
    "schedule.add": "disponibilité ajoutée",
    "schedule.change": "disponibilité changée",
    "schedule.change_day": "disponibilité changée pour un jour",
    "schedule.close_day": "jour fermé",
    "schedule.end": "disponibilité terminée",
    "schedule.reopen_day": "jour rouvert",
    "session.close": "déconnexion",
    "session.close_all": "sessions fermées",
    "session.open": "connexion",
    "session.refused": "connexion refusée",
    "source.publish": "listing mis en service",
    "wait.close": "recherche close",
    "wait.confirm": "recherche reconfirmée",
    "wait.enrol": "inscription à la recherche d'un médecin traitant",
    "wait.list": "recherches listées",
    "wait.read": "inscription lue",
    "wait.remind": "rappel annuel noté",
}

PERSONAL_LABELS: Mapping[str, str] = {
    "address": "adresse",
    "asked_by": "qui demande",
    "birth_date": "date de naissance",
    "callback_number": "numéro de rappel",
    "called_back_at": "heure du rappel",
    "cancel_reason": "raison de l'annulation",
    "doctor": "médecin",
    "family": "nom",
    "given": "prénom",
    "initials": "initiales",
    "patient": "patient",
    "phone": "téléphone",
    "reason_category": "motif",
    "red_flags": "signes d'alerte",
    "situation": "situation",
    "slot": "créneau",
    "state": "état",
    "url": "adresse web",
    "wishes": "souhaits",
}


WORDS: Mapping[str, str] = {
    **{str(role): label for role, label in ROLE_LABELS.items()},
    **{"password": "mot de passe", "psc": "Pro Santé Connect", "code": "second facteur"},
    **{"same": "même fiche", "different": "fiches différentes"},
    **{"correction": "correction", "confirmation": "vérification", "refusal": "refus"},
    "addition": "ajout",
}
KEYS: Mapping[str, str] = {
    **{"run": "import n°", "act": "correction n°", "judgement": "réponse n°", "kind": "nature"},
    **{"method": "par", "step": "étape", "count": "nombre", "after_days": "jours après"},
    **{"lines": "lignes", "through": "jusqu'à la ligne", "seal": "sceau"},
    **{"other": "autre fiche", "outcome": "réponse", "name": "nom", "scopes": "droits"},
}


def say_action(action: str) -> str:
    """What was done."""
    return ACTION_LABELS.get(action, action)


def say_traced_field(path: str) -> str:
    """The name of a field: of a patient's record, or the path of a fact."""
    name = path.rpartition(".")[2]
    return PERSONAL_LABELS.get(name) or FIELD_LABELS.get(name) or path


def say_value(told: Any) -> str:
    """What a fact said: its text, or its parts one after the other."""
    if told is None:
        return ""
    if isinstance(told, str | int | float):
        return WORDS.get(str(told), str(told))
    if isinstance(told, list):
        return ", ".join(say_value(one) for one in told)
    if isinstance(told, dict):
        return ", ".join(
            f"{KEYS.get(name, name)} : {say_value(one)}" for name, one in told.items() if one
        )
    return json.dumps(told, ensure_ascii=False)
