"""Measured claims: generators of large files, and what they are measured against."""
