"""Postfix and Dovecot from Debian's packages on loopback, from a configuration written into a temporary folder.

Nothing of the machine's own mail set-up is read or changed. Postfix's master wants to be started by root.
"""

import grp
import os
import pwd
import shutil
import socket
import socketserver
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.reliability.certificates import server_context
from tests.reliability.mail_server import free_port

DOMAINS = ("tidyclock.example", "site.example")
USERS = ("ada@tidyclock.example", "ines@site.example", "dan@site.example", "away@site.example", "absent@site.example")
PASSWORD = "practice"
NEEDED = ("/usr/sbin/postfix", "/usr/sbin/dovecot", "/usr/bin/doveadm")
SIEVE = "/usr/lib/dovecot/modules/lib90_sieve_plugin.so"


def missing() -> str:
    """Why the suite cannot run here; "" when it can."""
    absent = [p for p in (*NEEDED, SIEVE) if not Path(p).exists()]
    if absent:
        return f"not installed: {', '.join(absent)} (apt-get install postfix dovecot-imapd dovecot-lmtpd dovecot-sieve)"
    return "" if os.getuid() == 0 else "Postfix's master process is started by root only"


@dataclass
class PostOffice:
    """Where everything listens. `stripped` is an SMTP door whose STARTTLS was taken away."""

    folder: Path
    smtp: int
    stripped: int
    inside: int
    lmtp: int
    auth: int
    imap: int
    policy: int
    root: Path = field(default_factory=Path)
    greylist: set[str] = field(default_factory=set)  # recipients that are sent away the first time

    @property
    def tls(self) -> ssl.SSLContext:
        """Trusts the authority of this post office."""
        return ssl.create_default_context(cafile=str(self.root))

    def doveadm(self, *words: str) -> str:
        """One command of Dovecot's administrator."""
        command = ["doveadm", "-c", str(self.folder / "dovecot.conf"), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=20).stdout

    def sieve(self, user: str, script: str) -> None:
        """Let a user's script run on each mail that arrives."""
        home = self.folder / "home" / user
        home.mkdir(parents=True, exist_ok=True)
        (home / "active.sieve").write_text(script, encoding="utf-8")
        _give(self.folder / "home", *_keeper())


@contextmanager
def post_office() -> Iterator[PostOffice]:
    """Both servers, running; everything is ended and removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="backloop-peers-", dir="/tmp"))
    folder.chmod(0o755)
    office = PostOffice(folder, *(free_port() for _ in range(7)))
    context_folder = folder / "tls"
    context_folder.mkdir()
    _, office.root = server_context(context_folder, name="localhost")
    with _policy_server(office):
        try:
            _dovecot(office)
            _postfix(office)
            for port in (office.smtp, office.stripped, office.lmtp, office.imap):
                _wait_for(port)
            yield office
        finally:
            subprocess.run(["postfix", "-c", str(folder / "postfix"), "stop"], capture_output=True, timeout=30)
            subprocess.run(["doveadm", "-c", str(folder / "dovecot.conf"), "stop"], capture_output=True, timeout=30)
            time.sleep(0.2)
            shutil.rmtree(folder, ignore_errors=True)


def _keeper() -> tuple[int, int]:
    """Who owns the mails."""
    return pwd.getpwnam("nobody").pw_uid, grp.getgrnam("nogroup").gr_gid


def _give(folder: Path, uid: int, gid: int) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, uid, gid)


def _dovecot(office: PostOffice) -> None:
    folder = office.folder
    uid, gid = _keeper()
    for name in ("home", "run", "state"):
        (folder / name).mkdir()
    _give(folder / "home", uid, gid)
    users = "".join(f"{user}:{{PLAIN}}{PASSWORD}:{uid}:{gid}::{folder}/home/{user}::\n" for user in USERS)
    (folder / "users").write_text(users)
    pem = folder / "tls" / "localhost-False.pem"
    (folder / "dovecot.conf").write_text(f"""
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{pem}
ssl_key = <{pem}
mail_location = maildir:~/mail
hostname = localhost
submission_host = 127.0.0.1:{office.inside}
postmaster_address = postmaster@site.example
auth_mechanisms = plain login
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = passwd-file
  args = {folder}/users
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    special_use = \\Sent
    auto = create
  }}
  mailbox Junk {{
    special_use = \\Junk
    auto = create
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {office.imap}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {office.lmtp}
  }}
}}
service auth {{
  inet_listener {{
    address = 127.0.0.1
    port = {office.auth}
  }}
}}
protocol lmtp {{
  mail_plugins = sieve
}}
plugin {{
  sieve = file:~/sieve;active=~/active.sieve
  sieve_vacation_send_from_recipient = yes
  sieve_extensions = +editheader
}}
""")
    _run("dovecot", "-c", str(folder / "dovecot.conf"))


def _postfix(office: PostOffice) -> None:
    folder = office.folder
    conf = folder / "postfix"
    conf.mkdir()
    for name in ("queue", "data"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix", "postfix")
    pem = folder / "tls" / "localhost-False.pem"
    (conf / "users").write_text("".join(f"{user} x\n" for user in (*USERS, "gone@site.example")))
    (conf / "main.cf").write_text(f"""
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
myhostname = mail.tidyclock.example
mydestination =
alias_maps =
alias_database =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = {" ".join(DOMAINS)}
virtual_mailbox_maps = texthash:{conf}/users
virtual_transport = lmtp:inet:127.0.0.1:{office.lmtp}
default_transport = error:no way out of this machine
smtpd_tls_cert_file = {pem}
smtpd_tls_key_file = {pem}
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{office.auth}
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = reject_unlisted_recipient, check_policy_service inet:127.0.0.1:{office.policy}, permit
message_size_limit = 200000
smtpd_peername_lookup = no
bounce_queue_lifetime = 1m
""")
    relaxed = "-o smtpd_relay_restrictions=permit_mynetworks,reject -o smtpd_recipient_restrictions=permit"
    services = "cleanup:unix:n:0 qmgr:unix:n:1 rewrite:unix:-:- bounce:unix:-:0 defer:unix:-:0 trace:unix:-:0 "
    services += "verify:unix:-:1 proxymap:unix:-:- smtp:unix:-:- error:unix:-:- retry:unix:-:- lmtp:unix:-:- "
    services += "anvil:unix:-:1 scache:unix:-:1 tlsmgr:unix:-:1 showq:unix:n:- flush:unix:n:0"
    programs = {"rewrite": "trivial-rewrite", "defer": "bounce", "trace": "bounce", "retry": "error"}
    lines = [
        f"127.0.0.1:{office.smtp} inet n - n - - smtpd",
        f"127.0.0.1:{office.stripped} inet n - n - - smtpd -o smtpd_tls_security_level=none",
        f"127.0.0.1:{office.inside} inet n - n - - smtpd {relaxed}",
        "postlog unix-dgram n - n - 1 postlogd",
    ]
    for word in services.split():
        name, kind, private, most = word.split(":")
        wake = "1000?" if name in ("tlsmgr", "flush") else "300" if name == "qmgr" else "-"
        lines.append(f"{name} {kind} {private} - n {wake} {most} {programs.get(name, name)}")
    (conf / "master.cf").write_text("\n".join(lines) + "\n")
    _run("postfix", "-c", str(conf), "start")


def _run(*command: str) -> None:
    """Start a server that goes on in the background (it keeps our pipes, so what it says goes into a file)."""
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, timeout=30)
        if done.returncode:
            said.seek(0)
            raise RuntimeError(f"{command[0]} did not start: {said.read()[-500:].decode('utf-8', 'replace')}")


@contextmanager
def _policy_server(office: PostOffice) -> Iterator[None]:
    """Postfix asks it about each recipient; those to be greylisted are sent away once."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            asked: dict[str, str] = {}
            while line := self.rfile.readline().decode().strip("\n"):
                name, _, value = line.partition("=")
                asked[name] = value
            rcpt = asked.get("recipient", "")
            grey = rcpt in office.greylist
            office.greylist.discard(rcpt)
            action = "451 4.7.1 Greylisted, come back later" if grey else "DUNNO"
            self.wfile.write(f"action={action}\n\n".encode())

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    server = Server(("127.0.0.1", office.policy), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def _wait_for(port: int, seconds: float = 15.0) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nothing listens on port {port}")
