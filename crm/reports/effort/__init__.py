"""Minutes worked and money spent on a prospect or a batch: counted while its page is in front, editable by hand."""
