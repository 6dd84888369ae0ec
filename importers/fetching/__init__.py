"""What is brought from elsewhere: listings and answers, whole and checked, or refused by name."""
