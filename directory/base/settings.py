"""Every setting of Recours: `RECOURS_*` in the environment or in `.env`."""

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """One object, built once at the edge (command line, tests) and passed down."""

    model_config = SettingsConfigDict(
        env_prefix="RECOURS_", env_file=".env", extra="ignore", frozen=True
    )

    data_dir: Path = Field(
        default=Path("data"), description="Dossier de toutes les données : bases, index, clés."
    )
    territory: str = Field(
        default="bievre",
        description="Nom d'un fichier de territories/ (sans .toml) ou chemin d'un fichier TOML.",
    )
    database_url: str = Field(
        default="",
        description="PostgreSQL (postgresql://…) ; vide : deux fichiers SQLite dans data_dir.",
    )
    engine: Literal["tantivy", "elasticsearch"] = Field(
        default="tantivy", description="Moteur de recherche ; elasticsearch : aussi OpenSearch."
    )
    engine_url: str = Field(
        default="http://127.0.0.1:9200",
        description="Serveurs Elasticsearch ou OpenSearch, séparés par des virgules.",
    )
    engine_api_key: str = Field(
        default="", repr=False, description="Clé d'API du moteur ; jamais sans https."
    )
    engine_ca: str = Field(
        default="", description="Autorité qui a signé le certificat du moteur (fichier PEM)."
    )
    engine_index: str = Field(
        default="recours",
        pattern=r"^[a-z][a-z0-9_-]{0,60}$",
        description="Nom de l'index sur le moteur : un par installation.",
    )
    hold_seconds: int = Field(
        default=150, ge=1, le=900, description="Durée d'une réservation provisoire, en secondes."
    )
    erase_after_days: int = Field(
        default=7,
        ge=0,
        le=365,
        description="Jours après le rendez-vous avant effacement de l'identité.",
    )
    horizon_days: int = Field(
        default=28, ge=2, le=180, description="Jours d'agenda ouverts à l'avance."
    )
    calendar_minutes: int = Field(
        default=15,
        ge=1,
        le=1440,
        description="Minutes entre deux lectures des agendas externes des médecins.",
    )
    calendar_local: bool = Field(
        default=False,
        description="Lire aussi des agendas externes en http ou sur le réseau privé.",
    )
    mail_url: str = Field(
        default="",
        description="Serveur d'envoi des avis (smtp://hôte:port) ; vide : aucun envoi.",
    )
    mail_from: str = Field(default="", description="Adresse d'expédition des avis.")
    patient_texts: bool = Field(
        default=False,
        description="Proposer d'envoyer à la personne un message, sans contenu médical.",
    )
    sms_url: str = Field(
        default="", description="Passerelle HTTP des SMS aux patients ; vide : aucun SMS."
    )
    sms_token: str = Field(default="", repr=False, description="Jeton de cette passerelle.")
    routing_url: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        description="Service d'itinéraires compatible OSRM ; vide : à vol d'oiseau.",
    )
    geocoder_url: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        description="Géocodeur national (https://data.geopf.fr/geocodage) ; vide : aucun appel.",
    )
    geocoder_min_score: float = Field(
        default=0.7, ge=0, le=1, description="Score sous lequel une adresse trouvée est refusée."
    )
    geocoder_per_second: float = Field(
        default=10, gt=0, le=50, description="Demandes par seconde au géocodeur, au plus."
    )
    map_tiles: str = Field(
        default="ign",
        pattern=r"^(ign|https?://\S+)?$",
        description="Fond de la carte : « ign », une adresse avec {z}, {x} et {y}, ou vide : aucun.",
    )
    map_attribution: str = Field(
        default="", description="Mention à montrer sur un fond autre que « ign »."
    )
    map_outlines: str = Field(
        default="", description="Contours des communes : un fichier GeoJSON ; vide : aucun."
    )
    mask_small_counts: Literal["public", "always", "never"] = Field(
        default="public",
        description="Masquer les effectifs de moins de 5 personnes : export public, toujours, jamais.",
    )
    public_url: str = Field(
        default="",
        pattern=r"^(https://[^/\s?#]+|http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?)?$",
        description="Adresse publique du service (https://…) ; vide : cette machine seulement.",
    )
    trusted_proxies: str = Field(
        default="127.0.0.1 ::1",
        description="Serveurs frontaux crus sur X-Forwarded-* ; adresses ou réseaux.",
    )
    client_certificate_header: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9-]*$",
        description="En-tête où le serveur frontal met le certificat du client ; vide : aucun.",
    )
    hsts_seconds: int = Field(
        default=31_536_000,
        ge=0,
        le=63_072_000,
        description="Durée pendant laquelle un navigateur ne revient qu'en https (HSTS) ; 0 : non.",
    )
    rate_scale: float = Field(
        default=1,
        ge=0,
        le=1000,
        description="Multiplie les limites de fréquence ; 0 : aucune limite.",
    )
    session_idle_minutes: int = Field(
        default=30, ge=1, le=1440, description="Minutes sans usage avant la fin d'une session."
    )
    session_hours: int = Field(
        default=12, ge=1, le=168, description="Heures avant la fin d'une session, même en usage."
    )
    inactive_days: int = Field(
        default=270,
        ge=30,
        le=3650,
        description="Jours sans connexion avant le dernier avis ; le compte expire 7 jours après.",
    )
    audit_months: int = Field(
        default=12, ge=6, le=120, description="Mois de conservation du journal des accès."
    )
    psc_discovery: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        description="Description OpenID de Pro Santé Connect ; vide : pas de bouton.",
    )
    psc_client_id: str = Field(default="", description="Identifiant de ce service chez lui.")
    psc_client_secret: str = Field(default="", repr=False, description="Secret de ce service.")
    psc_open: bool = Field(
        default=False,
        description="Un RPPS inconnu reçoit un compte de professionnel à sa première connexion.",
    )
    fetch_mirrors: str = Field(
        default="",
        description="Miroirs des sources : hôte=https://miroir, séparés par des espaces.",
    )
    fetch_proxy: str = Field(
        default="", pattern=r"^(https?://\S+)?$", description="Mandataire des téléchargements."
    )
    fetch_ca: str = Field(
        default="", description="Autorité de certification de votre réseau (fichier PEM)."
    )
    fetch_private: bool = Field(
        default=False,
        description="Prendre aussi des données sur le réseau privé ou sur cette machine.",
    )
    fetch_cache_mb: int = Field(
        default=6000, ge=1, description="Place des fichiers téléchargés, en mégaoctets."
    )
    update_sources: str = Field(
        default="",
        description="Sources que `recours update` met à jour ; vide : toutes celles qu'il peut.",
    )
    update_monthly: bool = Field(
        default=False, description="Prendre les fichiers mensuels plutôt que quotidiens."
    )
    update_max_removed: float = Field(
        default=0.2,
        ge=0,
        le=1,
        description="Part de fiches retirées au-delà de laquelle une mise à jour est refusée.",
    )
    coordinator_mail: str = Field(
        default="", description="Adresse du coordinateur : ce qui demande un humain."
    )
    annuaire_key: str = Field(
        default="", repr=False, description="Clé ESANTE-API-KEY de l'Annuaire Santé FHIR."
    )
    annuaire_url: str = Field(
        default="https://gateway.api.esante.gouv.fr/fhir/v2",
        pattern=r"^https?://\S+$",
        description="Adresse de l'Annuaire Santé FHIR.",
    )
    ror_url: str = Field(
        default="https://api-fhir.ror.esante.gouv.fr/ws-diffusion-fhir",
        pattern=r"^https?://\S+$",
        description="Adresse de l'API FHIR du ROR.",
    )
    ror_token_url: str = Field(
        default="https://auth-api.ror.esante.gouv.fr/auth/realms/ror/protocol/openid-connect/token",
        pattern=r"^https?://\S+$",
        description="Adresse où le ROR donne ses jetons.",
    )
    ror_client_id: str = Field(default="", description="Identifiant client du ROR.")
    ror_client_secret: str = Field(default="", repr=False, description="Secret client du ROR.")
    ror_profile: str = Field(
        default="", description="Code de profil utilisateur donné par le ROR (CU22…)."
    )
    ror_certificate: str = Field(
        default="", description="Certificat et clé du client ROR (fichier PEM), profils 1 à 5."
    )
    log_format: Literal["console", "json"] = Field(
        default="console", description="Présentation des journaux."
    )
    demo: bool = Field(
        default=False, description="Dossier de démonstration : bandeau, sans comptes."
    )
