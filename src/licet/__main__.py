"""`python -m licet` and the `licet` command."""

from licet.cli import main

if __name__ == "__main__":
    main()
