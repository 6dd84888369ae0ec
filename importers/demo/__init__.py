"""Demonstration data that is honest: invented entries, recognisable numbers, real layouts."""

from importers.demo.listings import (
    DemoGeneralPractitioner,
    DemoImport,
    DemoListings,
    write_listings,
)

__all__ = ["DemoGeneralPractitioner", "DemoImport", "DemoListings", "write_listings"]
