"""FINESS: establishments and services of health, social and médico-social care."""
