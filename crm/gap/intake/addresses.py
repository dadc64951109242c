"""Addresses of a whole column at once: plain ones inside DuckDB, the rest one by one, with the same answer. Pure."""

from dataclasses import dataclass
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
from pyarrow import compute as pc

from crm import domains

_PLAIN = r"https?://[a-z0-9_][a-z0-9._-]*(/[A-Za-z0-9/?&=%:;@!$'()*+,~\[\]|._-]*)?"
_TRACKING = r"(utm_\w*|gclid|gad\w*|fbclid|srsltid|msclkid|ref)"  # domains.TRACKING
_SPLIT = f"""
SELECT text, regexp_full_match(text, '{_PLAIN.replace("'", "''")}')
       AND NOT (contains(text, '?') AND regexp_matches(text, '(?i)[?&]{_TRACKING}?(&|$)')) AS plain,
       split_part(text, '/', 3) AS host,
       CASE WHEN starts_with(text, 'https') THEN substr(text, 9) ELSE substr(text, 8) END AS bare
FROM texts"""
_PARTS = f"""
SELECT *, rtrim(split_part(named, '?', 1), '/') AS path,
       CASE WHEN contains(named, '?')
            THEN regexp_replace('&' || substr(named, strpos(named, '?') + 1), '(?i)&{_TRACKING}=[^&]*', '', 'g')
            ELSE '' END AS query
FROM (SELECT *, CASE WHEN starts_with(bare, 'www.') THEN substr(bare, 5) ELSE bare END AS named FROM ({_SPLIT}))"""
_FORMS = f"""
SELECT plain, host, CASE WHEN contains(bare, '/') THEN text ELSE text || '/' END AS url,
       CASE WHEN query = '' THEN path ELSE path || '?' || substr(query, 2) END AS key
FROM ({_PARTS})"""
_KNOWN_HOSTS = 400_000


@dataclass(frozen=True)
class Addresses:
    """The forms of a column of texts; all null where a text is no address. `bare`: the host without www, or the site
    where the path names it."""

    url: pa.Array
    key: pa.Array
    site: pa.Array
    bare: pa.Array


class Reader:
    """Reads columns of addresses; remembers hosts between blocks."""

    def __init__(self, db: Any) -> None:
        """`db` is a DuckDB connection of the caller."""
        self._db = db
        self._sites: dict[str, str | None] = {}

    def read(self, texts: pa.Array) -> Addresses:
        """The forms of each text, already stripped of spaces around it."""
        self._db.register("texts", pa.table({"text": texts}))
        found = self._db.sql(_FORMS).to_arrow_table().combine_chunks()
        self._db.unregister("texts")
        host = _chunk(found, "host")
        plain = pc.if_else(_chunk(found, "plain"), host, pa.scalar(None, pa.string())).dictionary_encode()
        sites = pa.array([self._site(name) for name in plain.dictionary.to_pylist()], pa.string())
        site = sites.take(plain.indices)
        odd = pc.is_null(site)
        nothing = pa.scalar(None, pa.string())
        forms = {name: pc.if_else(odd, nothing, _chunk(found, name)) for name in ("url", "key")}
        bare = pc.if_else(odd, nothing, pc.replace_substring_regex(host, r"\Awww\.", ""))
        rest = {"url": forms["url"], "key": forms["key"], "site": site, "bare": bare}
        if pc.any(odd).as_py():
            rest = _exact(texts, odd, rest)
        return Addresses(**rest)

    def _site(self, host: str | None) -> str | None:
        """The site of a host that stands as it should; None where the whole address has to be looked at."""
        if host is None:
            return None
        if host not in self._sites:
            if len(self._sites) > _KNOWN_HOSTS:
                self._sites.clear()
            named = host.removeprefix("www.") in domains.SHARED_PATHS
            self._sites[host] = None if named else domains.site_of_plain(host)
        return self._sites[host]


def _exact(texts: pa.Array, odd: pa.Array, forms: dict[str, pa.Array]) -> dict[str, pa.Array]:
    told = texts.filter(odd).dictionary_encode()
    found = [domains.address(text) if text else None for text in told.dictionary.to_pylist()]
    exact = {
        "url": [a and a.url for a in found],
        "key": [a and a.key for a in found],
        "site": [a and a.site for a in found],
        "bare": [a and a.host.removeprefix("www.") + (a.site if "/" in a.site else "") for a in found],
    }
    return {
        name: pc.replace_with_mask(values, odd, pa.array(exact[name], pa.string()).take(told.indices))
        for name, values in forms.items()
    }


def _chunk(table: pa.Table, name: str) -> pa.Array:
    column = table.column(name)
    made = column.combine_chunks()
    return made.chunk(0) if isinstance(made, pa.ChunkedArray) else made
