"""What the practice world writes about: titles, sentences and names, by topic."""

TOPICS: dict[str, dict[str, tuple[str, ...]]] = {
    "freelance": {
        "titles": ("Time tracking for freelancers", "How freelancers keep their hours", "Running a one-person studio",
                   "The freelance toolkit", "Getting paid for every hour", "Solo work without the chaos"),
        "sentences": (
            "A freelancer who tracks time by the hour sees which client eats the week.",
            "Most freelancers lose two billable hours a week because nobody starts the timer.",
            "Track your time for one month before you decide what a project costs.",
            "Time tracking for freelancers works when it takes less than ten seconds a day.",
            "A simple timer and a weekly review beat every complicated system.",
            "Clients rarely argue about an invoice that comes with a clear time log.",
            "Freelance designers often track hours only for the projects that already went wrong.",
            "Block admin hours in the calendar and log them like client work."),
        "anchors": ("time tracking for freelancers", "this freelance time log", "a simple freelance timer"),
    },
    "timesheets": {
        "titles": ("Timesheet templates", "Weekly timesheets made simple", "Free timesheet downloads",
                   "Paper, spreadsheet or app: timesheets compared", "Timesheets that people fill in"),
        "sentences": (
            "A timesheet template saves the first hour of every payroll run.",
            "Weekly timesheets are easier to approve than monthly ones.",
            "Print the timesheet for the workshop and keep the spreadsheet for the office.",
            "The best timesheet template has one line for each project and nothing else.",
            "Staff fill in timesheets on Friday from memory unless somebody reminds them on Tuesday.",
            "Rounding rules belong at the top of the timesheet, in words.",
            "A spreadsheet timesheet adds up overtime by itself."),
        "anchors": ("timesheet template", "free weekly timesheet", "printable timesheet"),
    },
    "rates": {
        "titles": ("How to set your hourly rate", "The hourly rate worksheet", "Pricing your work",
                   "What an hour costs you", "Day rates and fixed prices"),
        "sentences": (
            "Your hourly rate has to pay for holidays, admin and the weeks without work.",
            "Before you quote a fixed price, work out what an hour of yours costs.",
            "An hourly rate calculator shows how few hours of the year are billable.",
            "Raise the hourly rate for new clients first.",
            "Divide the yearly costs by billable hours, not by working hours.",
            "A day rate hides the hour in which nothing happened.",
            "Write the rate down, because a rate you calculate on the phone is always too low."),
        "anchors": ("hourly rate calculator", "hourly rate worksheet", "rate calculator"),
    },
    "billing": {
        "titles": ("Invoicing for small studios", "Billable hours explained", "From time log to invoice",
                   "Getting invoices paid on time", "A calm way to bill clients"),
        "sentences": (
            "Billable hours are the hours that end up on an invoice, not the hours you worked.",
            "An invoice that lists hours by task is paid sooner.",
            "Send the invoice the day the work ends, with the time log attached.",
            "The share of billable hours in small agencies is between fifty and seventy percent.",
            "Retainers need a time log as well, or they become unlimited work.",
            "Round to six minutes only if the contract says so.",
            "Late payment starts with an invoice that nobody can check."),
        "anchors": ("billable hours study", "billable hours benchmark", "guide to billable hours"),
    },
    "remote": {
        "titles": ("Remote teams and their hours", "Working across time zones", "The remote handbook",
                   "Keeping hours without watching people", "Asynchronous work weeks"),
        "sentences": (
            "Remote teams track time to see the load, not to watch people.",
            "Write down working hours where the whole team can see them.",
            "Time zones make a shared timesheet more useful than a stand-up.",
            "Screenshots of desktops destroy more trust than they save hours.",
            "A remote team needs one place for hours, one for tasks and one for talk.",
            "Ask for hours once a week and never at midnight.",
            "People at home forget breaks, and the time log shows it."),
        "anchors": ("time tracking for remote teams", "remote timesheet guide", "team time tracker"),
    },
    "tools": {
        "titles": ("Time tracking apps compared", "The best time trackers", "Time tracking software for small teams",
                   "Tools we use every day", "Apps for small agencies"),
        "sentences": (
            "We tried every time tracking app for a month with a team of six.",
            "The best time tracking software is the one that people keep open.",
            "Price per seat matters less than the minutes lost in a slow app.",
            "A time tracker should export plain files without a paid plan.",
            "Reminders at the end of the day doubled the number of tracked hours.",
            "Small teams need a time tracker with projects, rates and nothing more.",
            "Look for apps that work without a connection."),
        "anchors": ("time tracking app", "this time tracker", "time tracking software"),
    },
    "business": {
        "titles": ("Running a small business", "The small office ledger", "Payroll without tears",
                   "Hiring your first employee", "Bookkeeping for makers"),
        "sentences": (
            "A small business runs on three numbers: cash, hours and orders.",
            "Payroll starts with hours that somebody wrote down.",
            "The first employee changes how you count time.",
            "Ask your bookkeeper which hours the tax office wants to see.",
            "Overtime has to be recorded in most countries.",
            "Cash flow plans fail when the hours behind them are guesses.",
            "Set one afternoon a month aside for the office."),
        "anchors": ("working hours record", "overtime guide", "payroll hours checklist"),
    },
    "focus": {
        "titles": ("Deep work in a loud week", "A calendar that defends itself", "Doing fewer things",
                   "Habits for people with deadlines", "The productive afternoon"),
        "sentences": (
            "Deep work needs two hours in which nothing may ring.",
            "A time log of one honest week is the cheapest productivity course.",
            "People guess their focused hours at six and measure three.",
            "Plan half of the day and leave the rest to other people.",
            "The afternoon is for calls, the morning for the hard thing.",
            "A timer on the desk changes how long a task takes.",
            "Write down every interruption for a week, then remove the largest one."),
        "anchors": ("time log template", "deep work tracker", "week of time tracking"),
    },
    "travel": {
        "titles": ("Slow trains of the north", "Ten beaches without a road", "What to pack for rain"),
        "sentences": ("The ferry leaves at seven and the harbour cafe opens at six.",
                      "Book the window seat on the left for the fjord.",
                      "Rain makes the old town shine.", "A tent weighs less than a regret."),
        "anchors": ("read more", "this page", "their blog"),
    },
    "cooking": {
        "titles": ("Bread on a weekday", "Seven soups", "The pantry list"),
        "sentences": ("Salt the dough after the first rest.", "Onions want more time than the recipe says.",
                      "A heavy pot forgives a busy cook.", "Keep lemons and nobody will call it a bad dinner."),
        "anchors": ("source", "here", "kitchen timer"),
    },
    "gaming": {
        "titles": ("Indie games of the month", "Speedrun diary", "Couch co-op for four"),
        "sentences": ("The second boss is a lesson in patience.", "Frame rates dip in the swamp.",
                      "Four controllers and one sofa are all it takes.", "The soundtrack deserves headphones."),
        "anchors": ("speedrun timer", "link", "website"),
    },
}  # fmt: skip
NEAR = ("freelance", "timesheets", "rates", "billing", "remote", "tools", "business", "focus")
FAR = ("travel", "cooking", "gaming")

FIRST = ("Ines", "Marek", "Ruth", "Tomas", "Aiko", "Priya", "Jonas", "Lena", "Omar", "Greta", "Paul", "Noor", "Eva",
         "Callum", "Sofia", "Dario", "Mina", "Henrik", "Zoe", "Anton", "Beth", "Karim", "Julia", "Peter", "Hana",
         "Mateo", "Alice", "Viktor", "Carla", "Ben", "Ida", "Rafael", "Nina", "Oscar", "Tess", "Yusuf")  # fmt: skip
LAST = ("Moreno", "Kowalski", "Fischer", "Novak", "Tanaka", "Rao", "Lindqvist", "Weber", "Haddad", "Olsen", "Martin",
        "Bakker", "Costa", "Reid", "Rossi", "Petrov", "Khan", "Berg", "Walsh", "Ivanov", "Clarke", "Silva", "Jensen",
        "Schmidt", "Sato", "Garcia", "Brown", "Horvat", "Mendes", "Hughes", "Dahl", "Santos", "Keller",
        "Nilsson")  # fmt: skip

NAME_HEADS = ("freelance", "studio", "solo", "office", "desk", "agency", "remote", "maker", "ledger", "craft", "small",
              "honest", "quiet", "north", "paper", "indie", "side", "plain", "morning", "client", "founder", "team",
              "worker", "open", "bright", "harbour", "copper", "willow", "stone", "maple")  # fmt: skip
NAME_TAILS = ("stack", "hours", "weekly", "handbook", "notes", "journal", "guide", "ops", "collective", "report",
              "library", "bench", "circle", "lab", "review", "letters", "almanac", "works", "toolbox", "press",
              "commons", "pages", "post", "house")  # fmt: skip
