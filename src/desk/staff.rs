//! Mail from a registered address of staff, or to an address that was issued to staff: is it really they, and what
//! do they want? (Rule book §7.1.)
//!
//! Identity is From, plus a signed address or Message-ID issued to that very person, plus, where the desk can tell,
//! the border's word. Whoever fails gets nothing; the real person is told, with a limit.
use super::{Handled, Letterbox, Sight};
use crate::{
    clerk::{Clerk, ClerkError},
    command::{self, Command, Parsed},
    decide::{AgentWrote, Event, Refusal},
    domain::{
        decision::{Outgoing, Reply},
        dispute::{Dispute, Number},
        letter::{ForwardedMail, Impostor, ReplyHere, StaffLetter, Transcript, TranscriptLine},
        party::Staff,
        policy::Authentication,
    },
    mail::{fate::Verdict, token::Token},
    store::{
        events::{self, Once},
        inbox::{Age, Status},
    },
    threading::{Forward, PlacedBy, is_forward, numbers_in},
};

/// At most this many notices of one kind in an hour to one member of staff.
const NOTICES: i64 = 3;
/// At most this many transcripts in an hour to one member of staff; a program that answers them gets no further.
pub(super) const TRANSCRIPTS: i64 = 120;

/// What can be said of a mail that uses a staff address.
enum Identity {
    /// It is this person, answering that mail of ours.
    Proven(Staff, Token),
    /// It may well be this person, but they answer nothing.
    Fresh(Staff),
    /// Somebody uses this person's address, or an address issued to them, without proof.
    Unproven(Staff, Option<Number>),
}

impl Letterbox<'_> {
    /// The member of staff whose address stands in From.
    pub fn writer(&self) -> Option<&Staff> {
        let from = self.reading.mail.from.as_ref()?;
        self.desk.clerk.policy.staff_by(&from.address)
    }

    /// Whether the mail came to an address that was issued to staff.
    pub fn is_for_staff(&self) -> bool {
        self.reading.addressed.iter().any(|sight| sight.token.audience.is_staff())
    }

    fn identity(&self) -> Option<Identity> {
        let reading = self.reading;
        let clerk = &self.desk.clerk;
        // A forward is not a reply: what it quotes in References proves nothing about what it wants.
        let answered: &[Sight] =
            if is_forward(&reading.mail.subject) == Forward::Yes { &[] } else { &reading.ours };
        let issued = reading.addressed.iter().chain(answered).filter(|sight| sight.token.audience.is_staff());
        let Some(writer) = self.writer() else {
            let sight = issued.into_iter().find(|sight| sight.issued_to.is_some())?;
            let owner = clerk.policy.staff_by(sight.issued_to.as_deref()?)?.clone();
            return Some(Identity::Unproven(owner, number(sight.token)));
        };
        let vouched = clerk.policy.authentication == Authentication::ReplyOnly || reading.authenticated;
        let mut foreign = None;
        for sight in issued {
            if sight.issued_to.as_deref() != Some(writer.address.as_str()) {
                foreign = number(sight.token);
                continue;
            }
            return Some(if vouched {
                Identity::Proven(writer.clone(), sight.token)
            } else {
                Identity::Unproven(writer.clone(), number(sight.token))
            });
        }
        Some(if vouched && foreign.is_none() {
            Identity::Fresh(writer.clone())
        } else {
            Identity::Unproven(writer.clone(), foreign)
        })
    }

    /// Acts on a mail by or for staff.
    pub fn staff_wrote(&mut self, verdict: &Verdict) -> Result<Handled, ClerkError> {
        if self.waiting.age == Age::Past {
            // What it asked for was done then, or would come too late now; the digest shows what is still due.
            return self.set_down(Status::Done, verdict, None);
        }
        match self.identity() {
            Some(Identity::Proven(staff, token)) => self.agent_wrote(&staff, token, verdict),
            Some(Identity::Fresh(staff)) => {
                let parsed = command::parse(&self.reading.new_text);
                let about = self.named()?;
                self.fresh(&staff, &parsed, about.as_ref(), verdict)
            }
            Some(Identity::Unproven(staff, about)) => self.unproven(&staff, about, verdict),
            None => self.set_down(Status::Done, verdict, None),
        }
    }

    fn agent_wrote(&mut self, staff: &Staff, token: Token, verdict: &Verdict) -> Result<Handled, ClerkError> {
        if self.acted_before(staff)? {
            return self.set_down(Status::Duplicate, verdict, number(token).map(|n| (n, PlacedBy::Token)));
        }
        let parsed = command::parse(&own_words(&self.reading.new_text));
        let dispute = match number(token) {
            Some(number) => self.load_merged(number)?,
            None => None,
        };
        let Some(dispute) = dispute else {
            if number(token).is_none() && !parsed.lines.is_empty() && !parsed.only_reads() {
                return self.outside(staff, token, &parsed, verdict);
            }
            return self.fresh(staff, &parsed, None, verdict);
        };
        let goes = Clerk::goes(token.audience);
        let reply = Reply::from(goes);
        let commands = match parsed.commands() {
            Ok(commands) => commands,
            Err(lines) => return self.not_done(staff, (&dispute, reply), lines, &parsed.body, verdict),
        };
        if !parsed.strays.is_empty() {
            return self.not_done(staff, (&dispute, reply), parsed.stray_lines(), &parsed.body, verdict);
        }
        let hidden = command::hidden(&self.reading.mail.text, &parsed.body);
        if !hidden.is_empty() {
            return self.not_done(staff, (&dispute, reply), hidden, &parsed.body, verdict);
        }
        let along = self.staffs_along();
        if !along.left_out.is_empty() {
            let lines = along.left_out.iter().map(|name| command::too_large(name)).collect();
            return self.not_done(staff, (&dispute, reply), lines, &parsed.body, verdict);
        }
        let wrote = AgentWrote {
            mail: self.waiting.id,
            staff: staff.clone(),
            authenticated: self.reading.authenticated,
            goes,
            commands,
            body: parsed.body.clone(),
            attachments: along.taken,
            thread: self.thread(),
        };
        self.decide(&dispute, PlacedBy::Token, &Event::AgentWrote(wrote), verdict)
    }

    /// A refusal reaches the person who asked, line by line; nothing else happens.
    pub fn refused(
        &mut self,
        dispute: &Dispute,
        event: &Event,
        refusal: Refusal,
        verdict: &Verdict,
        placed: Option<(Number, PlacedBy)>,
    ) -> Result<Handled, ClerkError> {
        let Event::AgentWrote(wrote) = event else { return self.set_down(Status::Done, verdict, placed) };
        self.not_done(&wrote.staff, (dispute, wrote.goes.into()), refusal.lines, &wrote.body, verdict)
    }

    fn not_done(
        &mut self,
        staff: &Staff,
        (dispute, reply): (&Dispute, Reply),
        lines: Vec<TranscriptLine>,
        body: &str,
        verdict: &Verdict,
    ) -> Result<Handled, ClerkError> {
        let clerk = self.clerk();
        let body = body.trim();
        let letter = Transcript {
            done: false,
            number: Some(dispute.number.public(&clerk.policy.prefix)),
            lines,
            sent: None,
            leaves: None,
            unsent: (!body.is_empty()).then(|| body.to_owned()),
            help: Vec::new(),
            commands: command::hints(dispute.stage),
        };
        self.transcript(staff, Some((dispute, reply)), letter)?;
        self.set_down(Status::Done, verdict, Some((dispute.number, PlacedBy::Token)))
    }

    /// Sends what became of a mail's commands, unless a program seems to answer our mail.
    pub fn transcript(
        &mut self,
        staff: &Staff,
        about: Option<(&Dispute, Reply)>,
        letter: Transcript,
    ) -> Result<(), ClerkError> {
        let letter = StaffLetter::Transcript(letter);
        if self.may_tell(staff, letter.name(), TRANSCRIPTS)? {
            let reply = about.map_or(Reply::Inside, |(_, reply)| reply);
            self.answer_staff(staff, about.map(|(dispute, _)| dispute), letter, reply)?;
        } else {
            let clerk = &self.desk.clerk;
            let what = format!(
                "{} had {TRANSCRIPTS} transcripts within an hour and gets no more in it.",
                staff.name
            );
            let advice = "See whether a program answers our mail under this address.";
            clerk.alarm(self.db, &format!("transcripts to {}", staff.name), &what, advice, self.now)?;
        }
        Ok(())
    }

    /// A mail that answers nothing: what only looks is answered, the rest gets a mail to reply to.
    fn fresh(
        &mut self,
        staff: &Staff,
        parsed: &Parsed,
        about: Option<&Dispute>,
        verdict: &Verdict,
    ) -> Result<Handled, ClerkError> {
        let forwarded = if parsed.only_reads() || about.is_some() { None } else { self.forwarded() };
        let letter = if parsed.only_reads() {
            let mut help = Vec::new();
            for line in &parsed.lines {
                if let Ok(Command::Help(about)) = line.result {
                    help.extend(command::help_for(about));
                }
            }
            let lines = parsed
                .lines
                .iter()
                .filter_map(|line| Some(command::done(&line.text, line.result.as_ref().ok()?, None)));
            StaffLetter::Transcript(Transcript {
                done: true,
                number: None,
                lines: lines.collect(),
                sent: None,
                leaves: None,
                unsent: None,
                help,
                commands: Vec::new(),
            })
        } else {
            StaffLetter::ReplyHere(ReplyHere {
                about: about.map(|dispute| dispute.number.public(&self.clerk().policy.prefix)),
                outside: about.is_none() && parsed.asks_outside(),
                forwarded: forwarded.as_ref().map(|forwarded| ForwardedMail {
                    name: forwarded.author.name.clone(),
                    address: forwarded.author.address.clone(),
                    subject: forwarded.subject.clone(),
                }),
                // Only what we understand is repeated: the rest may be anybody's words.
                lines: parsed
                    .lines
                    .iter()
                    .filter_map(|line| Some(line.result.as_ref().ok()?.to_string()))
                    .collect(),
            })
        };
        let most = if matches!(letter, StaffLetter::Transcript(_)) { TRANSCRIPTS } else { NOTICES };
        if self.may_tell(staff, letter.name(), most)? {
            let reply = match about {
                Some(_) => Reply::ToCustomer,
                None if forwarded.is_some() => self.about_this_mail(),
                None if parsed.asks_outside() => Reply::Inside,
                None => Reply::None,
            };
            self.answer_staff(staff, about, letter, reply)?;
        }
        self.set_down(Status::Done, verdict, None)
    }

    fn unproven(
        &mut self,
        staff: &Staff,
        about: Option<Number>,
        verdict: &Verdict,
    ) -> Result<Handled, ClerkError> {
        tracing::warn!(
            mail = self.waiting.id,
            dispute = about.map(|n| n.0),
            "A mail used an agent's name without proof; nothing was done"
        );
        let number = about.map(|number| number.public(&self.clerk().policy.prefix));
        let letter = StaffLetter::Impostor(Impostor { at: self.waiting.received_at, number });
        if self.may_tell(staff, letter.name(), NOTICES)? {
            let outgoing = self.clerk().staff_letter(
                &staff.address,
                letter,
                format!("{}/impostor", self.key()),
                crate::domain::decision::Thread::default(),
                self.now,
            );
            let key = self.key();
            let clerk = &self.desk.clerk;
            clerk.post(self.db, &key, &[outgoing], self.now)?;
        }
        self.set_down(Status::Done, verdict, about.map(|number| (number, PlacedBy::Token)))
    }

    /// Whether one more of these letters may go to this person in this hour.
    pub fn may_tell(&mut self, staff: &Staff, letter: &str, most: i64) -> Result<bool, ClerkError> {
        let clerk = &self.desk.clerk;
        Ok(clerk.may_tell(self.db, &staff.address, letter, most, self.now)?)
    }

    /// Each mail of an agent acts once, however often and however long after it is delivered again.
    fn acted_before(&mut self, staff: &Staff) -> Result<bool, ClerkError> {
        let Some(id) = &self.reading.mail.message_id else { return Ok(false) };
        let key = format!("staff:{}:{id}", staff.address);
        Ok(events::act_once(self.db, &key, self.now)? == Once::Repeated)
    }

    /// The dispute that the subject of a fresh mail names.
    fn named(&mut self) -> Result<Option<Dispute>, ClerkError> {
        let prefix = &self.desk.clerk.policy.prefix;
        match numbers_in(&self.reading.mail.subject, prefix).first() {
            Some(number) => Ok(self.load_merged(*number)?),
            None => Ok(None),
        }
    }

    /// Answers this mail, at the registered address and nowhere else.
    pub fn answer_staff(
        &mut self,
        staff: &Staff,
        about: Option<&Dispute>,
        letter: StaffLetter,
        reply: Reply,
    ) -> Result<(), ClerkError> {
        let clerk = &self.desk.clerk;
        let effect = format!("{}/answer", self.key());
        // A mail that has opened a dispute has used its own key for that.
        let key = format!("{}:answer", self.key());
        let letter = clerk.staff_letter(&staff.address, letter, effect, self.thread(), self.now);
        let outgoing = Outgoing { reply, ..letter };
        clerk.post_about(self.db, &key, about, &[outgoing], self.now)?;
        Ok(())
    }
}

fn number(token: Token) -> Option<Number> {
    (token.dispute > 0).then_some(Number(token.dispute))
}

/// An agent's new text without what it quotes of our own mail: the card, the warnings, a colleague's name stand
/// there, and an answer between quoted lines would carry them to the customer. What the customer wrote is marked in
/// our mail by a bar, and may be quoted back.
fn own_words(new_text: &str) -> String {
    let own = new_text.lines().filter_map(|line| {
        let Some(quoted) = line.trim_start().strip_prefix('>') else { return Some(line.to_owned()) };
        let quoted = quoted.trim_start_matches(['>', ' ', '\t']);
        quoted.strip_prefix('|').map(|words| format!("> {}", words.trim()))
    });
    own.collect::<Vec<_>>().join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_customers_words_may_be_quoted_back() {
        let reply = "Hello,\n> Who has it  Anna Berg\n> > Beware\n>   | When do I get my money?\nTomorrow.";
        assert_eq!(own_words(reply), "Hello,\n> When do I get my money?\nTomorrow.");
    }
}
