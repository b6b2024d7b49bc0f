//! Suspect mail and its senders: whose mail is held and whose never is, and what a colleague's reply to the digest
//! does. What a digest names stands in the ticker.
//!
//! Lists stand in two places, the configuration and the store. The more exact entry counts: an address before its
//! domain, a domain before the one above it; of two that are equally exact, the configuration's.
use std::iter;

use super::{Handled, Letterbox, Settings};
use crate::{
    clerk::ClerkError,
    command::{self, Command, Objection, Parsed, Settled, Target, spec_of},
    domain::{
        letter::{Transcript, TranscriptLine},
        party::Staff,
    },
    mail::{
        fate::{Fate, Verdict},
        inbound::Mail,
        token::Token,
    },
    store::{
        Db, StoreError,
        inbox::{self, MailRow, Status, Which},
        senders::{self, Sender, Standing},
    },
};

/// Authors of one mail that are looked up.
const AUTHORS: usize = 16;
/// Domains above an address that are looked up, counted from the top, beside its own.
const DOMAINS: usize = 8;
/// Waiting mails of one sender that one command settles.
const MOST_SETTLED: i64 = 10_000;

/// What was said of those who wrote a mail. Addresses as they stand in it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Lists {
    /// Those whose mail is held.
    pub blocked: Vec<String>,
    /// Those whose mail is never held for who they are.
    pub allowed: Vec<String>,
}

impl Lists {
    /// Looks up the authors of `mail`.
    pub fn of(db: &mut Db, settings: &Settings, mail: &Mail) -> Result<Self, StoreError> {
        let mut authors: Vec<&str> = mail
            .authors
            .iter()
            .chain(&mail.from)
            .take(AUTHORS)
            .map(|author| author.address.as_str())
            .collect();
        authors.dedup();
        let names: Vec<String> = authors.iter().flat_map(|author| names_of(author)).collect();
        let said = if names.is_empty() { Vec::new() } else { senders::of(db, &names)? };
        let mut lists = Self::default();
        for author in authors {
            match standing(author, settings, &said) {
                Some(Standing::Blocked) => lists.blocked.push(author.to_owned()),
                Some(Standing::Allowed) => lists.allowed.push(author.to_owned()),
                None => {}
            }
        }
        // Where a blocked customer speaks through a relay, the mail is theirs and not the relay's.
        if mail.from.as_ref().is_some_and(|from| lists.blocked.contains(&from.address)) {
            lists.blocked.extend(mail.authors.iter().map(|author| author.address.clone()));
        }
        Ok(lists)
    }

    /// Whether mail of this author is never held for who they are.
    pub fn allows(&self, address: &str) -> bool {
        self.allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(address))
    }
}

/// What counts for `address`, of what the configuration and people have said.
fn standing(address: &str, settings: &Settings, said: &[Sender]) -> Option<Standing> {
    let named = |list: &[String], name: &String| list.iter().any(|entry| entry.eq_ignore_ascii_case(name));
    names_of(address).iter().find_map(|name| {
        if named(&settings.blocked, name) {
            Some(Standing::Blocked)
        } else if named(&settings.allowed, name) {
            Some(Standing::Allowed)
        } else {
            said.iter().find(|sender| sender.whom == *name).map(|sender| sender.standing)
        }
    })
}

/// The names under which an address may stand in a list, the most exact first: itself, itself without its detail
/// (RFC 5233), its domain as `@domain`, and the domains above that.
fn names_of(address: &str) -> Vec<String> {
    let address = address.to_lowercase();
    let Some((local, domain)) = address.rsplit_once('@') else { return Vec::new() };
    let mut names = vec![address.clone()];
    if let Some((bare, _)) = local.split_once('+').filter(|(bare, _)| !bare.is_empty()) {
        names.push(format!("{bare}@{domain}"));
    }
    // From the top, for whoever owns a domain can put any number of labels below it.
    let above: Vec<&str> =
        iter::successors(Some(domain), |name| name.split_once('.').map(|(_, above)| above)).collect();
    let first = above.len().saturating_sub(DOMAINS).max(1);
    let kept = above.iter().take(1).chain(above.iter().skip(first)).filter(|name| !name.is_empty());
    names.extend(kept.map(|name| format!("@{name}")));
    names
}

/// A sender that a command names, and the mail that was pointed at.
struct Meant {
    address: String,
    mail: Option<i64>,
}

impl Letterbox<'_> {
    /// Acts on commands that came in reply to a mail of ours that is about no dispute: all of them or none.
    pub fn outside(
        &mut self,
        staff: &Staff,
        token: Token,
        parsed: &Parsed,
        verdict: &Verdict,
    ) -> Result<Handled, ClerkError> {
        let commands = match parsed.commands() {
            Ok(commands) => commands,
            Err(lines) => return self.none_ran(staff, lines, parsed, verdict),
        };
        if !parsed.strays.is_empty() {
            return self.none_ran(staff, parsed.stray_lines(), parsed, verdict);
        }
        let mut objections = Vec::new();
        for (_, command) in &commands {
            objections.push(match command {
                Command::New { .. } if commands.len() > 1 => Some(Objection::NewAlone),
                Command::New { address, .. } => self.against_new(address, token, parsed)?,
                _ => self.objection(command)?,
            });
        }
        if objections.iter().any(Option::is_some) {
            let lines = commands.iter().zip(&objections);
            let lines = lines
                .map(|((line, command), objection)| command::refused(line, command, objection.as_ref()))
                .collect();
            return self.none_ran(staff, lines, parsed, verdict);
        }
        if let [(line, command @ Command::New { .. })] = commands.as_slice() {
            return self.open_for(staff, (line, command), token, parsed, verdict);
        }
        let mut lines = Vec::new();
        let mut help = Vec::new();
        for (line, command) in &commands {
            let settled = match command {
                Command::Release(mails) => self.release(mails)?,
                Command::Block(whom) => self.say(staff, whom, Standing::Blocked)?,
                Command::Allow(whom) => self.say(staff, whom, Standing::Allowed)?,
                Command::Help(about) => {
                    help.extend(command::help_for(*about));
                    lines.push(command::done(line, command, None));
                    continue;
                }
                _ => continue,
            };
            lines.push(command::settled(line, &settled));
        }
        let letter = Transcript { done: true, lines, help, ..blank() };
        self.transcript(staff, None, letter)?;
        self.set_down(Status::Done, verdict, None)
    }

    fn none_ran(
        &mut self,
        staff: &Staff,
        lines: Vec<TranscriptLine>,
        parsed: &Parsed,
        verdict: &Verdict,
    ) -> Result<Handled, ClerkError> {
        let body = parsed.body.trim();
        let unsent = (!body.is_empty()).then(|| body.to_owned());
        let letter = Transcript { lines, unsent, commands: command::hints_outside(), ..blank() };
        self.transcript(staff, None, letter)?;
        self.set_down(Status::Done, verdict, None)
    }

    /// What stands against a command.
    fn objection(&mut self, command: &Command) -> Result<Option<Objection>, ClerkError> {
        match command {
            Command::Release(mails) => {
                for mail in mails {
                    if self.suspect(*mail)?.is_none() {
                        return Ok(Some(Objection::NoSuspect(*mail)));
                    }
                }
                Ok(None)
            }
            Command::Block(whom) => self.against(whom, Standing::Blocked),
            Command::Allow(whom) => self.against(whom, Standing::Allowed),
            Command::Help(_) => Ok(None),
            _ if spec_of(command).is_outside() => Ok(None),
            _ => Ok(Some(Objection::NoDispute)),
        }
    }

    fn against(&mut self, whom: &[Target], standing: Standing) -> Result<Option<Objection>, ClerkError> {
        for target in whom {
            let meant = match self.meant(target, standing)? {
                Ok(meant) => meant,
                Err(objection) => return Ok(Some(objection)),
            };
            if standing == Standing::Blocked && self.desk.is_one_of_us(&meant.address) {
                return Ok(Some(Objection::OneOfUs(meant.address)));
            }
        }
        Ok(None)
    }

    /// The sender that a command means, or why it means none.
    fn meant(&mut self, target: &Target, standing: Standing) -> Result<Result<Meant, Objection>, ClerkError> {
        let mail = match target {
            Target::Address(address) => {
                return Ok(Ok(Meant { address: address.to_ascii_lowercase(), mail: None }));
            }
            Target::Suspect(mail) => *mail,
        };
        let Some(row) = self.suspect(mail)? else { return Ok(Err(Objection::NoSuspect(mail))) };
        let Some(sender) = row.sender else { return Ok(Err(Objection::NoSender(mail))) };
        let address = sender.to_ascii_lowercase();
        // Whoever a forger names must not be silenced for it.
        if standing == Standing::Blocked
            && let Some(raw) = inbox::raw(self.db, mail)?
            && self.desk.read(&raw).dmarc_failed
        {
            return Ok(Err(Objection::FalseSender(mail, address)));
        }
        Ok(Ok(Meant { address, mail: Some(mail) }))
    }

    /// A mail that is or was held as suspect.
    fn suspect(&mut self, mail: i64) -> Result<Option<MailRow>, StoreError> {
        let row = inbox::load(self.db, mail)?;
        let was = |row: &MailRow| {
            row.status == Status::Held
                || row.released_at.is_some()
                || row.fate.as_deref() == Some(Fate::Suspect.as_str())
        };
        Ok(row.filter(was))
    }

    fn release(&mut self, mails: &[i64]) -> Result<Vec<Settled>, ClerkError> {
        let mut settled = Vec::new();
        for mail in mails {
            let released = inbox::release(self.db, Which::One(*mail), self.now)?;
            settled.push(if released > 0 { Settled::Released(*mail) } else { Settled::Before(*mail) });
        }
        Ok(settled)
    }

    /// Blocks or allows, and settles what waits of those senders.
    fn say(
        &mut self,
        staff: &Staff,
        whom: &[Target],
        standing: Standing,
    ) -> Result<Vec<Settled>, ClerkError> {
        let mut settled = Vec::new();
        for target in whom {
            let Ok(meant) = self.meant(target, standing)? else { continue };
            senders::set(self.db, &meant.address, standing, &staff.address, self.now)?;
            let mut waiting = inbox::held_of(self.db, &meant.address, MOST_SETTLED)?;
            if let Some(mail) = meant.mail.filter(|mail| !waiting.contains(mail)) {
                waiting.push(mail);
            }
            let mut count = 0;
            for mail in waiting {
                count += match standing {
                    Standing::Blocked => inbox::discard(self.db, Which::One(mail))?,
                    Standing::Allowed => inbox::release(self.db, Which::One(mail), self.now)?,
                };
            }
            tracing::info!(mail = self.waiting.id, mails = count, "A sender was {standing} by a colleague");
            settled.push(match standing {
                Standing::Blocked => Settled::Blocked(meant.address, count),
                Standing::Allowed => Settled::Allowed(meant.address, count),
            });
        }
        Ok(settled)
    }
}

/// A transcript that says nothing yet.
pub fn blank() -> Transcript {
    Transcript {
        done: false,
        number: None,
        lines: Vec::new(),
        sent: None,
        leaves: None,
        unsent: None,
        help: Vec::new(),
        commands: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::Timestamp, mail::authenticity::Trust};

    fn check(
        address: &str,
        blocked: &[&str],
        allowed: &[&str],
        said: &[(&str, Standing)],
    ) -> Option<Standing> {
        let owned = |list: &[&str]| list.iter().map(|entry| (*entry).to_owned()).collect();
        let settings = Settings {
            trust: Trust::default(),
            own_addresses: Vec::new(),
            own_lists: Vec::new(),
            relays: Vec::new(),
            blocked: owned(blocked),
            allowed: owned(allowed),
            first_number: 1,
        };
        let said: Vec<Sender> = said
            .iter()
            .map(|(whom, standing)| Sender {
                whom: (*whom).to_owned(),
                standing: *standing,
                set_by: String::new(),
                set_at: Timestamp::UNIX_EPOCH,
            })
            .collect();
        standing(address, &settings, &said)
    }

    #[test]
    fn the_more_exact_entry_counts_and_the_configuration_before_the_store() {
        use Standing::{Allowed, Blocked};
        let none: &[&str] = &[];
        assert_eq!(check("Ada@Mail.Shop.example", none, none, &[]), None);
        assert_eq!(check("Ada@Mail.Shop.example", &["@shop.example"], none, &[]), Some(Blocked));
        assert_eq!(check("ada@shop.example", &["@shop.example"], &["ada@shop.example"], &[]), Some(Allowed));
        let said = [("ada@shop.example", Allowed)];
        assert_eq!(check("ada@shop.example", &["@shop.example"], none, &said), Some(Allowed));
        assert_eq!(check("ada@shop.example", &["ada@shop.example"], none, &said), Some(Blocked));
        assert_eq!(check("ada+x@shop.example", none, none, &said), Some(Allowed));
        assert_eq!(check("bob@shop.example", none, none, &said), None);
        assert_eq!(check("ada@myshop.example", none, none, &[("@shop.example", Blocked)]), None);
        assert_eq!(check("ada", none, none, &said), None);
        let spam = [("@spam.example", Blocked)];
        let deep = format!("ada@{}spam.example", "a.".repeat(30));
        assert_eq!(check(&deep, none, none, &spam), Some(Blocked));
        assert_eq!(check(&deep, &["@spam.example"], none, &[]), Some(Blocked));
        let whole = format!("@{}spam.example", "a.".repeat(30));
        assert_eq!(check(&deep, none, &[&whole], &spam), Some(Allowed));
    }
}
