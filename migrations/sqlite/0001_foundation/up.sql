-- Everything the desk keeps. The PostgreSQL twin of this file has the same tables and columns.
-- Moments are UTC texts that sort; words are checked when read.

CREATE TABLE meta (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE disputes (
    number            INTEGER NOT NULL PRIMARY KEY,
    version           INTEGER NOT NULL,
    subject           TEXT NOT NULL,
    language          TEXT NOT NULL,
    customer_address  TEXT NOT NULL,
    customer_key      TEXT NOT NULL,
    customer_name     TEXT,
    authenticated     INTEGER NOT NULL,
    stage             TEXT NOT NULL,
    level             TEXT NOT NULL,
    awaiting          TEXT NOT NULL,
    outcome           TEXT,
    agent             TEXT,
    opened_at         TEXT NOT NULL,
    closed_at         TEXT,
    unanswered_since  TEXT,
    promise_due       TEXT,
    promise_made_at   TEXT,
    promises_kept     INTEGER NOT NULL,
    promises_broken   INTEGER NOT NULL,
    question_serial   INTEGER,
    question_kind     TEXT,
    question_asked_at TEXT,
    questions_asked   INTEGER NOT NULL,
    reminders         INTEGER NOT NULL,
    paused_until      TEXT,
    silent            INTEGER NOT NULL,
    undeliverable     INTEGER NOT NULL,
    rating_score      INTEGER,
    rating_given_at   TEXT,
    linked            INTEGER REFERENCES disputes (number)
) STRICT;
CREATE INDEX disputes_by_customer ON disputes (customer_key, number);
CREATE INDEX disputes_by_agent ON disputes (agent, stage);
CREATE INDEX disputes_by_stage ON disputes (stage, number);
CREATE INDEX disputes_by_promise ON disputes (promise_due);

CREATE TABLE mailboxes (
    mailbox      TEXT NOT NULL,
    folder       TEXT NOT NULL,
    desk         TEXT NOT NULL,
    started_at   TEXT NOT NULL,
    uid_validity INTEGER,
    start_uid    INTEGER NOT NULL,
    low_uid      INTEGER NOT NULL,
    last_contact TEXT,
    last_error   TEXT,
    PRIMARY KEY (mailbox, folder)
) STRICT;

CREATE TABLE mails (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256         BLOB NOT NULL UNIQUE,
    raw            BLOB,
    size           INTEGER NOT NULL,
    received_at    TEXT NOT NULL,
    sent_at        TEXT,
    past           INTEGER NOT NULL,
    status         TEXT NOT NULL,
    fate           TEXT,
    rule           TEXT,
    reason         TEXT,
    dispute        INTEGER REFERENCES disputes (number),
    placed_by      TEXT,
    message_id     TEXT,
    sender         TEXT,
    body_hash      BLOB,
    attempts       INTEGER NOT NULL,
    alone_attempts INTEGER NOT NULL,
    released_at    TEXT,
    queue          TEXT NOT NULL,
    turn           INTEGER NOT NULL
) STRICT;
CREATE INDEX mails_by_status ON mails (status, id);
CREATE INDEX mails_by_turn ON mails (status, past, turn, id);
CREATE INDEX mails_by_queue ON mails (status, queue, turn);
CREATE INDEX mails_by_sender ON mails (sender, received_at);
CREATE INDEX mails_by_dispute ON mails (dispute, id);
CREATE INDEX mails_by_message_id ON mails (message_id);

CREATE TABLE taken (
    mailbox      TEXT NOT NULL,
    folder       TEXT NOT NULL,
    uid_validity INTEGER NOT NULL,
    uid          INTEGER NOT NULL,
    mail         INTEGER NOT NULL REFERENCES mails (id),
    server       TEXT NOT NULL,
    PRIMARY KEY (mailbox, folder, uid_validity, uid)
) STRICT;
CREATE INDEX taken_by_mail ON taken (mail);
CREATE INDEX taken_pending ON taken (mailbox, folder, uid_validity, uid) WHERE server = 'pending';

CREATE TABLE message_ids (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id TEXT NOT NULL,
    dispute    INTEGER NOT NULL REFERENCES disputes (number),
    role       TEXT NOT NULL,
    mail       INTEGER REFERENCES mails (id),
    sender     TEXT,
    UNIQUE (message_id, dispute, role)
) STRICT;
CREATE INDEX message_ids_by_dispute ON message_ids (dispute);

CREATE TABLE journal (
    dispute       INTEGER NOT NULL REFERENCES disputes (number),
    seq           INTEGER NOT NULL,
    at            TEXT NOT NULL,
    actor         TEXT,
    actor_address TEXT,
    what          TEXT,
    detail        TEXT,
    salt          BLOB,
    digest        BLOB NOT NULL,
    hash          BLOB NOT NULL,
    PRIMARY KEY (dispute, seq)
) STRICT;
CREATE INDEX journal_by_what ON journal (what, at);

CREATE TABLE anchors (
    day      TEXT NOT NULL PRIMARY KEY,
    at       TEXT NOT NULL,
    heads    INTEGER NOT NULL,
    previous BLOB NOT NULL,
    hash     BLOB NOT NULL
) STRICT;

CREATE TABLE anchor_heads (
    day     TEXT NOT NULL REFERENCES anchors (day),
    dispute INTEGER NOT NULL,
    seq     INTEGER NOT NULL,
    hash    BLOB NOT NULL,
    PRIMARY KEY (day, dispute)
) STRICT;

CREATE TABLE timers (
    dispute INTEGER NOT NULL REFERENCES disputes (number),
    kind    TEXT NOT NULL,
    due_at  TEXT NOT NULL,
    PRIMARY KEY (dispute, kind)
) STRICT;
CREATE INDEX timers_by_due ON timers (due_at);

CREATE TABLE events (
    key TEXT NOT NULL PRIMARY KEY,
    at  TEXT NOT NULL
) STRICT;

CREATE TABLE outbox (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    key              TEXT NOT NULL UNIQUE,
    dispute          INTEGER REFERENCES disputes (number),
    letter           TEXT NOT NULL,
    audience         TEXT NOT NULL,
    recipient        TEXT NOT NULL,
    recipient_key    TEXT NOT NULL,
    recipient_domain TEXT NOT NULL,
    envelope_from    TEXT,
    message_id       TEXT NOT NULL UNIQUE,
    bytes            BLOB,
    size             INTEGER NOT NULL,
    state            TEXT NOT NULL,
    leave_at         TEXT NOT NULL,
    next_attempt_at  TEXT NOT NULL,
    attempts         INTEGER NOT NULL,
    lease_until      TEXT,
    lease_owner      TEXT,
    fence            INTEGER NOT NULL,
    in_flight        INTEGER NOT NULL,
    last_error       TEXT,
    code             INTEGER,
    created_at       TEXT NOT NULL,
    sent_at          TEXT,
    refused_recipient INTEGER NOT NULL,
    reported         INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_by_state ON outbox (state, next_attempt_at);
CREATE INDEX outbox_by_dispute ON outbox (dispute, id);
CREATE INDEX outbox_by_recipient ON outbox (recipient_key, created_at);
CREATE INDEX outbox_by_domain ON outbox (recipient_domain, created_at);
CREATE INDEX outbox_by_creation ON outbox (created_at);

CREATE TABLE addresses (
    address       TEXT NOT NULL PRIMARY KEY,
    surveyed_at   TEXT,
    no_survey     INTEGER NOT NULL,
    dead_since    TEXT,
    away_until    TEXT,
    latched_until TEXT,
    latched_by    INTEGER,
    flood         INTEGER,
    flooded_at    TEXT
) STRICT;
CREATE INDEX addresses_by_latch ON addresses (latched_until);
CREATE INDEX addresses_by_flood ON addresses (flooded_at);

CREATE TABLE jobs (
    name    TEXT NOT NULL PRIMARY KEY,
    ran_for TEXT NOT NULL,
    ran_at  TEXT NOT NULL
) STRICT;

CREATE TABLE alarms (
    cause       TEXT NOT NULL PRIMARY KEY,
    detail      TEXT NOT NULL,
    raised_at   TEXT NOT NULL,
    over_at     TEXT,
    times       INTEGER NOT NULL,
    told_raised INTEGER NOT NULL,
    told_over   INTEGER NOT NULL
) STRICT;
