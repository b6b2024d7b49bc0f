//! A desk on the bench: real in everything but its database, and that nothing is sent. The database is an empty one in
//! memory, or a real one of which nothing that is done here stays.
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::Arc,
};

use anyhow::Context as _;
use secrecy::SecretString;

use super::account::{Account, Letter};
use crate::{
    clock::Clock,
    config::{Config, ConfigError, Environment, Secrets},
    daemon::wiring,
    desk::{Desk, Handled, Reading},
    mail::token::KeyRing,
    store::{
        self, Durability, Store, StoreError,
        inbox::{self, Age, MailRow, Packed, Seen},
        outbox::{self, State},
    },
};

/// The configuration of a desk that nobody has configured. Its addresses can be nobody's (RFC 2606).
const FRESH: &str = r#"
[desk]
name = "Desk"
address = "desk@desk.invalid"

[[mailbox]]
name = "desk"
host = "127.0.0.1"
security = "plain"
user = "desk"

[sending]
host = "127.0.0.1"
security = "plain"

[[agent]]
address = "agent@desk.invalid"
name = "Agent"

[hours]
zone = "UTC"
"#;

/// The configuration of a desk that nobody has configured.
pub(super) fn fresh() -> Result<Config, ConfigError> {
    Config::parse(FRESH, Path::new("the built-in rules"), &Environment::default(), Secrets::IfPresent)
}

/// The desk on the bench.
pub struct Bench {
    desk: Desk,
    ground: Ground,
    store: Store,
    clock: Clock,
    longest: u64,
    prefix: String,
    /// Letters up to this row belong to earlier mails.
    last_letter: i64,
    /// Mails by row, with their place among the accounts.
    places: Vec<(i64, usize)>,
    taken: usize,
}

impl Bench {
    /// A desk of that configuration over an empty database, with further addresses of its own and further servers
    /// that it trusts. Signing keys that could not be read are replaced by fresh ones.
    ///
    /// # Errors
    /// When the letters or the keys of the configuration cannot be used.
    pub fn new(config: Config, own: &[String], authserv: &[String], clock: Clock) -> anyhow::Result<Self> {
        Self::over(Ground::Empty, config, own, authserv, clock)
    }

    /// The same over the desk's own database, of which nothing is changed.
    ///
    /// # Errors
    /// As [`Bench::new`], and when the database cannot be used or is of another release.
    pub fn over_its_database(
        config: Config,
        own: &[String],
        authserv: &[String],
        clock: Clock,
    ) -> anyhow::Result<Self> {
        Self::over(Ground::Desk(wiring::store_settings(&config)), config, own, authserv, clock)
    }

    fn over(
        ground: Ground,
        mut config: Config,
        own: &[String],
        authserv: &[String],
        clock: Clock,
    ) -> anyhow::Result<Self> {
        let fresh_key = || SecretString::from(KeyRing::generate(clock.random()));
        config.signing.ring.get_or_insert_with(fresh_key);
        let mut settings = wiring::desk_settings(&config);
        if config.policy.desk_address.ends_with(".invalid") {
            // Nobody writes to the built-in address, and a rule that asks for it would forbid every answer.
            settings.own_addresses.clear();
        }
        settings.own_addresses.extend(own.iter().map(|address| address.trim().to_lowercase()));
        settings.trust.authserv_ids.extend(authserv.iter().map(|id| id.trim().to_lowercase()));
        let clerk = Arc::new(wiring::clerk(&config, clock.clone())?);
        let longest = u64::try_from(clerk.limits.message).unwrap_or(u64::MAX).saturating_add(1);
        let mut bench = Self {
            desk: Desk::new(clerk, settings),
            store: ground.store()?,
            ground,
            clock,
            longest,
            prefix: config.policy.prefix.clone(),
            last_letter: 0,
            places: Vec::new(),
            taken: 0,
        };
        bench.new_letters()?;
        Ok(bench)
    }

    /// Bytes of a mail that are worth reading: one more than a mail may have.
    pub fn longest(&self) -> u64 {
        self.longest
    }

    /// Puts a mail into the inbox and tells what the desk did with it. Never fails: what goes wrong is in the
    /// account.
    pub fn explain(&mut self, file: &str, raw: &[u8]) -> Account {
        let place = self.taken;
        self.taken += 1;
        let reading = catch_unwind(AssertUnwindSafe(|| self.desk.read(raw))).ok();
        match self.work(raw) {
            Ok((mail, outcome)) => {
                self.places.push((mail, place));
                self.account(file, reading, &outcome)
            }
            Err(error) => {
                // What was done so far ends with its connection, and the disputes of earlier files with it.
                if let Ok(store) = self.ground.store() {
                    self.store = store;
                    self.places.clear();
                    self.last_letter = 0;
                    self.new_letters().unwrap_or_default();
                }
                self.account(file, reading, &Outcome::SetAside(error.to_string()))
            }
        }
    }

    fn work(&mut self, raw: &[u8]) -> anyhow::Result<(i64, Outcome)> {
        let packed = Packed::new(raw);
        let stored = self.store.with(|db| inbox::store(db, &packed, self.clock.now(), Age::Current))?;
        let row = self.store.with(|db| inbox::load(db, stored.mail))?.context("the mail is gone")?;
        if stored.seen == Seen::Before {
            return Ok((stored.mail, Outcome::Copy(row)));
        }
        Ok((
            stored.mail,
            match self.desk.work_on(&self.store, &row)? {
                Ok(handled) => Outcome::Handled(handled),
                Err(reason) => Outcome::SetAside(reason),
            },
        ))
    }

    fn account(&mut self, file: &str, reading: Option<Reading>, outcome: &Outcome) -> Account {
        let mut account =
            reading.map_or_else(|| Account::blank(file), |reading| Account::read(file, reading));
        match outcome {
            Outcome::Handled(handled) => account.handled(handled, &self.prefix),
            Outcome::SetAside(reason) => account.set_aside(reason),
            Outcome::Copy(row) => account.copy(row),
        }
        account.letters = self.new_letters().unwrap_or_default();
        account
    }

    /// The letters that were written since the last look.
    fn new_letters(&mut self) -> Result<Vec<Letter>, StoreError> {
        let mut found = Vec::new();
        for state in [State::Queued, State::Held] {
            found.extend(self.store.with(|db| outbox::list(db, state, i64::MAX))?);
        }
        found.retain(|letter| letter.id > self.last_letter);
        found.sort_by_key(|letter| letter.id);
        self.last_letter = found.last().map_or(self.last_letter, |letter| letter.id);
        let now = self.clock.now();
        Ok(found.into_iter().map(|letter| Letter::of(letter, now)).collect())
    }

    /// Corrects the accounts where a later mail has joined disputes of earlier ones.
    ///
    /// # Errors
    /// When the database in memory fails.
    pub fn settle(&self, accounts: &mut [Account]) -> anyhow::Result<()> {
        for (mail, place) in &self.places {
            let row = self.store.with(|db| inbox::load(db, *mail))?;
            if let (Some(row), Some(account)) = (row, accounts.get_mut(*place)) {
                account.settled(&row, &self.prefix);
            }
        }
        Ok(())
    }
}

/// What became of a mail.
enum Outcome {
    Handled(Handled),
    SetAside(String),
    /// The very bytes were taken before, and this became of them.
    Copy(MailRow),
}

/// What the desk works over, so that it can begin anew.
enum Ground {
    /// An empty database in memory; nothing of it need survive anything.
    Empty,
    /// A desk's own database, of which nothing is changed.
    Desk(store::Settings),
}

impl Ground {
    fn store(&self) -> anyhow::Result<Store> {
        match self {
            Ground::Empty => {
                let memory = store::Settings::new("sqlite::memory:");
                let settings = store::Settings { durability: Durability::TestOnly, ..memory };
                let store = Store::open(&settings).context("no database in memory")?;
                store.migrate().context("no tables in memory")?;
                Ok(store)
            }
            Ground::Desk(settings) => {
                let store = Store::rehearse(settings).context("the database cannot be used")?;
                store.check_migrations().context("the database cannot be used")?;
                Ok(store)
            }
        }
    }
}
