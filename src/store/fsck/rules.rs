//! What must hold between rows, as a table: each rule is a question for the rows that break it.
//!
//! A question gives two texts, `place` and `what`, and is written in the SQL that both databases understand.
use chrono::TimeDelta;

use super::{Check, Found};
use crate::{
    domain::Timestamp,
    store::{Db, StoreError, inbox::FROM_FILES, time::stamp},
};

/// No lease is given for longer; one that lasts longer was given by a clock that was wrong.
const LONGEST_LEASE: TimeDelta = TimeDelta::days(1);

/// What is looked at, which row is named, what is wrong with it, and where that is so.
struct Rule {
    check: Check,
    row: &'static str,
    what: &'static str,
    broken: &'static str,
}

const fn rule(check: Check, row: &'static str, what: &'static str, broken: &'static str) -> Rule {
    Rule { check, row, what, broken }
}

/// Stands for the moment after which no lease may end.
const TOO_LATE: &str = "{too late}";

/// Stands for the folder of mail that came from files.
const FILES: &str = "{files}";

const MAIL: &str = "'mail ' || CAST(m.id AS TEXT)";
const PLACE: &str = "'UID ' || CAST(t.uid AS TEXT) || ' of ' || t.mailbox || '/' || t.folder";
const DISPUTE: &str = "'dispute ' || CAST(d.number AS TEXT)";
const TIMER: &str = "'dispute ' || CAST(t.dispute AS TEXT)";
const LETTER: &str = "'letter ' || CAST(o.id AS TEXT)";

const RULES: &[Rule] = &[
    rule(
        Check::Mails,
        MAIL,
        "has no bytes, and nothing was erased",
        "mails AS m WHERE m.raw IS NULL AND (m.status <> 'done' AND m.status <> 'duplicate' OR m.dispute IS NULL)",
    ),
    rule(
        Check::Filing,
        PLACE,
        "was taken from a folder that no desk works",
        "taken AS t WHERE t.folder <> '{files}' AND NOT EXISTS \
         (SELECT 1 FROM mailboxes AS b WHERE b.mailbox = t.mailbox AND b.folder = t.folder)",
    ),
    rule(
        Check::Filing,
        MAIL,
        "is put to a dispute, and nothing says by which rule",
        "mails AS m WHERE m.dispute IS NOT NULL AND m.placed_by IS NULL",
    ),
    rule(
        Check::Filing,
        MAIL,
        "has a dispute although nobody has acted on it",
        "mails AS m WHERE m.dispute IS NOT NULL AND m.status IN ('new', 'held', 'quarantined')",
    ),
    rule(
        Check::Events,
        MAIL,
        "has acted and waits to act again",
        "mails AS m JOIN events AS e ON e.key = 'mail:' || CAST(m.id AS TEXT) WHERE m.status = 'new'",
    ),
    rule(
        Check::Events,
        MAIL,
        "was put to its dispute without the key that keeps it from acting twice",
        "mails AS m WHERE m.status = 'done' AND m.fate = 'person' AND m.dispute IS NOT NULL \
         AND m.placed_by <> 'token' \
         AND NOT EXISTS (SELECT 1 FROM events AS e WHERE e.key = 'mail:' || CAST(m.id AS TEXT))",
    ),
    rule(
        Check::Events,
        "'event ' || e.key",
        "is of a mail that does not exist",
        "events AS e LEFT JOIN (SELECT 'mail:' || CAST(id AS TEXT) AS key FROM mails) AS m ON m.key = e.key \
         WHERE e.key LIKE 'mail:%' AND e.key NOT LIKE 'mail:%:%' AND m.key IS NULL",
    ),
    rule(
        Check::Disputes,
        DISPUTE,
        "is closed without an outcome or a moment, or open with one",
        "disputes AS d WHERE (d.stage = 'closed') <> (d.outcome IS NOT NULL) \
         OR (d.stage = 'closed') <> (d.closed_at IS NOT NULL)",
    ),
    rule(
        Check::Disputes,
        DISPUTE,
        "has half a promise, half a question or half a rating",
        "disputes AS d WHERE (d.promise_due IS NULL) <> (d.promise_made_at IS NULL) \
         OR (d.question_serial IS NULL) <> (d.question_kind IS NULL) \
         OR (d.question_serial IS NULL) <> (d.question_asked_at IS NULL) \
         OR (d.rating_score IS NULL) <> (d.rating_given_at IS NULL)",
    ),
    rule(
        Check::Disputes,
        DISPUTE,
        "asks a question that it never asked",
        "disputes AS d WHERE d.question_serial > d.questions_asked",
    ),
    rule(
        Check::Disputes,
        DISPUTE,
        "was merged, and nothing says into which",
        "disputes AS d WHERE d.outcome = 'merged' AND d.linked IS NULL OR d.linked = d.number",
    ),
    rule(
        Check::Disputes,
        DISPUTE,
        "has no beginning in its journal",
        "disputes AS d WHERE NOT EXISTS \
         (SELECT 1 FROM journal AS j WHERE j.dispute = d.number AND j.seq = 1)",
    ),
    rule(
        Check::Acknowledgements,
        DISPUTE,
        "was neither acknowledged nor is there a reason why not",
        "disputes AS d WHERE NOT EXISTS (SELECT 1 FROM journal AS j WHERE j.dispute = d.number \
         AND (j.what IN ('acknowledged', 'not acknowledged') OR j.what IS NULL))",
    ),
    rule(
        Check::Acknowledgements,
        DISPUTE,
        "says that it was acknowledged, and there is no such letter",
        "disputes AS d WHERE EXISTS \
         (SELECT 1 FROM journal AS j WHERE j.dispute = d.number AND j.what = 'acknowledged') \
         AND NOT EXISTS (SELECT 1 FROM outbox AS o WHERE o.dispute = d.number \
         AND o.letter LIKE 'acknowledgement%')",
    ),
    rule(
        Check::Acknowledgements,
        DISPUTE,
        "has more than one acknowledgement that was not taken back",
        "disputes AS d WHERE (SELECT count(*) FROM outbox AS o WHERE o.dispute = d.number \
         AND o.letter LIKE 'acknowledgement%' AND o.state <> 'cancelled') > 1",
    ),
    rule(
        Check::Timers,
        DISPUTE,
        "waits for the desk without a promise",
        "disputes AS d WHERE d.stage <> 'closed' AND d.awaiting = 'us' AND d.promise_due IS NULL AND NOT d.silent",
    ),
    rule(
        Check::Timers,
        DISPUTE,
        "has a promise without a timer",
        "disputes AS d WHERE d.promise_due IS NOT NULL AND NOT EXISTS (SELECT 1 FROM timers AS t \
         WHERE t.dispute = d.number AND t.kind = 'promise due' AND t.due_at >= d.promise_due)",
    ),
    rule(
        Check::Timers,
        DISPUTE,
        "waits for the customer without a timer",
        "disputes AS d WHERE d.stage <> 'closed' AND d.awaiting = 'customer' AND NOT d.silent \
         AND NOT d.undeliverable AND NOT EXISTS \
         (SELECT 1 FROM timers AS t WHERE t.dispute = d.number AND t.kind = 'customer turn')",
    ),
    rule(
        Check::Timers,
        TIMER,
        "is closed and has a timer of an open one",
        "timers AS t JOIN disputes AS d ON d.number = t.dispute WHERE d.stage = 'closed' AND t.kind <> 'survey'",
    ),
    rule(
        Check::Timers,
        TIMER,
        "has a timer for a promise that there is not",
        "timers AS t JOIN disputes AS d ON d.number = t.dispute \
         WHERE d.stage <> 'closed' AND d.promise_due IS NULL AND t.kind IN ('promise due', 'promise reminder')",
    ),
    rule(
        Check::Letters,
        LETTER,
        "waits to be sent and has no bytes",
        "outbox AS o WHERE o.state IN ('queued', 'held', 'leased') AND (o.bytes IS NULL OR o.size = 0)",
    ),
    rule(
        Check::Letters,
        LETTER,
        "was sent and nothing says when, or was not and something does",
        "outbox AS o WHERE (o.state = 'sent') <> (o.sent_at IS NOT NULL)",
    ),
    rule(
        Check::Letters,
        LETTER,
        "is lent to nobody, or is not lent and has a lease",
        "outbox AS o WHERE (o.state = 'leased') <> (o.lease_until IS NOT NULL) \
         OR (o.state = 'leased') <> (o.lease_owner IS NOT NULL) OR o.state = 'leased' AND o.fence < 1",
    ),
    rule(
        Check::Letters,
        LETTER,
        "is lent for longer than any lease lasts",
        "outbox AS o WHERE o.state = 'leased' AND o.lease_until > '{too late}'",
    ),
    rule(
        Check::Letters,
        LETTER,
        "is settled and still counts as on its way",
        "outbox AS o WHERE o.in_flight AND o.state IN ('sent', 'cancelled')",
    ),
    rule(
        Check::Letters,
        LETTER,
        "is for a customer and belongs to no dispute",
        "outbox AS o WHERE o.audience = 'customer' AND o.dispute IS NULL",
    ),
    rule(
        Check::Letters,
        LETTER,
        "shares its effect key or its Message-ID with another",
        "outbox AS o WHERE o.key IN (SELECT key FROM outbox GROUP BY key HAVING count(*) > 1) \
         OR o.message_id IN (SELECT message_id FROM outbox GROUP BY message_id HAVING count(*) > 1)",
    ),
    rule(
        Check::Letters,
        LETTER,
        "belongs to a dispute, and its Message-ID is not known as ours",
        "outbox AS o WHERE o.dispute IS NOT NULL AND o.recipient <> '' AND NOT EXISTS \
         (SELECT 1 FROM message_ids AS i WHERE i.message_id = o.message_id AND i.role = 'own')",
    ),
];

/// Asks every question.
pub(super) fn check(db: &mut Db, now: Timestamp, found: &mut Found) -> Result<(), StoreError> {
    let too_late = stamp(now.checked_add_signed(LONGEST_LEASE).unwrap_or(Timestamp::MAX_UTC)).to_string();
    for Rule { check, row, what, broken } in RULES {
        let broken = broken.replace(TOO_LATE, &too_late).replace(FILES, FROM_FILES);
        found.ask(db, *check, &format!("SELECT {row} AS place, '{what}' AS what FROM {broken}"))?;
    }
    Ok(())
}
