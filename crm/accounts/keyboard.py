"""The keys of the product, as the help dialog and the settings page list them."""

KEYS = (
    ("Ctrl K", "Search or jump to"),
    ("?", "This list"),
    ("G then T G P B I L R", "Go to Today, Gap, Prospects, Batches, Inbox, Links, Report"),
    ("J K", "Next, previous row"),
    ("X, Shift X", "Select a row, a range"),
    ("Enter", "Open the row"),
    ("Space", "Look at it in a drawer"),
    ("B", "Add to a batch"),
    ("C", "Find a contact"),
    ("E", "Set aside"),
    ("F", "Add a filter"),
    ("Z", "Undo"),
    ("1 to 7", "Outcome of an answer"),
    ("R", "Write an answer"),
    ("Ctrl Enter", "Send"),
    ("Esc", "Back"),
)
