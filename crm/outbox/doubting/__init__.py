"""Mails of which nobody knows whether they left, until the Sent folder or a person decides."""
