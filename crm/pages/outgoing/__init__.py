"""Links of pages that are looked at in turn: dead ones, the habit of a site, pages that name us."""
