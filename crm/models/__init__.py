"""What is true: every table, one file per area. Importing this package registers all of them."""

from crm.models import (  # noqa: F401
    accounts,
    batches,
    contacts,
    events,
    gap,
    learning,
    mail,
    mailboxes,
    outcomes,
    pages,
    prospects,
    targets,
)
