"""The commands, one short function each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kiosk import __version__
from kiosk.cli import bench, catalogue, config, demo, outbox
from kiosk.cli.output import FAILED, console, faults_in_words, log_to_stderr

app = typer.Typer(
    name="kiosk",
    help="Tongban Kiosk (通办自助终端): the terminal, its demonstration, its tools.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(catalogue.app, name="catalogue")
app.add_typer(config.app, name="config")
app.add_typer(outbox.app, name="outbox")
app.command("demo")(demo.demo)
app.command("bench")(bench.bench)
sandbox = typer.Typer(help="The reference central platform.", no_args_is_help=True)
simulators = typer.Typer(help="Simulated devices on real wires.", no_args_is_help=True)
app.add_typer(sandbox, name="sandbox")
app.add_typer(simulators, name="simulators")


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


@app.command()
def run(
    settings_folder: Annotated[
        Path, typer.Option("--config", help="Folder with site.toml and secrets.toml.")
    ] = Path("/etc/tongban-kiosk"),
) -> None:
    """Run the terminal itself."""
    from kiosk.cli.terminal import run_terminal

    log_to_stderr()
    with faults_in_words():
        run_terminal(settings_folder)


@app.command()
def gallery(
    out: Annotated[Path, typer.Option(help="Folder for the pictures.")] = Path("gallery-output"),
    language: Annotated[str, typer.Option(help="zh_CN or en.")] = "zh_CN",
    orientation: Annotated[str, typer.Option(help="portrait or landscape.")] = "portrait",
    large: Annotated[bool, typer.Option(help="Large type.")] = False,
    contrast: Annotated[bool, typer.Option(help="High contrast.")] = False,
    check: Annotated[bool, typer.Option(help="Exit 1 when a screen has a fault.")] = False,
) -> None:
    """Render every screen in every preview state."""
    from screens import gallery as room

    faults = room.render(
        out, language=language, large=large, contrast=contrast, orientation=orientation
    )
    for fault in faults:
        console.print(str(fault))
    console.print(f"{out}/index.html · {len(faults)} faults")
    if check and faults:
        raise typer.Exit(FAILED)


@sandbox.command("serve")
def sandbox_serve(
    data: Annotated[Path, typer.Option(help="Folder for cases and pages.")],
    host: str = "127.0.0.1",
    port: int = 8900,
) -> None:
    """Serve the sandbox platform; its staff page is at /staff."""
    from kiosk.paths import SNAPSHOT
    from kiosk.sandbox.server import serve

    console.print(f"platform: http://{host}:{port}/v1   staff: http://{host}:{port}/staff")
    with faults_in_words():
        data.mkdir(parents=True, exist_ok=True)
        serve(host, port, data, catalogue=SNAPSHOT)


@simulators.command("serve")
def simulators_serve(
    folder: Annotated[Path, typer.Option(help="Folder for ports and slips.")],
    control: Annotated[int, typer.Option(help="Port of the control socket on loopback.")] = 8910,
) -> None:
    """Serve simulated devices until interrupted; prints the [devices] settings to use them."""
    with faults_in_words():
        demo.serve_simulators(folder, control)


@simulators.command("desk")
def simulators_desk(
    control: Annotated[int, typer.Option(help="Port of the control socket on loopback.")] = 8910,
    platform: Annotated[str, typer.Option(help="URL of the sandbox.")] = "",
    left: Annotated[int, typer.Option(help="Where the window stands, in pixels.")] = 600,
    top: int = 30,
) -> None:
    """Open the control desk: lay a card, change the page, take the paper away."""
    from screens.desk import run_desk

    run_desk(("127.0.0.1", control), platform, size=(640, 960), at=(left, top))
