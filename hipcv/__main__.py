"""Entry point of `python -m hipcv`, equal to the `hipcv` command."""

from hipcv.cli.main import run

if __name__ == "__main__":
    run()
