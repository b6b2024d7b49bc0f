//! From a document without mistakes to the [`Config`]: no decisions, only types.
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretString};

use super::document::{Document, Entry};
use super::secrets::Keyring;
use super::settings::{
    Addressing, AddressingMode, After, AfterTaking, AuthenticationSettings, Config, CustomerPlace,
    DatabaseSettings, DeskSettings, IMAP_PORTS, IntakeSettings, Location, LoggingSettings, MailboxSettings,
    OperationsSettings, SMTP_PORTS, Schedules, Security, SendingSettings, Server, SigningSettings, Whom,
};
use crate::domain::calendar::Calendar;
use crate::domain::party::{Role, Staff};
use crate::domain::policy::{
    Authentication, Budgets, CustomerTurn, Enabled, Policy, PromiseDays, SubjectRule, Survey,
};
use crate::mail::relay::{Network, Place, Proof, Relay, Vouches};

/// Builds the configuration. Relative paths start at `base`.
pub(super) fn build(document: &Document, secrets: Keyring, base: &Path) -> Config {
    let desk = desk(document.one("desk"), base);
    let mailboxes = document.all("mailbox").zip(secrets.mailboxes);
    Config {
        policy: policy(document),
        database: database(document.one("database"), secrets.database_url, &desk.state_dir, base),
        desk,
        mailboxes: mailboxes.map(|(entry, password)| mailbox(entry, password, base)).collect(),
        sending: sending(document.one("sending"), secrets.sending, base),
        addressing: addressing(document.one("addressing")),
        signing: SigningSettings { ring: secrets.signing, place: secrets.signing_place },
        authentication: authentication(document.one("authentication")),
        relays: document.all("relay").map(relay).collect(),
        intake: intake(document.one("intake")),
        schedules: schedules(document.one("schedules")),
        operations: operations(document.one("operations")),
        logging: logging(document.one("logging")),
        warnings: secrets.warnings,
    }
}

fn policy(document: &Document) -> Policy {
    let (desk, promises) = (document.one("desk"), document.one("promises"));
    let authentication = document.one("authentication");
    let trusted: Vec<String> = authentication.value("trusted_authserv_ids");
    Policy {
        desk_name: desk.value("name"),
        desk_address: desk.value("address"),
        prefix: desk.value("prefix"),
        language: desk.value("language"),
        languages: desk.value("languages"),
        rights: desk.value("rights"),
        calendar: calendar(document.one("hours")),
        staff: document.all("agent").map(staff).collect(),
        promise_days: PromiseDays {
            open: promises.value("open"),
            investigating: promises.value("investigating"),
            offered: promises.value("offered"),
            agreed: promises.value("agreed"),
        },
        promise_reminder: promises.value("reminder"),
        agent_delay: document.one("sending").value("agent_delay"),
        customer_turn: customer_turn(document.one("customer_turn")),
        reopen_within: document.one("closing").value("reopen_within"),
        subject_needs_authentication: if authentication.value("subject_needs_authentication") {
            SubjectRule::Authenticated
        } else {
            SubjectRule::AnyParty
        },
        authentication: Authentication::of(&trusted),
        survey: survey(document.one("survey")),
        budgets: budgets(document.one("acknowledgement")),
    }
}

fn calendar(hours: &Entry) -> Calendar {
    Calendar {
        zone: hours.value("zone"),
        workdays: hours.value("workdays"),
        opens: hours.value("opens"),
        closes: hours.value("closes"),
        holidays: hours.value("holidays"),
    }
}

fn staff(agent: &Entry) -> Staff {
    let role: String = agent.value("role");
    Staff {
        address: agent.value("address"),
        name: agent.value("name"),
        aliases: agent.value("aliases"),
        role: role.parse().unwrap_or(Role::Agent),
    }
}

fn customer_turn(turn: &Entry) -> CustomerTurn {
    CustomerTurn {
        reminders: turn.value("reminders"),
        last_notice: turn.value("last_notice"),
        close: turn.value("close"),
    }
}

fn survey(survey: &Entry) -> Survey {
    Survey {
        enabled: switch(survey, "enabled"),
        after_days: survey.value("after_days"),
        at_most_every: survey.value("at_most_every"),
        changeable_for: survey.value("changeable_for"),
        review_at: survey.value("review_at"),
    }
}

fn budgets(budgets: &Entry) -> Budgets {
    Budgets {
        address_hour: budgets.value("address_hour"),
        address_day: budgets.value("address_day"),
        domain_hour: budgets.value("domain_hour"),
        total_hour: budgets.value("total_hour"),
    }
}

fn desk(desk: &Entry, base: &Path) -> DeskSettings {
    DeskSettings {
        state_dir: base.join(desk.value::<String>("state_dir")),
        first_number: desk.value("first_number"),
        templates: path(desk, "templates", base),
    }
}

fn database(entry: &Entry, secret: Option<SecretString>, state_dir: &Path, base: &Path) -> DatabaseSettings {
    let url = entry.get::<String>("url").map(SecretString::from).or(secret);
    let location = match url {
        None => Location::Sqlite(state_dir.join("redress.db")),
        Some(url) => match url.expose_secret().strip_prefix("sqlite:") {
            Some(path) => Location::Sqlite(base.join(sqlite_path(path))),
            None => Location::Postgres(url),
        },
    };
    DatabaseSettings { location, durability: entry.value("durability") }
}

/// The path after `sqlite:`, with or without the two slashes of an address without a host.
fn sqlite_path(rest: &str) -> &str {
    rest.strip_prefix("//").unwrap_or(rest)
}

/// How a server is reached; `ports` are the usual ones.
fn server(entry: &Entry, ports: [u16; 3], password: Option<SecretString>, base: &Path) -> Server {
    let security: Security = entry.value("security");
    Server {
        host: entry.value("host"),
        port: entry.get("port").unwrap_or_else(|| security.port(ports)),
        security,
        extra_ca: path(entry, "extra_ca", base),
        pinned_sha256: entry.get("pinned_sha256"),
        user: entry.get("user"),
        password,
    }
}

fn mailbox(entry: &Entry, password: Option<SecretString>, base: &Path) -> MailboxSettings {
    MailboxSettings {
        name: entry.value("name"),
        server: server(entry, IMAP_PORTS, password, base),
        folder: entry.value("folder"),
        after: match entry.value("after") {
            AfterTaking::Move => After::Move { folder: entry.value("done_folder") },
            AfterTaking::Flag => After::Flag,
            AfterTaking::Leave => After::Leave,
        },
        take_past: switch(entry, "take_past"),
        poll: entry.value("poll"),
        idle: switch(entry, "idle"),
    }
}

fn sending(entry: &Entry, password: Option<SecretString>, base: &Path) -> SendingSettings {
    SendingSettings {
        server: server(entry, SMTP_PORTS, password, base),
        hello: entry.get("hello"),
        envelope: entry.value("envelope"),
        hold: switch(entry, "hold"),
    }
}

fn addressing(entry: &Entry) -> Addressing {
    match entry.value("mode") {
        AddressingMode::Plus => Addressing::Plus,
        AddressingMode::Subdomain => Addressing::Subdomain { domain: entry.value("subdomain") },
        AddressingMode::None => Addressing::None,
    }
}

fn authentication(entry: &Entry) -> AuthenticationSettings {
    AuthenticationSettings {
        trusted_authserv_ids: entry.value("trusted_authserv_ids"),
        border_hosts: entry.value("border_hosts"),
    }
}

fn relay(entry: &Entry) -> Relay {
    let sender = entry.value::<Whom>("address").to_string();
    let place = |key: &str, of: fn(String) -> Place| entry.get(key).map(of);
    let customer = match entry.value("customer") {
        CustomerPlace::ReplyTo => Place::ReplyTo,
        CustomerPlace::Header => Place::Header(entry.value("header")),
        CustomerPlace::Body => Place::Line(entry.value("line")),
    };
    let ranges: Vec<Network> = entry.value("from");
    Relay {
        sender,
        customer,
        name: place("name_header", Place::Header).or_else(|| place("name_line", Place::Line)),
        proof: if ranges.is_empty() { Proof::Authenticated } else { Proof::From(ranges) },
        vouches: if entry.value("vouches") { Vouches::Yes } else { Vouches::No },
    }
}

fn intake(entry: &Entry) -> IntakeSettings {
    let lists: Vec<String> = entry.value("own_lists");
    let bare = |list: String| list.trim_matches(['<', '>']).to_lowercase();
    IntakeSettings {
        largest_mail: entry.value("largest_mail"),
        own_lists: lists.into_iter().map(bare).collect(),
        blocked: entry.value("blocked"),
        allowed: entry.value("allowed"),
    }
}

fn schedules(entry: &Entry) -> Schedules {
    Schedules {
        reconcile: entry.value("reconcile"),
        digest: entry.value("digest"),
        suspects: entry.value("suspects"),
        anchor: entry.value("anchor"),
    }
}

fn operations(entry: &Entry) -> OperationsSettings {
    OperationsSettings {
        notify: entry.value("notify"),
        low_disk: entry.value("low_disk"),
        retention_months: entry.value("retention_months"),
    }
}

fn logging(entry: &Entry) -> LoggingSettings {
    LoggingSettings { level: entry.value("level"), format: entry.value("format") }
}

fn switch(entry: &Entry, key: &str) -> Enabled {
    if entry.value(key) { Enabled::Yes } else { Enabled::No }
}

fn path(entry: &Entry, key: &str, base: &Path) -> Option<PathBuf> {
    entry.get::<String>(key).map(|path| base.join(path))
}
