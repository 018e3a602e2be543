"""`python -m hipcv` is the `hipcv` command."""

from hipcv.cli.main import run

if __name__ == "__main__":
    run()
