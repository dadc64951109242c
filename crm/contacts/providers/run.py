"""Asking the services for the people of one site. Without a stored key nothing leaves."""

from crm.adapters import lookup, vault
from crm.contacts.providers import kinds, service
from crm.db import reading, transaction
from crm.models.contacts import ContactProvider


def ask(organisation_id: int, domain: str, author: str) -> tuple[list[tuple[str, kinds.Answer]], str]:
    """(kind of service, answer) for each address it knows, and why one could not be asked ("" when all could).

    The next service is asked only when the one before knew nobody.
    """
    why = ""
    with reading() as s:
        ids = [row.id for row in service.all_of(s, organisation_id)]
    for provider_id in ids:
        with transaction() as s:
            row = s.get_one(ContactProvider, provider_id)
            kind, may = row.kind, service.take_one(s, row)
            one = kinds.of(kind, row.template, row.header)
            question = one.question(domain, author, vault.unseal(row.sealed_key, f"provider:{row.public_id}"))
        if not may:
            why = "the questions of today to the address service are used up"
            continue
        try:
            found = one.read(lookup.default().json(question.url, question.headers))
        except lookup.LookupFailed as error:
            why = str(error)
            found = []
        with transaction() as s:
            s.get_one(ContactProvider, provider_id).last_error = why[:300]
        if found:
            return [(kind, answer) for answer in found], ""
    return [], why
