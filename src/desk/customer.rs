//! A customer's or an outsider's mail: to the dispute it belongs to, or to a new one.
use chrono::Duration;

use super::{Handled, Letterbox, along::OF_THE_CLIENT};
use crate::{
    clerk::{Act, Birth, Clerk, ClerkError},
    command::customer as words,
    decide::{
        self, Acknowledge, Age, Case, Event, Manner, Thanks, Wrote,
        customer::{AfterClosing, after_closing},
        flood::Arrival,
    },
    domain::{
        decision::Thread,
        dispute::{Dispute, Number, Outcome, QuestionKind},
        letter::{Warning, WarningKind},
    },
    mail::{
        fate::{Verdict, matches_any},
        inbound::Attachment,
        language, meaning,
        relay::{Voice, Vouches},
    },
    store::{
        StoreError, disputes,
        inbox::{self, Status},
        message_ids,
        outbox::{self, Whose},
    },
    threading::{self, Only, Party, PlacedBy, Placement},
};

/// Effect and template names of acknowledgements begin so.
const ACKNOWLEDGEMENT: &str = "acknowledgement";
/// So many merges of merges are followed.
const MERGES: usize = 16;

impl Letterbox<'_> {
    /// Files a person's mail in its dispute, opening one where there is none.
    pub fn customer_wrote(
        &mut self,
        placement: &Placement,
        verdict: &Verdict,
    ) -> Result<Handled, ClerkError> {
        self.watch_for_machines()?;
        match placement {
            Placement::Existing { number, by, answers, only } => {
                // Words that came through a relay bind nobody, whatever they answer.
                let answers = if self.reading.voice.is_relayed() { &0 } else { answers };
                let manner = match (only, by) {
                    (Only::Address, _) => Manner::AddressOnly,
                    (Only::More, PlacedBy::Token) => Manner::Reply,
                    // Ids of the customer's own mail are known to whoever had a copy of it.
                    (Only::More, _) => Manner::Named,
                };
                self.wrote_to(*number, *by, *answers, manner, verdict)
            }
            Placement::Joins { into, from } => {
                for number in from {
                    self.merge(*number, *into)?;
                }
                self.wrote_to(*into, PlacedBy::Reference, 0, Manner::Named, verdict)
            }
            Placement::New { ambiguous, mentions } => {
                let prefix = &self.desk.clerk.policy.prefix;
                let mut warnings: Vec<Warning> = Vec::new();
                for (kind, numbers) in
                    [(WarningKind::Ambiguous, ambiguous), (WarningKind::Mentions, mentions)]
                {
                    if !numbers.is_empty() {
                        let detail: Vec<_> = numbers.iter().map(|number| number.public(prefix)).collect();
                        warnings.push(Warning { kind, detail: detail.join(", ") });
                    }
                }
                self.open(verdict, warnings, None)
            }
        }
    }

    fn wrote_to(
        &mut self,
        number: Number,
        by: PlacedBy,
        answers: u32,
        manner: Manner,
        verdict: &Verdict,
    ) -> Result<Handled, ClerkError> {
        let Some(dispute) = self.load_merged(number)? else {
            // A valid signature for a dispute that is not here: the database is older than the mail.
            let verdict = self.verdict_if_new(verdict);
            return self.open(&verdict, Vec::new(), None);
        };
        let number = dispute.number;
        let mut wrote = self.wrote(dispute.question.map(|question| question.kind), answers, manner, verdict);
        // The subject repeats what is known.
        wrote.understood = meaning::in_language(meaning::understood("", &wrote.text), &dispute.language);
        if dispute.is_closed()
            && answers > 0
            && is_late_yes(&wrote.text, &self.signs_as(), self.what_was_cut())
        {
            wrote.said = words::Said::Word(words::Word::Yes);
        }
        let policy = &self.desk.clerk.policy;
        if self.party_of(&dispute) == Party::No {
            return self.decide(&dispute, by, &Event::OutsiderWrote(wrote), verdict);
        }
        let closed = dispute.is_closed();
        let bare_address = manner == Manner::AddressOnly && closed;
        if closed
            && (bare_address
                || after_closing(&dispute, &wrote, policy, self.now) == AfterClosing::OpensLinked)
        {
            let verdict = self.verdict_if_new(verdict);
            return self.open(&verdict, Vec::new(), Some(number));
        }
        self.decide(&dispute, by, &Event::CustomerWrote(wrote), verdict)
    }

    /// Loads a dispute, or the one that it became part of.
    pub fn load_merged(&mut self, number: Number) -> Result<Option<Dispute>, StoreError> {
        let mut dispute = disputes::load(self.db, number)?;
        for _ in 0..MERGES {
            let merged = dispute.as_ref().filter(|dispute| dispute.outcome == Some(Outcome::Merged));
            let Some(into) = merged.and_then(|dispute| dispute.linked) else { break };
            dispute = disputes::load(self.db, into)?;
        }
        Ok(dispute)
    }

    /// Decides about an existing dispute and writes it down together with this mail's filing.
    pub fn decide(
        &mut self,
        dispute: &Dispute,
        by: PlacedBy,
        event: &Event,
        verdict: &Verdict,
    ) -> Result<Handled, ClerkError> {
        let clerk = &self.desk.clerk;
        let key = self.key();
        let mut facts = clerk.facts(self.db, dispute, self.now)?;
        facts.pace = self.pace(dispute.number)?;
        if let Event::CustomerWrote(wrote) = event {
            facts.customer_thread = self.thread();
            if wrote.said == words::Said::Word(words::Word::Status) {
                facts.timeline = clerk.timeline(self.db, dispute.number)?;
            }
        }
        let case = Case { dispute, facts: &facts, policy: &clerk.policy, now: self.now, key: &key };
        let placed = Some((dispute.number, by));
        let decision = match decide::decide(&case, event) {
            Ok(decision) => decision,
            Err(refusal) => return self.refused(dispute, event, refusal, verdict, placed),
        };
        let filing = Some(self.judged(Status::Done, verdict, placed));
        clerk.commit(self.db, Act { key: &key, birth: Birth::Known, decision, filing, now: self.now })?;
        Ok(self.handled(verdict, placed))
    }

    fn open(
        &mut self,
        verdict: &Verdict,
        warnings: Vec<Warning>,
        linked: Option<Number>,
    ) -> Result<Handled, ClerkError> {
        let arrival = self.arrival()?;
        if let Arrival::Joins(number) = arrival
            && let Some(flood) = self.load_merged(number)?
        {
            return self.collect(&flood, verdict);
        }
        let clerk = &self.desk.clerk;
        let key = self.key();
        let number = disputes::next_number(self.db, self.desk.settings.first_number)?;
        let mut wrote = self.wrote_new(verdict)?;
        wrote.subject = threading::bare_subject(&wrote.subject, &clerk.policy.prefix);
        wrote.warnings.extend(warnings);
        wrote.linked = linked;
        if arrival == Arrival::OpensFlood {
            wrote.warnings.push(Warning { kind: WarningKind::Flood, detail: String::new() });
            wrote.acknowledge = Acknowledge::Held("they open one dispute after the other".to_owned());
        }
        let past = clerk.past(self.db, &wrote.address, None)?;
        let facts = decide::Facts { past, customer_thread: self.thread(), ..decide::Facts::default() };
        let decision = decide::customer::open(number, &wrote, &facts, &clerk.policy, self.now, &key);
        let placed = Some((number, PlacedBy::New));
        let filing = Some(self.judged(Status::Done, verdict, placed));
        clerk.commit(self.db, Act { key: &key, birth: Birth::New, decision, filing, now: self.now })?;
        if arrival == Arrival::OpensFlood {
            self.begin_flood(number)?;
        }
        Ok(self.handled(verdict, placed))
    }

    fn merge(&mut self, number: Number, into: Number) -> Result<(), ClerkError> {
        let Some(dispute) = disputes::load(self.db, number)? else { return Ok(()) };
        let clerk = &self.desk.clerk;
        let key = format!("{}:merge:{}", self.key(), number.0);
        let facts = clerk.facts(self.db, &dispute, self.now)?;
        let case = Case { dispute: &dispute, facts: &facts, policy: &clerk.policy, now: self.now, key: &key };
        let Ok(decision) = decide::decide(&case, &Event::MergedInto(into)) else { return Ok(()) };
        clerk
            .commit(self.db, Act { key: &key, birth: Birth::Known, decision, filing: None, now: self.now })?;
        message_ids::move_ids(self.db, number, into)?;
        inbox::move_mails(self.db, number, into)?;
        Ok(())
    }

    /// The mail as decisions need it, for a dispute that asks this question.
    pub fn wrote(
        &self,
        question: Option<QuestionKind>,
        answers: u32,
        manner: Manner,
        verdict: &Verdict,
    ) -> Wrote {
        let reading = self.reading;
        let mail = &reading.mail;
        let from = mail.from.as_ref();
        let along = self.customers_along();
        let mut warnings = self.warnings();
        if !along.left_out.is_empty() {
            let detail = along.left_out.join(", ");
            warnings.push(Warning { kind: WarningKind::LeftOut, detail });
        }
        let relayed = reading.voice.is_relayed();
        let language = language::detect(&reading.new_text);
        let (cut, author) = (self.what_was_cut(), self.signs_as());
        let said = words::beside(words::first_line(&reading.new_text, question, &author), cut);
        let thanks = !relayed
            && cut == words::Cut::Harmless
            && mail.attachments.iter().all(is_ornament)
            && words::is_plain_thanks(&reading.new_text, &author);
        Wrote {
            mail: self.waiting.id,
            address: from.map(|from| from.address.clone()).unwrap_or_default(),
            name: from.and_then(|from| from.name.clone()),
            subject: mail.subject.clone(),
            // Whoever passes something on without a word of their own wants it read.
            text: if reading.new_text.is_empty() { &reading.passed_on } else { &reading.new_text }.clone(),
            cut: reading.cut.clone(),
            received_at: self.waiting.received_at,
            authenticated: reading.authenticated,
            acknowledge: Acknowledge::No(verdict.because.clone()),
            language: language.map(str::to_owned),
            // Anybody may have typed what came through a relay, so it is prose.
            said: if relayed { words::Said::Prose } else { said },
            thanks: if thanks { Thanks::Plain } else { Thanks::No },
            answers,
            manner,
            age: if self.waiting.age == inbox::Age::Past { Age::Past } else { Age::New },
            attachments: along.taken,
            understood: meaning::in_language(
                meaning::understood(&mail.subject, &reading.new_text),
                &self.desk.clerk.policy.letter_language(language),
            ),
            warnings,
            linked: None,
        }
    }

    /// The writer's name and the local part of their address, as they may sign.
    fn signs_as(&self) -> String {
        let from = self.reading.mail.from.as_ref();
        let name = from.and_then(|from| from.name.as_deref()).unwrap_or_default();
        let local = from.and_then(|from| from.address.split('@').next()).unwrap_or_default();
        format!("{name} {local}")
    }

    /// Whether what was cut off the mail is our own letter, which bears our address or a number, and nothing else.
    fn what_was_cut(&self) -> words::Cut {
        let (settings, policy) = (&self.desk.settings, &self.desk.clerk.policy);
        let around = |c: char| c.is_whitespace() || "<>()[]:;,\"'*".contains(c);
        let is_ours = |line: &str| {
            !threading::numbers_in(line, &policy.prefix).is_empty()
                || line
                    .split(around)
                    .any(|word| word.contains('@') && matches_any(word, &settings.own_addresses))
        };
        words::Cut::of(&self.reading.old_mail, &self.reading.own_cut, is_ours)
    }

    fn wrote_new(&mut self, verdict: &Verdict) -> Result<Wrote, ClerkError> {
        let mut wrote = self.wrote(None, 0, Manner::Reply, verdict);
        wrote.acknowledge = self.acknowledge(verdict, &wrote.address)?;
        Ok(wrote)
    }

    fn warnings(&self) -> Vec<Warning> {
        let reading = self.reading;
        let mail = &reading.mail;
        let mut warnings = Vec::new();
        match &reading.voice {
            Voice::Customer { via, vouches, .. } => {
                if *vouches == Vouches::No {
                    warnings.push(Warning { kind: WarningKind::Relayed, detail: via.clone() });
                }
                return self.with_defects(warnings);
            }
            Voice::Unproven => {
                warnings.push(Warning { kind: WarningKind::FalseRelay, detail: String::new() });
            }
            Voice::Nobody(_) | Voice::Own => {}
        }
        let trusting = !self.desk.settings.trust.authserv_ids.is_empty();
        if trusting && !reading.authenticated {
            warnings.push(Warning { kind: WarningKind::NotAuthenticated, detail: String::new() });
        }
        let from = mail.from.as_ref().map(|from| from.address.as_str());
        let elsewhere = mail
            .reply_to
            .iter()
            .find(|reply| !from.is_some_and(|from| from.eq_ignore_ascii_case(&reply.address)));
        if let Some(other) = elsewhere {
            warnings.push(Warning { kind: WarningKind::ReplyToDiffers, detail: other.address.clone() });
        }
        self.with_defects(warnings)
    }

    /// With what can be said of the mail itself, whoever sent it.
    fn with_defects(&self, mut warnings: Vec<Warning>) -> Vec<Warning> {
        if let Some(protection) = self.reading.mail.protection {
            let kind = if protection.hides_content() { WarningKind::Encrypted } else { WarningKind::Signed };
            warnings.push(Warning { kind, detail: protection.to_string() });
        }
        if let Some(defect) = self.reading.defects.first() {
            warnings.push(Warning { kind: WarningKind::Defect, detail: defect.to_string() });
        }
        warnings
    }

    /// Whether and how the first mail may be acknowledged: its fate, its sender, and the budgets.
    fn acknowledge(&mut self, verdict: &Verdict, address: &str) -> Result<Acknowledge, ClerkError> {
        if !verdict.acknowledge {
            return Ok(Acknowledge::No(verdict.because.clone()));
        }
        if self.is_latched(address)? {
            return Ok(Acknowledge::Held(decide::MACHINE.to_owned()));
        }
        if let Some(reason) = self.spent(address)? {
            return Ok(Acknowledge::Held(reason.to_owned()));
        }
        let vouched = matches!(self.reading.voice, Voice::Customer { vouches: Vouches::Yes, .. });
        if self.reading.authenticated || vouched {
            return Ok(Acknowledge::Personal);
        }
        let today = self.acknowledged(Whose::Address(address), Duration::days(1))?;
        if today > 0 {
            return Ok(Acknowledge::Held("the address is not proven and had one today".to_owned()));
        }
        Ok(Acknowledge::Plain)
    }

    /// The budget that is spent, if one is (rule book §5).
    pub fn spent(&mut self, address: &str) -> Result<Option<&'static str>, StoreError> {
        let budgets = self.desk.clerk.policy.budgets;
        let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain).to_lowercase();
        let (hour, day) = (Duration::hours(1), Duration::days(1));
        let checks = [
            (
                Whose::Address(address),
                hour,
                budgets.address_hour,
                "the hour's budget of the address is spent",
            ),
            (Whose::Address(address), day, budgets.address_day, "the day's budget of the address is spent"),
            (Whose::Domain(&domain), hour, budgets.domain_hour, "the hour's budget of the domain is spent"),
            (Whose::All, hour, budgets.total_hour, "the hour's budget of the desk is spent"),
        ];
        for (to, time, most, reason) in checks {
            if self.acknowledged(to, time)? >= i64::from(most) {
                return Ok(Some(reason));
            }
        }
        Ok(None)
    }

    fn acknowledged(&mut self, whose: Whose<'_>, within: Duration) -> Result<i64, StoreError> {
        outbox::count_letters_to(self.db, whose, ACKNOWLEDGEMENT, self.now - within)
    }

    /// This mail as the one that is answered.
    pub fn thread(&self) -> Thread {
        let mail = &self.reading.mail;
        let references = mail.references.iter().chain(&mail.message_id).cloned().collect();
        Thread { in_reply_to: mail.message_id.clone(), references }
    }

    /// The clerk of this desk.
    pub fn clerk(&self) -> &Clerk {
        &self.desk.clerk
    }
}

/// Whether the text is the yes to a resolution, which came after closing: no reason to open anything again.
fn is_late_yes(text: &str, author: &str, cut: words::Cut) -> bool {
    let said = words::first_line(text, Some(QuestionKind::Resolution), author);
    words::beside(said, cut) == words::Said::Word(words::Word::Yes)
}

/// Bytes of the largest picture that is one of a signature.
const ORNAMENT: usize = 20 * 1024;

/// Whether a file says nothing: a signature, a card, or a small picture of one. A photograph may say all, and so may an
/// invitation or what Outlook has packed.
fn is_ornament(file: &Attachment) -> bool {
    let kind = file.media_type.as_str();
    let speaks = kind == "text/calendar" || kind.ends_with("ms-tnef");
    (OF_THE_CLIENT.contains(&kind) && !speaks)
        || (file.inline && kind.starts_with("image/") && file.bytes.len() <= ORNAMENT)
}
