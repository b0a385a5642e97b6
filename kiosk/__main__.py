"""The command `kiosk`."""

from kiosk.cli.app import app


def main() -> None:
    app()


if __name__ == "__main__":
    main()
