//! Every configuration key, once: its kind, its default and its sentence.
//!
//! The reader, `config/redress.toml`, `docs/config.md` and `redress init` all come from this table, so none of them
//! can say what another does not. Deliberately absent: what keys mean together (`rules`) and what becomes of them
//! (`build`). A table and nothing else, which is why the file may be long.
use super::kind::Kind;
use super::settings::{
    AddressingMode, AfterTaking, CustomerPlace, Durability, Envelope, LogFormat, LogLevel, Security,
};

/// One `[name]` or `[[name]]` of the file.
#[derive(Debug)]
pub(super) struct Section {
    /// The word in the brackets.
    pub name: &'static str,
    /// How often it may stand there.
    pub times: Times,
    /// What it is about, for a reader who has never seen it.
    pub about: &'static str,
    /// Its keys, in the order in which they are shown.
    pub keys: &'static [Key],
}

/// How often a section stands in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Times {
    /// `[name]`, at most once.
    Once,
    /// `[[name]]`, at least once.
    Many,
    /// `[[name]]`, or not at all.
    Any,
}

/// One key.
#[derive(Debug)]
pub(super) struct Key {
    /// Its name in the file.
    pub name: &'static str,
    /// What may stand there.
    pub kind: Kind,
    /// What holds without it.
    pub fallback: Fallback,
    /// What it does, in a sentence or two.
    pub about: &'static str,
}

/// What holds when a key is not set. The texts are TOML.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fallback {
    /// Nothing: it must be set. With an example.
    Needed(&'static str),
    /// It stays unset, which the sentence explains. With an example.
    Unset(&'static str),
    /// This value.
    Is(&'static str),
}

use Fallback::{Is, Needed, Unset};
use Times::{Any, Many, Once};

impl Section {
    /// The key of this name.
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

const fn key(name: &'static str, kind: Kind, fallback: Fallback, about: &'static str) -> Key {
    Key { name, kind, fallback, about }
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const MIB: u64 = 1 << 20;

/// Business days a desk may promise or wait: more than a year is a mistake.
const DAYS: Kind = Kind::Count { least: 1, most: 366 };
const PORT: Kind = Kind::Count { least: 1, most: 65_535 };
const BUDGET: Kind = Kind::Count { least: 1, most: 1_000_000 };

const EXTRA_CA: Key = key(
    "extra_ca",
    Kind::Path,
    Unset("\"/etc/redress/ca.pem\""),
    "PEM file with further certificate authorities to trust, beside those of the system.",
);
const PINNED: Key = key(
    "pinned_sha256",
    Kind::Fingerprint,
    Unset("\"0f3a…64 hexadecimal digits…\""),
    "SHA-256 of the one certificate to accept. It replaces authorities, name and dates.",
);
const SECURITY: Key = key(
    "security",
    Kind::Word(Security::WORDS),
    Is("\"tls\""),
    "How the connection is protected: TLS from the first byte, STARTTLS (required, never optional), or not at all, \
     which is allowed to this machine only.",
);
const PASSWORD_ABOUT: &str = "File that holds the password and nothing else. Not needed where systemd passes a \
                              credential or the environment has a variable for it; see “Secrets”.";

/// The whole file, in the order in which it is shown.
pub(super) const SECTIONS: &[Section] = &[
    DESK,
    DATABASE,
    MAILBOX,
    SENDING,
    ADDRESSING,
    SIGNING,
    AUTHENTICATION,
    RELAY,
    AGENT,
    HOURS,
    PROMISES,
    CUSTOMER_TURN,
    CLOSING,
    SURVEY,
    ACKNOWLEDGEMENT,
    SCHEDULES,
    INTAKE,
    OPERATIONS,
    LOGGING,
];

const DESK: Section = Section {
    name: "desk",
    times: Once,
    about: "The desk as customers see it: one name, one address.",
    keys: &[
        key("name", Kind::Text, Needed("\"Shop Customer Care\""), "Name of the desk in every letter."),
        key(
            "address",
            Kind::Address,
            Needed("\"support@example.com\""),
            "The one public address. Customers write to it and hear from it.",
        ),
        key(
            "prefix",
            Kind::Prefix,
            Is("\"D-\""),
            "What stands before a dispute's number. Two desks that share customers need two prefixes.",
        ),
        key(
            "first_number",
            Kind::Count { least: 1, most: 1_000_000_000 },
            Is("1000"),
            "Number of the first dispute. It counts only while there is none.",
        ),
        key(
            "language",
            Kind::Language,
            Is("\"en\""),
            "Language of letters where the customer's was not detected.",
        ),
        key(
            "languages",
            Kind::List { of: &Kind::Language, least: 1 },
            Is("[\"en\", \"de\"]"),
            "Languages in which letters exist, either built in or in the folder of `templates`.",
        ),
        key(
            "rights",
            Kind::Texts,
            Is("{}"),
            "By language, a sentence on the customer's rights for the acknowledgement, such as \
             `{ en = \"You may turn to the ombudsman at any time.\" }`.",
        ),
        key(
            "state_dir",
            Kind::Path,
            Is("\"/var/lib/redress\""),
            "Folder for what must survive a restart. One daemon at a time works in it.",
        ),
        key(
            "templates",
            Kind::Path,
            Unset("\"/etc/redress/templates\""),
            "Folder with letters that replace the built-in ones, as `language/name.txt.hbs` and so on.",
        ),
    ],
};

const DATABASE: Section = Section {
    name: "database",
    times: Once,
    about: "Where everything is kept: SQLite in a file, or PostgreSQL.",
    keys: &[
        key(
            "url",
            Kind::DatabaseUrl,
            Unset("\"postgres://redress@db.example.com/redress\""),
            "`sqlite:` and a path, or a `postgres://` address without a password. When neither this nor `url_file` \
             is set, the database is `redress.db` in `state_dir`.",
        ),
        key(
            "url_file",
            Kind::Path,
            Unset("\"/etc/redress/database-url\""),
            "File that holds the address of the database, for an address with a password in it; see “Secrets”.",
        ),
        key(
            "durability",
            Kind::Word(Durability::WORDS),
            Is("\"strict\""),
            "“strict” refuses a PostgreSQL that may forget a commit when the power fails; “test” accepts it and is \
             for throw-away databases only.",
        ),
    ],
};

const MAILBOX: Section = Section {
    name: "mailbox",
    times: Many,
    about: "A mailbox that is read by IMAP. Several may feed one desk; two desks must not share one.",
    keys: &[
        key(
            "name",
            Kind::Name,
            Needed("\"support\""),
            "Short name for logs, `status` and the names of secrets.",
        ),
        key("host", Kind::Host, Needed("\"imap.example.com\""), "IMAP server."),
        key("port", PORT, Unset("993"), "Its port: by itself 993 with “tls”, otherwise 143."),
        SECURITY,
        key("user", Kind::Text, Needed("\"support@example.com\""), "Name to log in with."),
        key("password_file", Kind::Path, Unset("\"/etc/redress/imap-password\""), PASSWORD_ABOUT),
        key("folder", Kind::Text, Is("\"INBOX\""), "Folder that is read."),
        key(
            "after",
            Kind::Word(AfterTaking::WORDS),
            Is("\"move\""),
            "What happens on the server to mail that is safely stored here: moved to `done_folder`, flagged, or left.",
        ),
        key(
            "done_folder",
            Kind::Text,
            Is("\"Redress\""),
            "Where mail is moved to; created if it does not exist.",
        ),
        key(
            "take_past",
            Kind::Switch,
            Is("false"),
            "Whether the first start takes the mail that is already there. It is never acknowledged.",
        ),
        key(
            "poll",
            Kind::Duration { least: 1, most: DAY },
            Is("\"60s\""),
            "How often to look for mail where the server does not announce it.",
        ),
        key(
            "idle",
            Kind::Switch,
            Is("true"),
            "Whether to let the server announce new mail where it can (IDLE).",
        ),
        EXTRA_CA,
        PINNED,
    ],
};

const SENDING: Section = Section {
    name: "sending",
    times: Once,
    about: "The SMTP server that takes our mail.",
    keys: &[
        key("host", Kind::Host, Needed("\"smtp.example.com\""), "SMTP server."),
        key(
            "port",
            PORT,
            Unset("465"),
            "Its port: by itself 465 with “tls”, 587 with “starttls”, 25 with “plain”.",
        ),
        SECURITY,
        key(
            "user",
            Kind::Text,
            Unset("\"support@example.com\""),
            "Name to log in with; without it, no login.",
        ),
        key("password_file", Kind::Path, Unset("\"/etc/redress/smtp-password\""), PASSWORD_ABOUT),
        key(
            "hello",
            Kind::Host,
            Unset("\"desk.example.com\""),
            "Name to greet with; by itself this machine's.",
        ),
        key(
            "envelope",
            Kind::Word(Envelope::WORDS),
            Is("\"desk\""),
            "Envelope sender of automatic letters: an address of the desk's own (a signed one, unless `addressing` is \
             “none”), so that failures come back and are noticed, or the null sender “<>” (RFC 3834 section 3.3), which \
             nothing answers and some relays refuse.",
        ),
        key(
            "hold",
            Kind::Switch,
            Is("false"),
            "Shadow mode: everything is taken, decided and written, and nothing leaves until `redress release`.",
        ),
        key(
            "agent_delay",
            Kind::Duration { least: 0, most: HOUR },
            Is("\"60s\""),
            "How long an agent's reply waits before it leaves.",
        ),
        EXTRA_CA,
        PINNED,
    ],
};

const ADDRESSING: Section = Section {
    name: "addressing",
    times: Once,
    about: "How a reply finds its dispute. `redress check --probe` says what your server lets through.",
    keys: &[
        key(
            "mode",
            Kind::Word(AddressingMode::WORDS),
            Is("\"plus\""),
            "“plus” signs reply addresses such as support+d1042.abc@example.com, “subdomain” puts them under \
             `subdomain`, “none” trusts the signed Message-ID alone.",
        ),
        key(
            "subdomain",
            Kind::Domain,
            Unset("\"desk.example.com\""),
            "Domain whose every address reaches the mailbox, for mode “subdomain”.",
        ),
    ],
};

const SIGNING: Section = Section {
    name: "signing",
    times: Once,
    about: "The keys that sign reply addresses and Message-IDs.",
    keys: &[key(
        "key_file",
        Kind::Path,
        Unset("\"/etc/redress/signing-key\""),
        "File with one key a line, newest first: the first signs, all are recognised. `redress init` makes one; \
         see “Secrets”.",
    )],
};

const AUTHENTICATION: Section = Section {
    name: "authentication",
    times: Once,
    about: "Whose word is taken on who sent a mail. Without it agents work in reply-only mode.",
    keys: &[
        key(
            "trusted_authserv_ids",
            Kind::List { of: &Kind::Text, least: 0 },
            Is("[]"),
            "Names that your own mail servers write first in Authentication-Results (RFC 8601).",
        ),
        key(
            "border_hosts",
            Kind::List { of: &Kind::HostOrBelow, least: 0 },
            Is("[]"),
            "Your own mail servers as they name themselves in Received: what lies below the last of them is \
             a stranger's word.",
        ),
        key(
            "subject_needs_authentication",
            Kind::Switch,
            Is("false"),
            "Whether a number in the subject counts only from an authenticated sender.",
        ),
    ],
};

const RELAY: Section = Section {
    name: "relay",
    times: Any,
    about: "A sender that speaks for others, such as the form on your site or a marketplace: the customer is whom its \
            mail names, not the sender itself. It must prove itself, or its mail counts as anybody's.",
    keys: &[
        key(
            "address",
            Kind::Whom,
            Needed("\"forms@example.com\""),
            "Its sender address, or a domain such as \"@market.example\" with all below it.",
        ),
        key(
            "customer",
            Kind::Word(CustomerPlace::WORDS),
            Is("\"reply-to\""),
            "Where the customer's address stands: in Reply-To, in a field of the header, or in a line of the body.",
        ),
        key(
            "header",
            Kind::Text,
            Unset("\"X-Customer-Email\""),
            "The field that holds the customer's address, for customer “header”.",
        ),
        key(
            "line",
            Kind::Text,
            Unset("\"E-mail:\""),
            "How the line begins that holds the customer's address, for customer “body”. Case does not matter; without \
             its colon, none need stand there.",
        ),
        key(
            "name_header",
            Kind::Text,
            Unset("\"X-Customer-Name\""),
            "The field that holds the customer's name, where it does not stand with the address.",
        ),
        key(
            "name_line",
            Kind::Text,
            Unset("\"Name:\""),
            "How the line begins that holds the customer's name, where it does not stand with the address.",
        ),
        key(
            "from",
            Kind::List { of: &Kind::Network, least: 0 },
            Is("[]"),
            "Addresses and ranges of the servers that hand its mail to your border, which then prove it. Without any, \
             `trusted_authserv_ids` must prove its From.",
        ),
        key(
            "vouches",
            Kind::Switch,
            Is("false"),
            "Whether it knows its customers, as a marketplace with a login does. Only then does the acknowledgement \
             repeat anything; a form takes any address that is typed in.",
        ),
    ],
};

const AGENT: Section = Section {
    name: "agent",
    times: Many,
    about: "A person who handles disputes, from their own mail client.",
    keys: &[
        key(
            "address",
            Kind::Address,
            Needed("\"anna@example.com\""),
            "Where their mail goes, and who they are.",
        ),
        key("name", Kind::Text, Needed("\"Anna Berg\""), "Name shown to customers and colleagues."),
        key(
            "aliases",
            Kind::List { of: &Kind::Address, least: 0 },
            Is("[]"),
            "Further addresses they write from.",
        ),
        key(
            "role",
            Kind::Word(&["agent", "manager"]),
            Is("\"agent\""),
            "A manager is an agent who is also told of broken promises and low ratings.",
        ),
    ],
};

const HOURS: Section = Section {
    name: "hours",
    times: Once,
    about: "When the desk works. Promises are counted in its business days and fall due when it closes.",
    keys: &[
        key(
            "zone",
            Kind::Zone,
            Is("\"UTC\""),
            "Time zone of the desk, of its schedules and of dates in letters.",
        ),
        key(
            "workdays",
            Kind::List { of: &Kind::Weekday, least: 1 },
            Is("[\"mon\", \"tue\", \"wed\", \"thu\", \"fri\"]"),
            "Days of the week on which it works.",
        ),
        key("opens", Kind::TimeOfDay, Is("\"09:00\""), "Start of the working day."),
        key("closes", Kind::TimeOfDay, Is("\"17:00\""), "End of the working day."),
        key(
            "holidays",
            Kind::List { of: &Kind::Date, least: 0 },
            Is("[]"),
            "Days on which nobody works, such as \"2026-12-25\".",
        ),
    ],
};

const PROMISES: Section = Section {
    name: "promises",
    times: Once,
    about: "Business days until the customer hears from us next, by stage, unless the agent names a date.",
    keys: &[
        key("open", DAYS, Is("2"), "While nobody has looked into it yet."),
        key("investigating", DAYS, Is("3"), "While the facts are looked into."),
        key("offered", DAYS, Is("5"), "While an offer is on the table."),
        key("agreed", DAYS, Is("5"), "While what was agreed is being done."),
        key(
            "reminder",
            Kind::Duration { least: 0, most: 30 * DAY },
            Is("\"4h\""),
            "How long before such a date the agent is reminded.",
        ),
    ],
};

const CUSTOMER_TURN: Section = Section {
    name: "customer_turn",
    times: Once,
    about: "What happens while the customer owes an answer, in business days since we asked.",
    keys: &[
        key(
            "reminders",
            Kind::List { of: &DAYS, least: 0 },
            Is("[3, 7]"),
            "Days on which a reminder goes out.",
        ),
        key("last_notice", DAYS, Is("10"), "Day of the last notice, after the last reminder."),
        key(
            "close",
            DAYS,
            Is("14"),
            "Day on which the dispute closes as unconfirmed, after the last notice.",
        ),
    ],
};

const CLOSING: Section = Section {
    name: "closing",
    times: Once,
    about: "Mail to disputes that are closed.",
    keys: &[key(
        "reopen_within",
        Kind::Duration { least: DAY, most: 3_660 * DAY },
        Is("\"60d\""),
        "For this long a reply reopens the dispute; after it, one opens a new dispute linked to the old.",
    )],
};

const SURVEY: Section = Section {
    name: "survey",
    times: Once,
    about: "The question after a dispute: how did we do, from 1 to 5, by plain reply.",
    keys: &[
        key("enabled", Kind::Switch, Is("true"), "Whether it is sent at all."),
        key("after_days", DAYS, Is("2"), "Business days after closing."),
        key(
            "at_most_every",
            Kind::Duration { least: 0, most: 3_660 * DAY },
            Is("\"90d\""),
            "A customer is asked at most once in this time.",
        ),
        key(
            "changeable_for",
            Kind::Duration { least: 0, most: 366 * DAY },
            Is("\"14d\""),
            "For this long a customer may change their vote.",
        ),
        key(
            "review_at",
            Kind::Count { least: 1, most: 5 },
            Is("2"),
            "A rating at or below this goes to a manager.",
        ),
    ],
};

const ACKNOWLEDGEMENT: Section = Section {
    name: "acknowledgement",
    times: Once,
    about: "How many automatic acknowledgements may leave at most; this is what stops a mail loop.",
    keys: &[
        key("address_hour", BUDGET, Is("3"), "To one address in an hour."),
        key("address_day", BUDGET, Is("10"), "To one address in a day."),
        key("domain_hour", BUDGET, Is("100"), "To one domain in an hour."),
        key("total_hour", BUDGET, Is("300"), "To everybody in an hour."),
    ],
};

const SCHEDULES: Section = Section {
    name: "schedules",
    times: Once,
    about: "What repeats: minute, hour, day of month, month and weekday as in crontab(5), on the desk's local clock. \
            Clock changes neither skip a run nor double it.",
    keys: &[
        key(
            "reconcile",
            Kind::Schedule,
            Is("\"*/10 * * * *\""),
            "Compare each mailbox with what is stored, so that nothing depends on having been told.",
        ),
        key("digest", Kind::Schedule, Is("\"0 8 * * mon-fri\""), "Tell each agent what is due."),
        key(
            "suspects",
            Kind::Schedule,
            Is("\"30 7 * * *\""),
            "Show the managers, or all agents where there is no manager, which mail is held as suspect; a reply \
             releases it, or blocks or allows its sender.",
        ),
        key("anchor", Kind::Schedule, Is("\"30 3 * * *\""), "Bind the heads of all journals in one hash."),
    ],
};

const INTAKE: Section = Section {
    name: "intake",
    times: Once,
    about: "What is taken, and what is made of its sender.",
    keys: &[
        key(
            "largest_mail",
            Kind::Size { least: 64 << 10, most: 256 * MIB },
            Is("\"25MiB\""),
            "Of a larger mail only the beginning is taken; the mail itself stays on the server, and you are told.",
        ),
        key(
            "own_lists",
            Kind::List { of: &Kind::Text, least: 0 },
            Is("[]"),
            "List-Ids through which your own address is delivered; their mail is a person's, not a mailing list's.",
        ),
        key(
            "blocked",
            Kind::List { of: &Kind::Whom, least: 0 },
            Is("[]"),
            "Addresses and domains whose mail is held without a number, such as \"@spam.example\".",
        ),
        key(
            "allowed",
            Kind::List { of: &Kind::Whom, least: 0 },
            Is("[]"),
            "Addresses and domains that are never held as suspect, and that may open any number of disputes.",
        ),
    ],
};

const OPERATIONS: Section = Section {
    name: "operations",
    times: Once,
    about: "For those who run the desk.",
    keys: &[
        key(
            "notify",
            Kind::List { of: &Kind::Address, least: 0 },
            Is("[]"),
            "Who is told by mail when something is wrong. The log is told in any case.",
        ),
        key(
            "low_disk",
            Kind::Size { least: MIB, most: 1 << 40 },
            Is("\"256MiB\""),
            "With less free space than this no mail is taken; sending goes on.",
        ),
        key(
            "retention_months",
            Kind::Count { least: 1, most: 600 },
            Is("24"),
            "How long after closing the raw mail of a dispute is kept.",
        ),
    ],
};

const LOGGING: Section = Section {
    name: "logging",
    times: Once,
    about: "The log. No setting makes it show passwords, addresses or what people wrote.",
    keys: &[
        key(
            "level",
            Kind::Word(LogLevel::WORDS),
            Is("\"info\""),
            "How much is said. RUST_LOG goes before it.",
        ),
        key(
            "format",
            Kind::Word(LogFormat::WORDS),
            Is("\"auto\""),
            "“auto” writes to the journal under systemd and text otherwise; the others are always what they say.",
        ),
    ],
};
