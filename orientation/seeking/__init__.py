"""Finding a médecin traitant: people wait, doctors say whom they take, both choose freely."""
