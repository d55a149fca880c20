//! Mail, by SMTP.

use anyhow::Context as _;
use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor,
    message::{Mailbox, MessageBuilder, header::ContentType},
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
    },
};
use secrecy::ExposeSecret as _;

use super::{Answer, Message, later, never};
use crate::config::{Security, Smtp};

/// A line to a mail server.
pub(crate) struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    host: String,
}

impl Mailer {
    /// Makes the line; connects to nobody yet.
    pub(crate) fn new(config: &Smtp) -> anyhow::Result<Self> {
        let parameters = || -> anyhow::Result<TlsParameters> {
            let mut builder = TlsParameters::builder(config.host.clone());
            if !config.trust.as_os_str().is_empty() {
                let pem = std::fs::read(&config.trust).context("reading notification.smtp.trust")?;
                for certificate in pem_parts(&pem) {
                    builder = builder.add_root_certificate(
                        Certificate::from_pem(certificate).context("notification.smtp.trust")?,
                    );
                }
            }
            builder.build().context("TLS of notification.smtp")
        };
        let tls = match config.security {
            Security::Starttls => Tls::Required(parameters()?),
            Security::Tls => Tls::Wrapper(parameters()?),
            Security::None => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&config.host)
            .port(config.port)
            .tls(tls)
            .timeout(Some(std::time::Duration::from_secs(20)));
        if !config.user.is_empty() {
            let password = config.password.expose_secret().to_owned();
            builder = builder.credentials(Credentials::new(config.user.clone(), password));
        }
        let from = config.from.parse().context("notification.smtp.from")?;
        Ok(Self { transport: builder.build(), from, host: config.host.clone() })
    }

    /// Hands a mail over.
    pub(crate) async fn send(&self, message: &Message) -> Answer {
        let Ok(to) = message.to.expose_secret().trim().parse::<Mailbox>() else {
            return never("no-address");
        };
        // The id stays the same: a mail that comes twice is seen as one by its Message-ID.
        let mail = MessageBuilder::new()
            .from(self.from.clone())
            .to(to)
            .subject(format!("{} · {}", message.title.0, message.title.1))
            .message_id(Some(format!("<{}@{}>", message.id, self.host)))
            .header(ContentType::TEXT_PLAIN)
            .body(format!("{}\r\n\r\n{}\r\n", message.body.0, message.body.1));
        let Ok(mail) = mail else { return never("no-mail") };
        match self.transport.send(mail).await {
            Ok(answer) => {
                let receipt = answer.first_word().map(str::to_owned);
                (notification_rules::lifecycle::Command::Bring, receipt)
            }
            // 5xx of a recipient is for good; of a sign-in it is for the operator to mend meanwhile.
            Err(error) if error.is_permanent() && !refused_sign_in(&error) => never("refused"),
            Err(error) if error.is_timeout() => later("timeout"),
            Err(error) if error.is_tls() => later("tls"),
            Err(_) => later("carrier-away"),
        }
    }
}

fn refused_sign_in(error: &lettre::transport::smtp::Error) -> bool {
    error.status().is_some_and(|code| matches!(code.to_string().as_str(), "530" | "534" | "535" | "538"))
}

/// Each certificate of a file alone.
fn pem_parts(pem: &[u8]) -> Vec<&[u8]> {
    const END: &[u8] = b"-----END CERTIFICATE-----";
    let (mut parts, mut rest) = (Vec::new(), pem);
    while let Some(at) = rest.windows(END.len()).position(|window| window == END) {
        let (part, after) = rest.split_at(at + END.len());
        parts.push(part);
        rest = after;
    }
    parts
}
