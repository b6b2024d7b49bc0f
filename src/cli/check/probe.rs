//! `redress check --probe`: the desk mails itself and sees what survives the way.
//!
//! The mail goes to a signed address and carries a forged Authentication-Results field. What arrives shows whether
//! subaddresses are delivered, whether our Message-ID stays, and whether a stranger could speak for the border. A
//! daemon at work takes the mail as the desk's own and files it.
use std::time::Duration;

use anyhow::Context as _;
use tokio::time::{Instant, sleep};

use super::{Findings, servers};
use crate::{
    clerk::Clerk,
    cli::{Exit, opened::counted},
    clock::Clock,
    config::{
        Config,
        settings::{After, MailboxSettings},
    },
    daemon::wiring,
    domain::decision::Nature,
    imap::{Connection, ImapError},
    mail::{
        authenticity::{self, Trust},
        inbound::{self, Limits, Mail},
        outbound,
        token::{Addressing, Audience, Token, Verified, find_in, reply_address},
    },
    smtp::Mailer,
};

const AREA: &str = "probe";
/// How long the mail may be under way.
const LONGEST_WAY: Duration = Duration::from_mins(1);
/// Between two looks into the folders.
const PAUSE: Duration = Duration::from_secs(2);
/// Bytes of a header that are looked at.
const HEADER: u32 = 64 * 1024;
/// The domain that the forged field vouches for. Nobody can own it (RFC 2606).
const FORGED: &str = "forged.invalid";
/// The server in whose name the field is forged where none is trusted.
const ANY_SERVER: &str = "mx.invalid";

/// Sends the probe, waits for it, and reports what is left of it.
pub(super) async fn check(config: &Config, clock: &Clock, findings: &mut Findings) {
    let prepared = wiring::clerk(config, clock.clone()).and_then(|clerk| Probe::new(clerk, config));
    let probe = match prepared {
        Ok(probe) => probe,
        Err(error) => {
            findings.problem(AREA, format!("it cannot be written: {error:#}"), "See above.", Exit::Failure);
            return;
        }
    };
    let mut watched = watch(config, findings).await;
    if watched.is_empty() {
        let advice = "Make the mailboxes work first.";
        findings.problem(AREA, "no mailbox can be watched, so it was not sent", advice, Exit::Unavailable);
        return;
    }
    if let Err(error) = probe.send(config).await {
        findings.problem(
            AREA,
            format!("it cannot be sent: {error:#}"),
            "See the relay above.",
            Exit::Unavailable,
        );
        return;
    }
    let arrived = arrival(&mut watched, &probe).await;
    for folder in watched {
        folder.connection.logout().await;
    }
    match arrived {
        Some(arrived) => probe.report(&arrived, findings),
        None => probe.lost(findings),
    }
}

/// The mail and what proves that it is the one.
struct Probe {
    clerk: Clerk,
    trust: Trust,
    to: String,
    local: String,
    message_id: String,
    /// Stands in the subject, which nobody changes.
    mark: String,
    bytes: Vec<u8>,
}

/// The probe in a folder.
struct Arrived {
    place: String,
    mail: Mail,
    after: Duration,
}

impl Probe {
    fn new(clerk: Clerk, config: &Config) -> anyhow::Result<Self> {
        let trust = wiring::desk_settings(config).trust;
        let desk = clerk.policy.desk_address.as_str();
        let domain = desk.rsplit_once('@').map_or(desk, |(_, domain)| domain);
        let token = Token { dispute: 0, audience: Audience::Customer, serial: 0 };
        let local = clerk.keys.sign_local(token, None);
        let to = reply_address(&clerk.addressing, desk, &local);
        let message_id = clerk.keys.message_id(token, None, clerk.clock.random(), domain);
        let mark = data_encoding::HEXLOWER.encode(&clerk.clock.random::<8>());
        let composed = outbound::compose(&outbound::Draft {
            from_name: &clerk.policy.desk_name,
            from_address: desk,
            to_name: None,
            to_address: &to,
            reply_to: None,
            subject: &format!("Redress probe {mark}"),
            text: "“redress check --probe” sent this mail from the desk to itself. It may be deleted.\n",
            html: None,
            message_id: &message_id,
            in_reply_to: None,
            references: &[],
            nature: Nature::Generated,
            attachments: &[],
            date: clerk.clock.now(),
            loop_mark: &clerk.keys.loop_mark(&message_id),
        })
        .context("it cannot be composed")?;
        let server = trust.authserv_ids.first().map_or(ANY_SERVER, String::as_str);
        let forged = format!("Authentication-Results: {server}; dmarc=pass header.from={FORGED}\r\n");
        let bytes = outbound::normalise(&[forged.as_bytes(), &composed.bytes].concat());
        Ok(Self { clerk, trust, to, local, message_id, mark, bytes })
    }

    async fn send(&self, config: &Config) -> anyhow::Result<()> {
        let mailer = Mailer::new(servers::relay_settings(config)?);
        let sent = mailer.send(Some(&self.clerk.policy.desk_address), &self.to, &self.bytes).await;
        mailer.close().await;
        sent.map_err(|error| anyhow::anyhow!(servers::words(&error)))
    }

    fn lost(&self, findings: &mut Findings) {
        let waited = LONGEST_WAY.as_secs();
        let what = format!("the relay took it, and it did not arrive within {waited} seconds at {}", self.to);
        let advice = match self.clerk.addressing {
            Addressing::None => "See whether the relay delivers the desk's mail to this mailbox.",
            _ => {
                "Let the server deliver such addresses to the desk, or set addressing.mode = \"none\"; if mail is \
                  slow here, try again."
            }
        };
        findings.problem(AREA, what, advice, Exit::Unavailable);
    }

    fn report(&self, arrived: &Arrived, findings: &mut Findings) {
        let Arrived { place, mail, after } = arrived;
        findings.ok(AREA, format!("arrived in {place} after {} seconds", after.as_secs()));
        self.report_address(mail, findings);
        let kept = mail.message_id.as_deref().is_some_and(|id| {
            matches!(self.clerk.keys.verify_message_id(id, &[]), Verified::Valid { .. })
                && id == self.message_id
        });
        if kept {
            findings.ok(AREA, "our Message-ID stays as it is");
        } else {
            let advice = match self.clerk.addressing {
                Addressing::None => "Replies cannot be placed: use another relay, or addressing with tokens.",
                _ => "Replies are placed by their address alone.",
            };
            findings.problem(AREA, "our Message-ID is replaced on the way", advice, Exit::Failure);
        }
        self.report_border(mail, findings);
    }

    fn report_address(&self, mail: &Mail, findings: &mut Findings) {
        let Clerk { addressing, policy, keys, .. } = &self.clerk;
        if *addressing == Addressing::None {
            let what =
                "no signed addresses (addressing.mode = \"none\"): replies are placed by Message-ID alone";
            findings.note(AREA, what, "");
            return;
        }
        let valid = find_in(&mail.recipients, addressing, &policy.desk_address)
            .iter()
            .any(|local| matches!(keys.verify_local(local, &[]), Verified::Valid { .. }));
        let fields: std::collections::BTreeSet<&str> = mail
            .headers
            .iter()
            .filter(|header| header.value.to_lowercase().contains(&self.local))
            .map(|header| header.name.as_str())
            .collect();
        if valid {
            findings.ok(
                AREA,
                format!(
                    "the signed address arrives in {}",
                    fields.into_iter().collect::<Vec<_>>().join(", ")
                ),
            );
        } else {
            let advice = "Set addressing.mode = \"none\": the signed Message-ID then carries all.";
            findings.problem(AREA, "the signed address is in no field that is read", advice, Exit::Failure);
        }
    }

    /// Whether a stranger could speak for the border, and whether the border speaks.
    fn report_border(&self, mail: &Mail, findings: &mut Findings) {
        let stamped: Vec<&str> = mail.headers_named("Authentication-Results").collect();
        let forged = stamped.iter().filter(|value| value.contains(FORGED)).count();
        let found = authenticity::results(&mail.headers, &self.trust);
        let fooled = found.as_ref().is_some_and(|found| found.header_from.as_deref() == Some(FORGED));
        if fooled {
            let advice = "Let your server remove such fields in its name, or set authentication.border_hosts; until \
                          then anybody can pass for anybody.";
            findings.problem(
                AREA,
                "a forged Authentication-Results field is believed",
                advice,
                Exit::Failure,
            );
            return;
        }
        if forged == 0 {
            findings.ok(AREA, "a forged Authentication-Results field is removed on the way");
        } else {
            findings.ok(AREA, "a forged Authentication-Results field stays and is not believed");
        }
        if let Some(found) = found {
            findings.ok(AREA, format!("{} stamps its verdict", found.authserv_id));
            return;
        }
        let ids: Vec<&str> = stamped
            .iter()
            .filter(|value| !value.contains(FORGED))
            .filter_map(|value| value.split([';', ' ']).find(|word| !word.is_empty()))
            .collect();
        if ids.is_empty() {
            let what = "no server stamps a verdict on this way, which mail from outside may still get";
            findings.note(AREA, what, "");
        } else {
            let what = format!("a verdict is stamped by {}, which is not trusted", ids.join(", "));
            let advice = "If it is your server: set authentication.trusted_authserv_ids to its name.";
            findings.note(AREA, what, advice);
        }
    }
}

/// One folder in which the probe may arrive.
struct Watched {
    place: String,
    folder: String,
    connection: Connection,
    /// The next mail has this UID or a higher one.
    next: u32,
}

/// Opens every folder that is read, and those to which a daemon would move the probe at once.
async fn watch(config: &Config, findings: &mut Findings) -> Vec<Watched> {
    let mut watched = Vec::new();
    for mailbox in &config.mailboxes {
        let done = match &mailbox.after {
            After::Move { folder } => Some(folder),
            After::Flag | After::Leave => None,
        };
        for folder in std::iter::once(&mailbox.folder).chain(done) {
            // What fails here was reported with the mailbox; a folder for done mail may not be there yet.
            if let Ok(Some(folder)) = watch_folder(mailbox, folder).await {
                watched.push(folder);
            }
        }
    }
    if !watched.is_empty() {
        findings.ok(AREA, format!("{} watched", counted(watched.len(), "folder")));
    }
    watched
}

async fn watch_folder(mailbox: &MailboxSettings, folder: &str) -> Result<Option<Watched>, ImapError> {
    let Ok(mut connection) = servers::open(mailbox).await else { return Ok(None) };
    if !connection.folder_exists(folder).await? {
        return Ok(None);
    }
    let next = connection.select(folder).await?.uid_next;
    let place = format!("{} of mailbox {}", folder, mailbox.name);
    Ok(Some(Watched { place, folder: folder.to_owned(), connection, next }))
}

/// Looks into the folders in turn until the probe is there or time is up.
async fn arrival(watched: &mut [Watched], probe: &Probe) -> Option<Arrived> {
    let begun = Instant::now();
    while begun.elapsed() < LONGEST_WAY {
        for folder in watched.iter_mut() {
            // A lost connection or a mail that has just been moved: the next look or another folder shows it.
            if let Ok(Some(mail)) = look(folder, probe).await {
                return Some(Arrived { place: folder.place.clone(), mail, after: begun.elapsed() });
            }
        }
        sleep(PAUSE).await;
    }
    None
}

async fn look(watched: &mut Watched, probe: &Probe) -> Result<Option<Mail>, ImapError> {
    watched.connection.select(&watched.folder).await?;
    for uid in watched.connection.search_uids(watched.next, None).await? {
        let Some(head) = watched.connection.fetch_head(uid, HEADER).await? else { continue };
        let (mail, _) = inbound::understand(&head, &Limits::default());
        if mail.subject.contains(&probe.mark) {
            return Ok(Some(mail));
        }
    }
    Ok(None)
}
