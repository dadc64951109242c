"""flask plan: how many links a page needs, and how many pitches that takes. Stateless."""

from pathlib import Path

import click

from crm.cli.output import emit, json_option
from crm.cli.rankings import first_three
from crm.errors import BadInput
from crm.learning import planner
from crm.learning.words import spoken
from crm.vocabulary import LinkType

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False, readable=True)
CAUTION = "Before you count: does the page meet the search intent, is it trusted, healthy, and is the site as strong?"
group = click.Group("plan", help="How many links a page needs, and how many pitches that takes.")


@group.command("needed")
@click.option("--top", type=int, multiple=True, help="Links of a page in the top 3; give it up to 3 times.")
@click.option("--serp", type=_FILE, help="A SERP overview: --top and --top-dr are taken from its first three results.")
@click.option("--keyword", default="", help="Which keyword of --serp; needed when the file holds several.")
@click.option("--top-dr", type=float, multiple=True, help="Authority of that page's site; as often as --top.")
@click.option("--dr", type=float, help="Authority of your own site.")
@click.option("--have", type=int, default=0, help="Links your page has already.")
@click.option("--years", type=float, default=0.0, help="Length of the campaign; links lost on the way are added.")
@click.option("--loss", type=float, default=planner.YEARLY_LOSS, show_default=True, help="Share of links lost a year.")
@click.option("--growth", type=float, default=0.0, help="New domains a month of the median rival page.")
@click.option("--months", type=float, default=0.0, help="Months over which rivals grow.")
@click.option("--unit", default="referring domains", show_default=True, help="What --top counts.")
@json_option
def needed(
    top: tuple[int, ...],
    serp: Path | None,
    keyword: str,
    top_dr: tuple[float, ...],
    dr: float | None,
    have: int,
    years: float,
    loss: float,
    growth: float,
    months: float,
    unit: str,
    as_json: bool,
) -> None:
    """Links a page needs, from those of the top three pages for its keyword (--top, or a --serp file)."""
    if serp is not None:
        read = first_three(serp, keyword)
        top, top_dr, unit = top or read.links, top_dr or read.dr, read.unit
    if not top:
        raise click.UsageError("Give --top once for each of the first three pages, or --serp with a SERP overview.")
    try:
        plan = planner.needed(
            top,
            have=have,
            top_dr=top_dr,
            dr=dr,
            years=years,
            yearly_loss=loss,
            monthly_growth=growth,
            months=months,
            unit=unit,
        )
    except ValueError as error:
        raise BadInput(str(error)) from error
    emit(plan.as_dict(), as_json, lambda: _needed_text(plan))


@group.command("volume")
@click.option("--links", type=click.IntRange(1), required=True, help="Links wanted.")
@click.option(
    "--link-type", type=click.Choice([t.value for t in LinkType]), required=True, help="How they are to be got."
)
@click.option("--wins", type=click.IntRange(0), default=0, help="Links this way has brought you so far.")
@click.option("--matured", type=click.FloatRange(0), default=0.0, help="Matured pitches behind those wins.")
@json_option
def volume(links: int, link_type: str, wins: int, matured: float, as_json: bool) -> None:
    """Pitches for so many links: by division, and for 50 % and 80 % certainty."""
    plan = planner.volume(links, *planner.rate_of(link_type, wins, matured))
    emit({"link_type": link_type, **plan.as_dict()}, as_json, lambda: _volume_text(plan, link_type))


def _needed_text(plan: planner.Needed) -> str:
    if not plan.links_decide:
        return plan.warning
    lines = [
        f"{plan.needed} more {plan.unit} (target {plan.target}, you have {plan.have}).",
        f"Top pages: mean {plan.mean:.2f}, median {plan.median:g}, from {plan.range[0]} to {plan.range[1]}; "
        f"authority factor {plan.factor:.2f}.",
    ]
    if plan.needed_with_losses != plan.needed:
        lines.append(f"With losses and rivals' growth: {plan.needed_with_losses}.")
    return "\n".join([*lines, *([plan.warning] if plan.warning else []), CAUTION])


def _volume_text(plan: planner.Volume, link_type: str) -> str:
    lines = [
        f"{plan.links} links from {spoken(link_type)} pitches: {plan.naive:,} by division, "
        f"{plan.p50:,} to be half sure, {plan.p80:,} to be 80 % sure.",
        f"Rate {plan.mean:.1%}, 80 % interval {plan.low:.1%} to {plan.high:.1%}.",
    ]
    if plan.above_ceiling:
        lines.append("Careful: warm outreach rarely converts above 15 to 20 percent.")
    return "\n".join(lines)
