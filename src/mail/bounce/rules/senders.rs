//! From whom reports come, and what only looks like one.

/// Local parts from which only mail servers write.
pub(in crate::mail::bounce) const DAEMONS: &[&str] = &[
    "mailer-daemon",
    "mailerdaemon",
    "mailer_daemon",
    "mail-daemon",
    "maildaemon",
    "mdaemon",
    "mail.delivery.system",
    "mail-delivery-system",
    "maildeliverysystem",
    "mail delivery system",
    "mail delivery subsystem",
    "mail.delivery.subsystem",
    "double-bounce",
];

/// Beginnings of local parts and names from which mail servers write, and at times the person who runs them.
pub(in crate::mail::bounce) const OFFICES: &[&str] = &[
    "postmaster",
    "post_master",
    "post master",
    "poostmaster",
    "sysadmin",
    "surfcontrol",
    "interscan",
    "barracuda",
    "symantec",
    "mimecast",
    "mailmarshal",
    "mail delivery",
    "mail deliverer",
    "mail administrator",
    "mail system",
    "mail admin",
    "mailadmin",
    "system administrator",
    "system-administrator",
    "systemadministrator",
    "internet mail delivery",
    "e-mail interconnect",
    "pmdf",
    "mailer",
    "mailgate",
    "imss",
    "microsoft outlook",
    "lsmtp",
    "groupwise",
    "gwia",
    "webshield",
];

/// Beginnings of local parts from which any machine writes.
pub(in crate::mail::bounce) const MACHINES: &[&str] = &[
    "delivery",
    "noreply",
    "no-reply",
    "no_reply",
    "donotreply",
    "do-not-reply",
    "bounce",
    "bounces",
    "ndr",
    "listserv",
    "majordomo",
    "mailman",
];

/// Endings of local parts of list programs.
pub(in crate::mail::bounce) const LIST_OFFICES: &[&str] = &["-admin", "-owner", "-request", "-bounces"];

/// Words of a challenge that is dressed as a report: it asks its reader to do something, and nothing was lost.
pub(in crate::mail::bounce) const CHALLENGES: &[&str] = &[
    "sender not pre-approved",
    "not on my guest list",
    "x-boxbe-notice",
    "confirm that you are a real person",
];
