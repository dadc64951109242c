"""What people may send about own pages, checked before any verb is called."""

from werkzeug.datastructures import FileStorage

from crm.errors import BadInput
from crm.targets.crawlfiles import PagesFile, read

MOST_BYTES = 60_000_000


def pages_file(upload: FileStorage | None, reason: str, site: str) -> PagesFile:
    """A crawler's or Search Console's file about pages of `site`. Raises BadInput."""
    body = upload.read(MOST_BYTES + 1) if upload is not None and upload.filename else b""
    if not body or len(body) > MOST_BYTES:
        raise BadInput("Choose a file of at most 60 MB.", field="file")
    return read(body, str(upload.filename) if upload is not None else "", site, reason=reason.strip())
