"""`python -m backbeat.cli`: the same as `backbeat`."""

from backbeat.cli import main

if __name__ == "__main__":
    main()
