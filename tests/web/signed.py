"""A territory whose lists are signed: outside the demonstration, no call is taken without."""

from pathlib import Path

from directory.territory import load_territory, questions_path, red_flags_path, territories_dir


def signed_territory(folder: Path) -> str:
    """The path of a copy of the first territory, in `folder`, with lists signed by an invented doctor."""
    shipped = load_territory("bievre")
    text = (territories_dir() / "bievre.toml").read_text(encoding="utf-8")
    for name, path in (
        ("red_flags", red_flags_path(shipped)),
        ("questions", questions_path(shipped)),
    ):
        signed = folder / f"{name}.toml"
        said = path.read_text(encoding="utf-8")
        signed.write_text(
            said.replace("signatories = []", 'signatories = ["Dr Essai"]'), encoding="utf-8"
        )
        text = text.replace(f'{name} = "{path.name}"', f'{name} = "{signed}"')
    territory = folder / "bievre.toml"
    territory.write_text(text, encoding="utf-8")
    return str(territory)
