"""A mail server for the tests: sign-in, STARTTLS or TLS, everything taken into a Maildir. Prints its port."""

import ssl
import sys
import time

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import AuthResult


class Handler(Mailbox):
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 no such mailbox"
        if address.startswith("busy@"):
            return "451 come again"
        envelope.rcpt_tos.append(address)
        return "250 OK"


def signed_in(server, session, envelope, mechanism, data):
    good = (getattr(data, "login", b""), getattr(data, "password", b"")) == (b"echo", b"a password of this test")
    return AuthResult(success=good, handled=good)


maildir, security, certificate, key = sys.argv[1:5]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
options = dict(hostname="127.0.0.1", port=0, authenticator=signed_in, auth_required=True, enable_SMTPUTF8=True)
if security == "tls":
    options.update(ssl_context=context, auth_require_tls=False)
else:
    options.update(tls_context=context, require_starttls=True, auth_require_tls=True)


class Mails(Controller):
    """Takes a free port: the library itself would look for its server on port 0."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


controller = Mails(Handler(maildir), **options)
controller.start()
print(controller.port, flush=True)
while True:
    time.sleep(3600)
