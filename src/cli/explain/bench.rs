//! A desk on the bench: real in everything but its database, and that nothing is sent. The database is an empty one in
//! memory, or a real one of which nothing that is done here stays.
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::Arc,
};

use anyhow::Context as _;
use chrono::{SubsecRound as _, TimeDelta};
use secrecy::SecretString;

use super::account::{Account, Language, Letter};
use crate::{
    cli::opened::first_line,
    clock::Clock,
    config::{Config, ConfigError, Environment, Secrets},
    daemon::wiring,
    desk::{Desk, Handled, Reading},
    domain::{Timestamp, decision::Entry, policy::Authentication},
    mail::{fate::Fate, language, meaning, token::KeyRing},
    store::{
        self, Durability, Store, StoreError, disputes,
        inbox::{self, Age, MailRow, Packed, Seen},
        journal,
        outbox::{self, State},
    },
    threading::PlacedBy,
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

/// Time between two mails. What stands in files came at moments that nobody knows any more; so far apart, they are
/// no flood of one sender, and no two machines that answer each other.
const APART: TimeDelta = TimeDelta::minutes(15);

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
        let trusted = &mut config.authentication.trusted_authserv_ids;
        trusted.extend(authserv.iter().map(|id| id.trim().to_lowercase()));
        // What a desk that trusts nobody does without is done here, as if the configuration said it.
        config.policy.authentication = Authentication::of(trusted);
        let fresh_key = || SecretString::from(KeyRing::generate(clock.random()));
        config.signing.ring.get_or_insert_with(fresh_key);
        let mut settings = wiring::desk_settings(&config);
        if config.policy.desk_address.ends_with(".invalid") {
            // Nobody writes to the built-in address, and a rule that asks for it would forbid every answer.
            settings.own_addresses.clear();
        }
        settings.own_addresses.extend(own.iter().map(|address| address.trim().to_lowercase()));
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
        if place > 0 {
            self.clock.advance(APART);
        }
        let since = self.clock.now();
        let reading = catch_unwind(AssertUnwindSafe(|| self.desk.read(raw))).ok();
        match self.work(raw) {
            Ok((mail, outcome)) => {
                self.places.push((mail, place));
                let own = reading.as_ref().map(|reading| reading.new_text.clone()).unwrap_or_default();
                let mut account = self.account(file, reading, &outcome);
                if let Outcome::Handled(handled) = &outcome {
                    self.say(&own, handled, &mut account);
                    account.journal = self.recorded(handled, since).unwrap_or_default();
                    self.release(handled, &mut account);
                }
                account
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

    /// Counts a file that cannot be read among those that were explained.
    pub(super) fn unreadable(&mut self, file: &str, error: &std::io::Error) -> Account {
        self.taken += 1;
        Account::unreadable(file, error)
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

    /// What the letters about a person's mail repeat of it, and in which language they are.
    fn say(&self, own: &str, handled: &Handled, account: &mut Account) {
        if handled.fate != Fate::Person {
            return;
        }
        let written = language::detect(own);
        let letters = match handled.placed {
            Some((number, _)) => self.store.with(|db| disputes::load(db, number)).ok().flatten(),
            None => None,
        }
        .map_or_else(|| self.desk.clerk().policy.letter_language(written), |dispute| dispute.language);
        let is_new = handled.placed.is_none_or(|(_, by)| by == PlacedBy::New);
        let found = if is_new {
            meaning::understood(&account.subject, own)
        } else {
            meaning::understood("", &account.reply)
        };
        account.understood = meaning::in_language(found, &letters);
        account.language = Some(Language { written, letters });
    }

    /// What the journal of its dispute says of a mail.
    fn recorded(&self, handled: &Handled, since: Timestamp) -> Result<Vec<String>, StoreError> {
        let Some((number, _)) = handled.placed else { return Ok(Vec::new()) };
        let entries = self.store.with(|db| journal::of(db, number))?;
        // Moments are stored in microseconds.
        let since = since.trunc_subsecs(6);
        let entries = entries.into_iter().filter(|recorded| recorded.at >= since);
        Ok(entries.filter_map(|recorded| recorded.entry).map(|entry| journal_line(&entry)).collect())
    }

    /// Releases a mail that was kept from becoming a dispute, so that one sees which it would belong to, and so that
    /// those after it find their thread. What would then be sent is not told: nobody has released it yet.
    fn release(&mut self, handled: &Handled, account: &mut Account) {
        if handled.placed.is_some() || !matches!(handled.fate, Fate::List | Fate::Suspect) {
            return;
        }
        let Ok(Some(row)) = self.store.with(|db| inbox::load(db, handled.mail)) else { return };
        let row = MailRow { released_at: Some(self.clock.now()), ..row };
        if let Ok(Ok(released)) = self.desk.work_on(&self.store, &row) {
            account.released(&released, &self.prefix);
        }
        self.new_letters().unwrap_or_default();
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

fn journal_line(entry: &Entry) -> String {
    match first_line(&entry.detail) {
        "" => entry.what.to_string(),
        detail => format!("{}: {detail}", entry.what),
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
