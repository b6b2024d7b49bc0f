//! The rows of the decision table, in order of precedence.
//!
//! Absent here: L20, the latch against two programs that answer each other, and L21, the budgets: both count over
//! time, and the desk keeps them.

use super::{CHALLENGE, Fate, HEARD, Says, Setting, absence, challenge, own, phrases, receipts, responders};
use crate::mail::bounce;
use crate::mail::flowing::flowing;
use crate::mail::inbound::{Mail, ReturnPath};

/// One row: a signal, and what follows from it.
pub(super) struct Row {
    /// Its number.
    pub(super) id: &'static str,
    /// The fate it names; `None` where it leaves the mail a person's.
    pub(super) fate: Option<Fate>,
    /// What it says about an acknowledgement.
    pub(super) says: Says,
    /// What it found in the mail, if it did.
    pub(super) read: fn(&Mail, &Setting) -> Option<String>,
}

const fn fate(id: &'static str, fate: Fate, read: fn(&Mail, &Setting) -> Option<String>) -> Row {
    Row { id, fate: Some(fate), says: Says::Silence, read }
}

const fn person(id: &'static str, says: Says, read: fn(&Mail, &Setting) -> Option<String>) -> Row {
    Row { id, fate: None, says, read }
}

/// The table. A delivery report comes before what it also is (a mail with a null return path, often from an address
/// that looks like ours); what proves a machine comes before what merely suspects.
pub(super) const ROWS: [Row; 32] = [
    fate("limits", Fate::Quarantined, over_limit),
    fate("L1", Fate::Own, echo),
    fate(CHALLENGE, Fate::Automatic, challenge::dressed_as_a_report),
    fate(HEARD, Fate::Suspect, person_in_a_machines_form),
    fate("L3", Fate::Bounce, delivery_report),
    fate("L5", Fate::Report, report_of_success),
    fate("L2", Fate::Own, from_ourselves),
    fate("L4", Fate::Report, receipts::read_receipt),
    fate("L5", Fate::Report, receipts::machine_report),
    fate("L17", Fate::Automatic, looped),
    fate("L6", Fate::Automatic, null_return_path),
    fate("L8", Fate::Automatic, auto_submitted),
    fate("L13", Fate::Automatic, responders::responder_fields),
    fate(CHALLENGE, Fate::Automatic, challenge::challenge),
    fate("L16", Fate::Automatic, absence::absence),
    fate("L15", Fate::Report, receipts::calendar),
    fate("L9", Fate::Automatic, precedence_of_a_responder),
    fate("L10", Fate::List, list_fields),
    fate("L9", Fate::List, precedence_of_bulk),
    fate("blocked", Fate::Suspect, blocked),
    fate("L18", Fate::Suspect, failed_checks),
    fate("L19", Fate::Suspect, no_author),
    fate("L14", Fate::Suspect, role_starting_a_thread),
    person("L14", Says::Silence, role_in_a_thread),
    person("subject", Says::Silence, sounds_like_a_machine),
    person("L13", Says::Silence, responders::help_desk),
    person("L11", Says::Silence, asks_for_silence),
    person("L7", Says::Silence, no_return_path),
    person("L22", Says::Silence, not_addressed_to_us),
    person("L24", Says::Silence, in_a_dispute),
    person("L12", Says::Acknowledge, asks_for_other_silence),
    person("L23", Says::Acknowledge, answerable),
];

/// Rows that do not count against the customer who speaks through a relay: web forms send from addresses that nobody
/// reads, marketplaces in bulk, and either to whom they like. What shows a loop or a machine counts all the same.
pub(super) fn is_usual_of_relays(row: &Row) -> bool {
    row.fate == Some(Fate::List) || matches!(row.id, "L14" | "L22")
}

fn over_limit(mail: &Mail, _: &Setting) -> Option<String> {
    mail.over_limit.clone()
}

fn echo(_: &Mail, setting: &Setting) -> Option<String> {
    setting.echo.map(str::to_owned)
}

fn delivery_report(_: &Mail, setting: &Setting) -> Option<String> {
    setting.bounce.map(|bounce| bounce.because.clone())
}

/// A delivery report that tells of nothing lost: asked for by nobody here, and no person's word.
fn report_of_success(mail: &Mail, _: &Setting) -> Option<String> {
    bounce::is_delivery_report(mail).then(|| "a delivery report that tells of nothing lost".to_owned())
}

/// The form of a machine's mail around a person's own demand: scripts behind web forms, forwarders and some programs
/// give a mail such a form. It is held where somebody sees it, and never answered, since a machine may have written it.
/// A program that names itself is believed, and so is one that two signs give away.
fn person_in_a_machines_form(mail: &Mail, setting: &Setting) -> Option<String> {
    let excluded = written_by_us(mail, setting).or_else(|| blocked(mail, setting)).is_some();
    if setting.from_agent || excluded || !own::is_ordinary(mail, setting) {
        return None;
    }
    if auto_submitted(mail, setting).or_else(|| responders::responder_fields(mail, setting)).is_some() {
        return None;
    }
    let report = delivery_report(mail, setting)
        .or_else(|| report_of_success(mail, setting))
        .or_else(|| receipts::read_receipt(mail, setting));
    let (form, demands) = if let Some(report) = report {
        (report, own::demands_beside_a_report(mail, setting))
    } else if let Some(report) = receipts::machine_report(mail, setting) {
        (report, own::demands_beside_statistics(mail, setting))
    } else {
        let envelope = sent_by_us(mail, setting).or_else(|| null_return_path(mail, setting))?;
        let machine = absence::two_signs(mail, setting) || responders::is_of_a_desk(setting);
        (envelope, !machine && own::demands(mail, setting))
    };
    demands.then(|| format!("a person's own demand, in spite of {form}"))
}

fn from_ourselves(mail: &Mail, setting: &Setting) -> Option<String> {
    if setting.from_agent { None } else { written_by_us(mail, setting).or_else(|| sent_by_us(mail, setting)) }
}

fn written_by_us(mail: &Mail, setting: &Setting) -> Option<String> {
    let author = mail.authors.iter().find(|author| matches_any(&author.address, setting.own_addresses))?;
    Some(format!("From: {}", author.address))
}

fn sent_by_us(mail: &Mail, setting: &Setting) -> Option<String> {
    let ours = |address: &str| matches_any(address, setting.own_addresses);
    if own_list(mail, setting) {
        // A group that is our address writes itself into Sender and Return-Path of everybody's mail.
        return None;
    }
    if let Some(sender) = mail.sender.iter().find(|sender| ours(&sender.address)) {
        return Some(format!("Sender: {}", sender.address));
    }
    match &mail.return_path {
        ReturnPath::Address(address) if ours(address) => Some(format!("Return-Path: {address}")),
        _ => None,
    }
}

/// RFC 5321 §6.3 asks for a hundred before a mail is rejected; staying silent may begin sooner.
const MOST_HOPS: usize = 50;
/// A mail that passed one of our hosts more often than this runs in a circle.
const MOST_OWN_HOPS: usize = 5;

fn looped(mail: &Mail, setting: &Setting) -> Option<String> {
    let hops = mail.headers_named("Received").count();
    let own = mail.headers_named("Received").filter(|value| passed_us(value, setting.our_hosts)).count();
    (hops > MOST_HOPS || own > MOST_OWN_HOPS).then(|| format!("{hops} Received fields, {own} of them ours"))
}

fn passed_us(received: &str, our_hosts: &[String]) -> bool {
    let lower = received.to_ascii_lowercase();
    let mut words = lower.split_whitespace();
    let by = words.by_ref().find(|word| *word == "by").and_then(|_| words.next()).unwrap_or_default();
    our_hosts.iter().any(|host| by.trim_end_matches(';').eq_ignore_ascii_case(host))
}

fn null_return_path(mail: &Mail, _: &Setting) -> Option<String> {
    (mail.return_path == ReturnPath::Null).then(|| "Return-Path: <>".to_owned())
}

/// RFC 3834 §5: anything but `no` is automatic, also words unknown today, and also a field given twice.
/// A form generates its mail and owns up to it (§5.1), which says nothing against whoever filled it in.
fn auto_submitted(mail: &Mail, setting: &Setting) -> Option<String> {
    let first = mail.header("Auto-Submitted")?;
    let several = mail.headers_named("Auto-Submitted").nth(1).is_some();
    let word = keyword(first).to_lowercase();
    // Where nobody reads what is answered, no customer filled anything in: the relay speaks for itself.
    let nobody = mail.from.as_ref().is_none_or(|from| phrases::is_role(local(&from.address)));
    let of_a_form = setting.relayed && word == "auto-generated" && !nobody;
    (several || !(word == "no" || of_a_form)).then(|| format!("Auto-Submitted: {first}"))
}

/// The words of a machine without its place or its marks: a person's mail, since a complaint must not vanish, and not
/// acknowledged, since a machine may have written it.
fn sounds_like_a_machine(mail: &Mail, setting: &Setting) -> Option<String> {
    absence::absence_unproven(mail, setting)
        .or_else(|| challenge::unproven(mail, setting))
        .or_else(|| receipts::in_words(mail))
        .or_else(|| receipts::calendar_answer(mail))
        .or_else(|| failure_in_words(mail, setting))
}

/// What reads like a delivery report and comes from nobody known to send them.
fn failure_in_words(mail: &Mail, setting: &Setting) -> Option<String> {
    let person = || own::complains(&flowing(own::words(setting)));
    (bounce::sounds_like_a_report(mail) && !person())
        .then(|| format!("Subject: {}, in the words of a delivery report", mail.subject))
}

/// The first word of a value; comments and parameters do not count.
fn keyword(value: &str) -> &str {
    let mut rest = value.trim_start();
    while let Some((_, after)) = rest.strip_prefix('(').and_then(|inner| inner.split_once(')')) {
        rest = after.trim_start();
    }
    rest.split([' ', '\t', ';', '(']).next().unwrap_or_default()
}

fn precedence(mail: &Mail, words: &[&str]) -> Option<String> {
    ["Precedence", "X-Precedence"].iter().find_map(|name| {
        let value = mail
            .headers_named(name)
            .find(|value| words.contains(&keyword(value).to_lowercase().replace('_', "-").as_str()))?;
        Some(format!("{name}: {value}"))
    })
}

/// An autoresponder is no list: what it sends must not count as its owner's word.
fn precedence_of_a_responder(mail: &Mail, _: &Setting) -> Option<String> {
    precedence(mail, &["auto-reply", "autoreply", "auto-respond", "auto-responder", "vacation"])
}

fn precedence_of_bulk(mail: &Mail, setting: &Setting) -> Option<String> {
    if own_list(mail, setting) {
        precedence(mail, &["bulk", "junk"])
    } else {
        precedence(mail, &["bulk", "list", "junk"])
    }
}

/// RFC 2369, RFC 2919, and two that older list managers set.
const LIST_FIELDS: [&str; 9] = [
    "List-Id",
    "List-Post",
    "List-Help",
    "List-Subscribe",
    "List-Unsubscribe",
    "List-Owner",
    "List-Archive",
    "Mailing-List",
    "X-Mailing-List",
];

fn list_fields(mail: &Mail, setting: &Setting) -> Option<String> {
    if own_list(mail, setting) {
        return None;
    }
    LIST_FIELDS.iter().find_map(|name| mail.header(name).map(|value| format!("{name}: {value}")))
}

/// Whether the mail came through a list that is our own address.
fn own_list(mail: &Mail, setting: &Setting) -> bool {
    mail.headers_named("List-Id")
        .filter_map(list_id)
        .any(|id| setting.own_lists.iter().any(|own| own.eq_ignore_ascii_case(&id)))
}

/// RFC 2919 §3: the identifier stands in angle brackets and has at most 255 characters.
fn list_id(value: &str) -> Option<String> {
    let inner = value.rsplit_once('<').map_or(value, |(_, rest)| rest.split('>').next().unwrap_or_default());
    let id = inner.trim();
    (!id.is_empty() && id.chars().count() <= 255).then(|| id.to_owned())
}

fn blocked(mail: &Mail, setting: &Setting) -> Option<String> {
    let author = mail.authors.iter().find(|author| matches_any(&author.address, setting.blocked))?;
    Some(format!("From: {}", author.address))
}

fn allowed(mail: &Mail, setting: &Setting) -> bool {
    mail.from.as_ref().is_some_and(|from| matches_any(&from.address, setting.allowed))
}

/// Fields in which a spam filter gives its verdict, and how the verdict begins. A forged one only harms its forger.
const SPAM_FIELDS: [(&str, &str); 3] = [("X-Spam-Flag", "yes"), ("X-Spam-Status", "yes"), ("X-Spam", "yes")];

fn failed_checks(mail: &Mail, setting: &Setting) -> Option<String> {
    if allowed(mail, setting) {
        return None;
    }
    if setting.dmarc_failed {
        return Some("Authentication-Results: dmarc=fail".to_owned());
    }
    SPAM_FIELDS.iter().find_map(|(name, verdict)| {
        let value = mail.header(name)?;
        value.trim().to_lowercase().starts_with(verdict).then(|| format!("{name}: {value}"))
    })
}

fn no_author(mail: &Mail, _: &Setting) -> Option<String> {
    mail.from_problem.map(|problem| problem.to_string())
}

fn role_starting_a_thread(mail: &Mail, setting: &Setting) -> Option<String> {
    if setting.threads || allowed(mail, setting) { None } else { role(mail) }
}

fn role_in_a_thread(mail: &Mail, setting: &Setting) -> Option<String> {
    if setting.threads || allowed(mail, setting) { role(mail) } else { None }
}

/// An address that belongs to a machine or a role nobody answers from.
fn role(mail: &Mail) -> Option<String> {
    if let Some(author) = mail.authors.iter().find(|author| phrases::is_role(local(&author.address))) {
        return Some(format!("From: {}", author.address));
    }
    let of_the_author = |address: &str| mail.authors.iter().any(|author| own::same(address, author));
    match &mail.return_path {
        ReturnPath::Address(address)
            if phrases::is_role(local(address))
                || (phrases::is_list_owner(local(address)) && !of_the_author(address)) =>
        {
            Some(format!("Return-Path: {address}"))
        }
        _ => None,
    }
}

fn suppressed(mail: &Mail, wanted: fn(&str) -> bool) -> Option<String> {
    let name = "X-Auto-Response-Suppress";
    let value = mail
        .headers_named(name)
        .find(|value| value.split([',', ';']).any(|word| wanted(&word.trim().to_lowercase())))?;
    Some(format!("{name}: {value}"))
}

/// [MS-OXCMAIL] 2.1.3.2.20. It asks for silence; it does not say that a machine wrote.
fn asks_for_silence(mail: &Mail, _: &Setting) -> Option<String> {
    suppressed(mail, |word| matches!(word, "all" | "autoreply"))
}

fn asks_for_other_silence(mail: &Mail, setting: &Setting) -> Option<String> {
    answerable(mail, setting)?;
    suppressed(mail, |word| matches!(word, "oof" | "dr" | "ndr" | "rn" | "nrn" | "none"))
}

fn no_return_path(mail: &Mail, setting: &Setting) -> Option<String> {
    let missing = mail.return_path == ReturnPath::Missing && !setting.authenticated;
    missing.then(|| "no Return-Path, and the sender is not authenticated".to_owned())
}

fn not_addressed_to_us(mail: &Mail, setting: &Setting) -> Option<String> {
    let ours = mail.recipients.iter().any(|address| matches_any(address, setting.own_addresses));
    (!setting.own_addresses.is_empty() && !ours)
        .then(|| "no address of ours in To, Cc or Delivered-To".to_owned())
}

fn in_a_dispute(_: &Mail, setting: &Setting) -> Option<String> {
    setting.threads.then(|| "belongs to a dispute that is acknowledged already".to_owned())
}

/// An answer goes to From: if that is proven, or if it is at least where the mail says it came from.
fn answerable(mail: &Mail, setting: &Setting) -> Option<String> {
    let from = mail.from.as_ref()?;
    if setting.authenticated {
        let who = if setting.relayed { "the relay is proven" } else { "From is authenticated" };
        return Some(who.to_owned());
    }
    match &mail.return_path {
        ReturnPath::Address(address) if own::same(address, from) => {
            Some("Return-Path equals From".to_owned())
        }
        _ => None,
    }
}

fn local(address: &str) -> &str {
    address.rsplit_once('@').map_or(address, |(local, _)| local)
}

/// Whether an address is one of these: equal, equal without its `+detail`, or in a domain written `@domain`.
pub fn matches_any(address: &str, known: &[String]) -> bool {
    let Some((local, domain)) = address.rsplit_once('@') else { return false };
    let bare = local.split('+').next().unwrap_or(local);
    known.iter().any(|entry| match entry.rsplit_once('@') {
        Some(("", own)) => own.eq_ignore_ascii_case(domain),
        Some((name, own)) => {
            own.eq_ignore_ascii_case(domain)
                && (name.eq_ignore_ascii_case(local) || name.eq_ignore_ascii_case(bare))
        }
        None => false,
    })
}
