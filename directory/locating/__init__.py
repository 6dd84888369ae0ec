"""Addresses put on the map by the national geocoder (BAN), each asked once and remembered."""
