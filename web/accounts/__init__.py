"""Accounts, sessions and sign-in: who somebody is, kept apart from what they may do."""
