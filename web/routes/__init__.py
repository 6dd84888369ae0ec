"""One module per rubric: addresses, and nothing that a page or a program does not see."""
