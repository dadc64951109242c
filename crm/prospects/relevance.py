"""Pure: how near a linking page is to our target pages, which of them fits best, and whether any does.

Words of any language: accents fall, long words count by their stem's letters as well, scripts without spaces by pairs
of signs. TF-IDF cosine against each target page, once by its head (title, topic, keywords) and once by its full text;
the nearer one counts, because a title of eight words is never near to a text of two thousand.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

FULL_COSINE = 0.35  # a cosine at which the topic counts as the same
FITS = 0.25  # below this topic no page of ours deserves the link
MAX_CHARS = 20_000
STEM = 5
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]+")
_URL_NOISE = frozenset("www html htm php aspx index com net org page pages post posts blog category tag amp id".split())
_STOP = frozenset(
    """a an and are as at be but by can for from has have how i in into is it its more most my new no not of on one or
    our out over so than that the their them then there these they this to top up us use was we were what when where
    which who why will with you your all any also best about after do get if just like make
    der die das den dem des ein eine einen einer und oder ist sind im in von zu zur zum mit auf fur nicht auch als bei
    wie sie wir ihr aus nach am es so man noch nur wenn uber
    le la les un une des du de et est sont dans pour par sur avec pas plus que qui ce cette au aux en vous nous votre
    el los las una unos y o es son del al por para con no se su mas como que lo
    il lo gli i e di da in con su per tra che non si un piu
    o os as um uma do da dos das em no na por para com nao se mais
    het een van en te dat die is op voor met niet zijn aan ook als bij om er
    och att det som en ett av pa for med till den inte""".split()
)


@dataclass(frozen=True)
class TargetText:
    """A page of ours as far as its topic goes."""

    title: str = ""
    topic: str = ""
    keywords: tuple[str, ...] = ()
    text: str = ""
    url: str = ""
    language: str = ""
    is_homepage: bool = False


@dataclass(frozen=True)
class Fit:
    """Topic (0 to 1) of the nearest target page; `page` is its position, None when no page fits."""

    page: int | None
    topic: float | None
    nearest: int | None = None


class TopicIndex:
    """Compares texts with our target pages. `background`: some linking pages, to learn which words are common."""

    def __init__(self, targets: Sequence[TargetText], background: Sequence[str] = ()) -> None:
        from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer

        self.targets = list(targets)
        heads = [" ".join([t.title, t.topic, *t.keywords, *t.keywords]) for t in self.targets]
        texts = [
            " ".join([head, url_words(t.url), t.text[:MAX_CHARS]]) for head, t in zip(heads, self.targets, strict=True)
        ]
        self._count = HashingVectorizer(analyzer=tokens, n_features=2**18, norm=None, alternate_sign=False)
        self._weigh = TfidfTransformer(sublinear_tf=True)
        known = [*texts, *background[:2000]]
        self._weigh.fit(self._count.transform(known or [""]))
        self._heads, self._texts = self._vectors(heads), self._vectors(texts)

    def topic(self, text: str) -> list[float]:
        """0 to 1 for each target page; all 0 when the text has no words."""
        return [float(v) for v in self.topics([text])[0]]

    def topics(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """One row per text, one column per target page."""
        if not texts or not self.targets:
            return np.zeros((len(texts), len(self.targets)))
        found = self._vectors([text[:MAX_CHARS] for text in texts])
        near = np.maximum((found @ self._heads.T).toarray(), (found @ self._texts.T).toarray())
        return np.asarray(np.minimum(1.0, near / FULL_COSINE), dtype=np.float64)

    def best(self, texts: Sequence[str]) -> list[Fit]:
        """The target page to pitch for each text. A text without words is "not known", not "does not fit"."""
        if not self.targets:
            return [Fit(None, None)] * len(texts)
        near, fits = self.topics(texts), []
        for text, row in zip(texts, near, strict=True):
            at = int(np.argmax(row))
            wordless = not any(True for _ in tokens(text))
            fits.append(Fit(None, None) if wordless else Fit(at if row[at] >= FITS else None, float(row[at]), at))
        return fits

    def _vectors(self, texts: Sequence[str]) -> "csr_matrix":
        return self._weigh.transform(self._count.transform(texts or [""]))


def warm_up() -> None:
    """Load the libraries behind this file; the first comparison of a process would wait for them."""
    TopicIndex([TargetText("warm")]).best(["warm"])


def page_text(*, title: str = "", url: str = "", anchor: str = "", context: str = "", text: str = "") -> str:
    """What speaks for the topic of a linking page, in one string."""
    return " ".join(part for part in (title, title, url_words(url), anchor, context, text[:MAX_CHARS]) if part)


def context(linked_url: str, anchor: str, brands: Iterable[str], index: TopicIndex, page: int | None) -> float | None:
    """1: the rival's linked page has the topic of one of ours. 0: the link went to the rival itself. None: not known.

    A link to a rival's home page counts in full when the page we pitch is our home page.
    """
    to_rival = is_homepage(linked_url) or _is_brand(anchor, brands)
    if to_rival:
        ours_is_home = page is not None and index.targets[page].is_homepage
        return 1.0 if ours_is_home else 0.0
    said = " ".join((url_words(linked_url), anchor))
    near = index.topic(said) if linked_url else []
    return 1.0 if near and max(near) >= FITS else None


def language(found: str, wanted: Iterable[str]) -> float | None:
    """1 the same, 0 another, None when either is not known. Compares "de" with "de-AT" as equal."""
    ours = {code.lower()[:2] for code in wanted if code}
    theirs = found.lower()[:2] if found else ""
    return None if not theirs or not ours else float(theirs in ours)


def is_homepage(url: str) -> bool:
    """Whether the address has no path that says anything."""
    if not url:
        return False
    path = urlsplit(url if "//" in url else f"//{url}").path.strip("/").lower()
    return path in ("", "index.html", "index.htm", "index.php", "home") or bool(
        re.fullmatch(r"[a-z]{2}(-[a-z]{2})?", path)
    )


def url_words(url: str) -> str:
    """Words of an address's path, without numbers and file endings."""
    if not url:
        return ""
    path = unquote(urlsplit(url if "//" in url else f"//{url}").path)
    return " ".join(w for w in _WORD.findall(path) if not w.isdigit() and w.lower() not in _URL_NOISE)


def tokens(text: str) -> Iterable[str]:
    """Words, stems of long words, and pairs of signs where words have no spaces between."""
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", text[: MAX_CHARS * 2].casefold()) if not unicodedata.combining(c)
    )
    for run in _DENSE.findall(text):
        yield from (run[i : i + 2] for i in range(len(run) - 1))
    for word in _WORD.findall(plain):
        if len(word) < 2 or word in _STOP or word.isdigit():
            continue
        yield word
        if len(word) > STEM:
            yield "~" + word[:STEM]
        elif len(word) >= 4:
            yield "~" + word.rstrip("s")[:STEM]


def _is_brand(anchor: str, brands: Iterable[str]) -> bool:
    said = "".join(_WORD.findall(anchor.casefold()))
    return bool(said) and said in {"".join(_WORD.findall(brand.casefold())) for brand in brands}
