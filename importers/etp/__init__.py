"""Patient-education programmes (ETP), read from our own form in CSV or Excel."""
