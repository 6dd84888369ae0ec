"""What people here say of an entry, kept beside what sources say and never overwritten by them."""
