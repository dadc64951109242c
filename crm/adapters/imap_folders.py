"""What a folder of a mailbox is for: by its special-use flag (RFC 6154), else by its usual names. Pure."""

from dataclasses import dataclass

_FLAGS = {"\\sent": "sent", "\\all": "all", "\\junk": "junk", "\\drafts": "drafts", "\\trash": "trash"}
_NAMES = {
    "sent": "sent|sent items|sent mail|sent messages|gesendet|gesendete elemente|gesendete objekte|envoyés"
    "|éléments envoyés|messages envoyés|enviados|elementos enviados|mensagens enviadas|posta inviata|inviata"
    "|verzonden items|verzonden|skickat|skickade objekt|wysłane|elementy wysłane",
    "junk": "junk|spam|junk email|junk e-mail|junk-e-mail|bulk mail|spamverdacht|indésirables|courrier indésirable"
    "|correo no deseado|posta indesiderata|ongewenste e-mail|lixo eletrônico|skräppost",
    "drafts": "drafts|entwürfe|brouillons|borradores|bozze|concepten|rascunhos|utkast|kopie robocze",
    "trash": "trash|deleted items|deleted messages|papierkorb|gelöschte elemente|corbeille|éléments supprimés|papelera"
    "|elementos eliminados|cestino|posta eliminata|prullenbak|lixeira|papperskorgen|kosz",
}


@dataclass(frozen=True)
class Folder:
    """A folder and what it is for: inbox, sent, junk, all, drafts, trash or other."""

    name: str
    role: str


def role(name: str, delimiter: str, flags: tuple[str, ...]) -> str:
    """The role of one folder."""
    if name.upper() == "INBOX":
        return "inbox"
    for flag in flags:
        if flag.lower() in _FLAGS:
            return _FLAGS[flag.lower()]
    last = name.rpartition(delimiter or "/")[2].strip().lower()
    return next((what for what, names in _NAMES.items() if last in names.split("|")), "other")
