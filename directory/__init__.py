"""The directory: what a resource is, where it is kept, how it is found."""
