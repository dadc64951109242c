"""The outside world behind plain values: SMTP, IMAP, web, DNS, secrets, files. Knows no models."""
