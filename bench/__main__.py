"""Every measured claim, one after the other: `make bench`. Each can be run alone, see its --help."""

import runpy

PARTS = (
    *("bench.search", "bench.engines", "bench.pages", "bench.suggest"),
    *("bench.imports", "bench.proposals", "bench.reservations"),
)


def main() -> None:
    """Run each measure with its own defaults."""
    for part in PARTS:
        print(f"\n== {part}", flush=True)
        try:
            runpy.run_module(part, run_name="__main__")
        except SystemExit as end:
            if end.code:
                raise


if __name__ == "__main__":
    main()
