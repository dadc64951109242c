"""Hears of new mail at once where a server can tell (IDLE); it never replaces the regular look at the mailbox."""
