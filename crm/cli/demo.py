"""`flask demo`: the whole main job, unattended, on a practice world of its own."""

import json
import sys

import click

from crm.cli.output import json_option


@click.command("demo")
@click.option("--seed", default=1, show_default=True, help="Which world.")
@json_option
def demo_command(seed: int, as_json: bool) -> None:
    """Do the main job from five export files to a changed ranking, in a temporary folder, in about a minute."""
    from crm.practice.demo import demo  # imports every slice and the mail servers

    bars = _Bars(sys.stderr.isatty())
    figures = demo(seed, bars.tell)
    bars.end()
    click.echo(json.dumps(figures.as_json()) if as_json else figures.in_words())


class _Bars:
    """One progress bar after the other on standard error; only the ends when that is no terminal."""

    def __init__(self, live: bool) -> None:
        self._live, self._step, self._shown = live, "", -1

    def tell(self, step: str, done: int, total: int) -> None:
        """Show how far a step is."""
        share = min(30, 30 * done // max(1, total))
        if step != self._step:
            self.end()
            self._step, self._shown = step, -1
        if not self._live or share == self._shown:
            return
        self._shown = share
        click.echo(f"\r  {step:<22} [{'#' * share}{'.' * (30 - share)}] {done:>4} of {total}", nl=False, err=True)

    def end(self) -> None:
        """Finish the bar that is shown."""
        if self._step:
            click.echo("" if self._live else f"  {self._step}", err=True)
        self._step = ""


commands = [demo_command]
