//! From the configuration to the parts: one place where every setting finds its owner.
use std::sync::Arc;

use anyhow::{Context, anyhow};
use secrecy::SecretString;

use super::{
    Parts,
    instance::{Heir, Instance},
};
use crate::{
    clerk::{Clerk, Envelope, Release},
    clock::Clock,
    config::{
        Config,
        settings::{self as configured, After, Location, MailboxSettings, Server},
    },
    desk::{self, Desk},
    domain::policy::Enabled,
    imap, intake,
    mail::{
        authenticity::Trust,
        inbound::Limits,
        token::{Addressing, KeyRing},
    },
    net::{Endpoint, Security, TlsSettings},
    sender::Sender,
    smtp,
    store::{self, DeskLock, Durability, Store, StoreError, meta, outbox},
    templates::{DeskFacts, Templates},
    ticker::{self, Ticker},
};

/// Everything that is open once the daemon is.
pub struct Wired {
    /// The flows' parts.
    pub parts: Parts,
    /// The clerk they share.
    pub clerk: Arc<Clerk>,
    /// Which desk this is.
    pub desk_id: String,
    /// Keeps other daemons off our name.
    _instance: Instance,
    /// Keeps other daemons off an SQLite file.
    _lock: Option<DeskLock>,
}

/// Where the database is.
pub fn store_settings(config: &Config) -> store::Settings {
    let url = match &config.database.location {
        Location::Sqlite(path) => SecretString::from(format!("sqlite:{}", path.display())),
        Location::Postgres(url) => url.clone(),
    };
    let durability = match config.database.durability {
        configured::Durability::Strict => Durability::Strict,
        configured::Durability::Test => Durability::TestOnly,
    };
    store::Settings { url, ca_file: None, durability }
}

/// Opens the database and brings its tables up to date.
///
/// # Errors
/// When it cannot be opened, or is newer than this program.
pub fn open_store(config: &Config) -> Result<Store, StoreError> {
    let store = Store::open(&store_settings(config))?;
    store.migrate()?;
    Ok(store)
}

/// The letters.
///
/// # Errors
/// Everything that is wrong with the templates, one a line.
pub fn templates(config: &Config) -> anyhow::Result<Templates> {
    let facts =
        DeskFacts { name: config.policy.desk_name.clone(), address: config.policy.desk_address.clone() };
    let zone = config.policy.calendar.zone;
    Templates::load(config.desk.templates.as_deref(), zone, facts).map_err(|errors| {
        let lines: Vec<_> = errors.iter().map(ToString::to_string).collect();
        anyhow!("the letters cannot be used:\n{}", lines.join("\n"))
    })
}

/// Opens everything that is local, in the order in which a failure is cheapest.
///
/// # Errors
/// When a part cannot be opened; says which and why.
pub fn open(config: &Config, clock: &Clock) -> anyhow::Result<Wired> {
    let clerk = Arc::new(clerk(config, clock.clone())?);
    let store = Store::open(&store_settings(config)).context("the database cannot be opened")?;
    let lock = store.lock_desk().context("the state folder cannot be locked")?;
    store.migrate().context("the database cannot be brought up to date")?;
    let instance = Instance::of(&config.desk.state_dir, clock)?;
    let dead = match (&lock, instance.heir) {
        // Nobody else works here, so whoever leased these is dead; waiting for the leases to end would help nobody.
        (Some(_), _) => Some(outbox::Owner::Anybody),
        (None, Heir::Yes) => Some(outbox::Owner::Named(&instance.name)),
        (None, Heir::No) => None,
    };
    if let Some(dead) = dead {
        let left = store.with(|db| outbox::take_over(db, dead)).context("the database cannot be written")?;
        if left > 0 {
            tracing::info!(letters = left, "Letters that were leaving when the desk last ended leave now");
        }
    }
    let fresh = hex(&clock.random::<8>());
    let desk_id =
        store.with(|db| meta::settle(db, "desk", &fresh)).context("the database cannot be written")?;
    let parts = parts(config, store, &clerk, &instance.name);
    Ok(Wired { parts, clerk, desk_id, _instance: instance, _lock: lock })
}

/// The flows' parts over an open store, for the daemon that signs its leases as `owner`.
pub fn parts(config: &Config, store: Store, clerk: &Arc<Clerk>, owner: &str) -> Parts {
    let settings = ticker::Settings {
        digest: config.schedules.digest.clone(),
        suspects: config.schedules.suspects.clone(),
        anchor: config.schedules.anchor.clone(),
    };
    Parts {
        store,
        desk: Arc::new(Desk::new(Arc::clone(clerk), desk_settings(config))),
        ticker: Arc::new(Ticker::new(Arc::clone(clerk), settings)),
        sender: Arc::new(Sender::new(Arc::clone(clerk), owner.to_owned())),
    }
}

/// Bytes in lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

/// The clerk.
///
/// # Errors
/// When the letters or the keys cannot be used.
pub fn clerk(config: &Config, clock: Clock) -> anyhow::Result<Clerk> {
    let envelope = match (&config.addressing, config.sending.envelope) {
        (_, configured::Envelope::Null) => Envelope::Null,
        (configured::Addressing::None, configured::Envelope::Desk) => Envelope::Desk,
        (_, configured::Envelope::Desk) => Envelope::Signed,
    };
    Ok(Clerk {
        policy: config.policy.clone(),
        templates: templates(config)?,
        keys: keys(config)?,
        addressing: addressing(config),
        envelope,
        release: if config.sending.hold == Enabled::Yes { Release::Held } else { Release::AtOnce },
        notify: config.operations.notify.clone(),
        limits: limits(config),
        clock,
    })
}

/// The signing keys.
///
/// # Errors
/// When they may not be read, or are none.
pub fn keys(config: &Config) -> anyhow::Result<KeyRing> {
    use secrecy::ExposeSecret;
    let ring = config.signing.ring.as_ref().context("the signing keys may not be read by this user")?;
    KeyRing::parse(ring.expose_secret()).context("the signing keys cannot be used")
}

/// How reply addresses are made.
pub fn addressing(config: &Config) -> Addressing {
    match &config.addressing {
        configured::Addressing::Plus => Addressing::Plus,
        configured::Addressing::Subdomain { domain } => Addressing::Subdomain(domain.clone()),
        configured::Addressing::None => Addressing::None,
    }
}

/// Bounds on mail that is read.
pub fn limits(config: &Config) -> Limits {
    let message = usize::try_from(config.intake.largest_mail).unwrap_or(usize::MAX);
    Limits { message, ..Limits::default() }
}

/// What the desk itself needs.
pub fn desk_settings(config: &Config) -> desk::Settings {
    let mut own_addresses = vec![config.policy.desk_address.to_lowercase()];
    own_addresses.extend(
        config
            .mailboxes
            .iter()
            .filter_map(|mailbox| mailbox.server.user.clone())
            .filter(|user| user.contains('@')),
    );
    let whom = |list: &[configured::Whom]| list.iter().map(ToString::to_string).collect();
    desk::Settings {
        trust: Trust {
            authserv_ids: config.authentication.trusted_authserv_ids.clone(),
            border_hosts: config.authentication.border_hosts.clone(),
        },
        own_addresses,
        own_lists: config.intake.own_lists.clone(),
        relays: config.relays.clone(),
        blocked: whom(&config.intake.blocked),
        allowed: whom(&config.intake.allowed),
        first_number: i64::try_from(config.desk.first_number).unwrap_or(1),
    }
}

/// One intake a mailbox.
///
/// # Errors
/// When a server's settings contradict each other.
pub fn intakes(config: &Config, desk_id: &str) -> anyhow::Result<Vec<intake::Settings>> {
    config.mailboxes.iter().map(|mailbox| intake_settings(config, mailbox, desk_id)).collect()
}

fn intake_settings(
    config: &Config,
    mailbox: &MailboxSettings,
    desk_id: &str,
) -> anyhow::Result<intake::Settings> {
    Ok(intake::Settings {
        imap: imap_settings(mailbox)?,
        after: match &mailbox.after {
            After::Move { folder } => intake::After::Move(folder.clone()),
            After::Flag => intake::After::Flag,
            After::Leave => intake::After::Leave,
        },
        past: if mailbox.take_past == Enabled::Yes { intake::Past::Take } else { intake::Past::Leave },
        poll: mailbox.poll,
        notice: if mailbox.idle == Enabled::Yes { intake::Notice::Idle } else { intake::Notice::Poll },
        reconcile: config.schedules.reconcile.clone(),
        largest: config.intake.largest_mail,
        low_disk: Some((config.desk.state_dir.clone(), config.operations.low_disk)),
        desk: desk_id.to_owned(),
    })
}

/// The IMAP side of a mailbox.
///
/// # Errors
/// When its settings contradict each other, or its password is missing.
pub fn imap_settings(mailbox: &MailboxSettings) -> anyhow::Result<imap::Settings> {
    let missing = || anyhow!("mailbox {} has no user or password", mailbox.name);
    let settings = imap::Settings {
        name: mailbox.name.clone(),
        server: endpoint(&mailbox.server),
        user: mailbox.server.user.clone().ok_or_else(missing)?,
        password: mailbox.server.password.clone().ok_or_else(missing)?,
        folder: mailbox.folder.clone(),
        patience: imap::Patience::default(),
    };
    settings.validate().with_context(|| format!("mailbox {}", mailbox.name))?;
    Ok(settings)
}

/// The relay.
///
/// # Errors
/// When its settings contradict each other.
pub fn smtp(config: &Config) -> anyhow::Result<smtp::Settings> {
    let server = &config.sending.server;
    let settings = smtp::Settings {
        server: endpoint(server),
        user: server.user.clone(),
        password: server.password.clone(),
        hello_name: config.sending.hello.clone().unwrap_or_else(host_name),
        patience: smtp::Patience::default(),
    };
    settings.validate().context("sending")?;
    Ok(settings)
}

/// This machine's name, for the greeting.
fn host_name() -> String {
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    if name.contains('.') { name } else { format!("{name}.localdomain") }
}

fn endpoint(server: &Server) -> Endpoint {
    Endpoint {
        host: server.host.clone(),
        port: server.port,
        security: match server.security {
            configured::Security::Tls => Security::ImplicitTls,
            configured::Security::StartTls => Security::StartTls,
            configured::Security::Plain => Security::Plain,
        },
        tls: TlsSettings { extra_ca: server.extra_ca.clone(), pinned_sha256: server.pinned_sha256.clone() },
    }
}
