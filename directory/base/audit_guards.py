"""The triggers that let nobody rewrite the audit trail, in the dialect of each store.

A line may only be deleted behind an anchor, which itself stays for ever and never stands for
anything younger than `KEPT_DAYS`: what retention (`directory.base.audit_keeping`) leaves.
"""

KEPT_DAYS = 180
"""Days under which no retention may go: six months, the least the CNIL advises for a log."""

_DAY_MS = 86_400_000
_REFUSAL = "le journal des accès ne se modifie pas"

# ruff: noqa: S608 - constants of this file alone are put together: nothing of anybody's enters
_SQLITE_NOW = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"
_SQLITE_REFUSES = f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
SQLITE_GUARDS = {
    "audit_update": f"CREATE TRIGGER audit_update BEFORE UPDATE ON audit {_SQLITE_REFUSES}",
    # INSERT OR REPLACE deletes without a word to the triggers of DELETE.
    "audit_replace": "CREATE TRIGGER audit_replace BEFORE INSERT ON audit"
    f" WHEN NEW.id IN (SELECT id FROM audit) {_SQLITE_REFUSES}",
    "audit_delete": "CREATE TRIGGER audit_delete BEFORE DELETE ON audit"
    " WHEN OLD.id > coalesce((SELECT max(through) FROM audit_anchor), -1)"
    f" {_SQLITE_REFUSES}",
    "audit_anchor_update": "CREATE TRIGGER audit_anchor_update BEFORE UPDATE ON audit_anchor"
    f" {_SQLITE_REFUSES}",
    "audit_anchor_delete": "CREATE TRIGGER audit_anchor_delete BEFORE DELETE ON audit_anchor"
    f" {_SQLITE_REFUSES}",
    "audit_anchor_age": "CREATE TRIGGER audit_anchor_age BEFORE INSERT ON audit_anchor"
    " WHEN EXISTS (SELECT 1 FROM audit_anchor WHERE through = NEW.through)"
    " OR EXISTS (SELECT 1 FROM audit WHERE id <= NEW.through"
    f" AND at > {_SQLITE_NOW} - {KEPT_DAYS * _DAY_MS}) {_SQLITE_REFUSES}",
}

_BODY = "RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$ BEGIN"
_RAISE = f"RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'restrict_violation';"
_EACH = "EXECUTE FUNCTION"
POSTGRESQL_GUARDS = (
    f"CREATE FUNCTION audit_refuse() {_BODY} {_RAISE} END $$",
    f"CREATE FUNCTION audit_shorten() {_BODY}"
    " IF OLD.id > coalesce((SELECT max(through) FROM audit_anchor), -1) THEN"
    f" {_RAISE} END IF; RETURN OLD; END $$",
    f"CREATE FUNCTION audit_anchor_age() {_BODY}"
    " IF EXISTS (SELECT 1 FROM audit WHERE id <= NEW.through AND at >"
    f" extract(epoch FROM clock_timestamp()) * 1000 - {KEPT_DAYS * _DAY_MS}) THEN"
    f" {_RAISE} END IF; RETURN NEW; END $$",
    "CREATE TRIGGER audit_kept BEFORE UPDATE OR TRUNCATE ON audit"
    f" FOR EACH STATEMENT {_EACH} audit_refuse()",
    f"CREATE TRIGGER audit_shortened BEFORE DELETE ON audit FOR EACH ROW {_EACH} audit_shorten()",
    "CREATE TRIGGER audit_anchor_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_anchor"
    f" FOR EACH STATEMENT {_EACH} audit_refuse()",
    "CREATE TRIGGER audit_anchor_shortened BEFORE INSERT ON audit_anchor"
    f" FOR EACH ROW {_EACH} audit_anchor_age()",
)
