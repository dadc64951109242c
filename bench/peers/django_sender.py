"""django-post_office at the same work: run by bench/send.py with the Python of an environment that has it.

`django_sender.py FOLDER PORT queue N` makes the database and N mails from a template;
`django_sender.py FOLDER PORT send` sends what is queued and prints the seconds.
"""

import sys
import time
from pathlib import Path

import django
from django.conf import settings

folder, port = Path(sys.argv[1]), int(sys.argv[2])
settings.configure(
    SECRET_KEY="bench",
    USE_TZ=True,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "post_office.db")}},
    INSTALLED_APPS=["django.contrib.contenttypes", "post_office"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    EMAIL_HOST="127.0.0.1",
    EMAIL_PORT=port,
    POST_OFFICE={"BACKENDS": {"default": "django.core.mail.backends.smtp.EmailBackend"}, "THREADS_PER_PROCESS": 1},
)
django.setup()

from django.core.management import call_command  # noqa: E402
from post_office import mail  # noqa: E402
from post_office.models import EmailTemplate  # noqa: E402

BODY = (
    "Hi Ines,\n\nOn {{ page_short }} the link {{ anchor }} is dead. Ours holds: {{ target_url }}.\n\n{{ sender_name }}"
)

if sys.argv[3] == "queue":
    call_command("migrate", verbosity=0)
    template = EmailTemplate.objects.create(name="pitch", subject="About {{ page_short }}", content=BODY)
    for k in range(int(sys.argv[4])):
        fields = {
            "page_short": "the kit",
            "anchor": "worksheet",
            "target_url": "https://x.example/a",
            "sender_name": "Ada",
        }
        mail.send(
            f"person{k}@site{k}.example", "ada@tidyclock.example", template=template, context=fields,
            render_on_delivery=True, headers={"Message-ID": f"<p{k}@tidyclock.example>"},
        )  # fmt: skip
else:
    started = time.perf_counter()
    mail.send_queued_mail_until_done(processes=1)
    print(time.perf_counter() - started)
