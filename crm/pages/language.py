"""The language of a page as two letters. Pure. The text is asked first: themes often claim English for everything."""

import re
import threading
from functools import lru_cache
from typing import Any

from crm.pages.structured import Structured

_KNOWN = "en de fr es it pt nl sv da no fi pl cs sk hu ro tr el ru uk bg ja zh ko ar he hi id vi th".split()
_CLOSE = ({"da", "no", "sv"}, {"cs", "sk"}, {"es", "pt", "it"}, {"ru", "uk", "bg"})
_KANA = re.compile(r"[\u3040-\u30ff]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_HANGUL = re.compile(r"[\uac00-\ud7af]")
_ENOUGH = 120
_loading = threading.Lock()


def language(text: str, declared: str, said: Structured) -> str | None:
    """ISO 639-1 code, or None when neither the text nor the page tells. `declared` is the lang attribute of <html>."""
    word = _code(declared) or _code(
        said.first("og:locale", "content-language", "dc.language", "language", "inlanguage")
    )
    sample = " ".join(text.split())[:4000]
    letters = sum(c.isalpha() for c in sample)
    if letters < 20:
        return word
    if script := _by_script(sample, letters):
        return script
    if letters < _ENOUGH and word:
        return word
    guess = _guess(sample)
    if word and word != guess and any({word, guess} <= close for close in _CLOSE):
        return word
    return guess if letters >= 60 or not word else word


def _by_script(sample: str, letters: int) -> str | None:
    if len(_KANA.findall(sample)) > letters * 0.1:
        return "ja"
    if len(_HANGUL.findall(sample)) > letters * 0.3:
        return "ko"
    return "zh" if len(_HAN.findall(sample)) > letters * 0.5 else None


def _code(value: str) -> str | None:
    code = re.split(r"[-_,; ]", value.strip().lower())[0]
    code = {"nb": "no", "nn": "no", "jp": "ja", "cn": "zh", "eng": "en", "ger": "de", "deu": "de"}.get(code, code)
    return code if len(code) == 2 and code.isalpha() else None


def _guess(sample: str) -> str:
    code, _score = _model().classify(sample)
    return {"nb": "no", "nn": "no"}.get(str(code), str(code))


def _model() -> Any:
    with _loading:  # readers run in threads; each copy of the model would cost 80 MB
        return _loaded()


@lru_cache(maxsize=1)
def _loaded() -> Any:
    import py3langid  # heavy: loads a model of a few megabytes

    py3langid.set_languages([*_KNOWN, "nn"])
    return py3langid
