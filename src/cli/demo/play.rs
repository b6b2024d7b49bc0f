//! The dispute that is played, scene by scene: who writes what, and which letters must come of it.
//!
//! Time jumps from one moment at which something happens to the next; nothing else of the desk is touched. A letter
//! that does not come, or one that nobody expected, ends the play with an error.
use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context, Result, ensure};
use chrono::{Datelike as _, Days, NaiveDate, NaiveTime};

use super::{
    desk::{RunningDesk, local},
    post::{Letter, Post, Written, pick},
    stage,
};
use crate::domain::{Timestamp, calendar};

const CARLA: &str = "carla@example.test";
const DIETER: &str = "dieter@example.test";
const NEWS: &str = "news@example.test";
const ANNA: &str = "anna@shop.test";
const MARA: &str = "mara@shop.test";

/// Everybody who has a mailbox in the play, and what they are to the audience.
pub const PEOPLE: &[(&str, &str)] = &[
    (CARLA, "Carla Diaz (customer)"),
    (DIETER, "Dieter Brandt (customer)"),
    (ANNA, "Anna Berg (agent)"),
    (MARA, "Mara Voss (manager)"),
    (NEWS, "a newsletter's sender"),
];

/// A letter must be in the mailbox within this time.
const SOON: Duration = Duration::from_secs(20);

/// The first morning: the Monday of last week, so that the weekend never decides what happens, and everything lies in
/// the past when it is looked at in the end.
pub fn opening(now: Timestamp) -> Timestamp {
    let today = local(now).date_naive();
    let days = 7 + u64::from(today.weekday().num_days_from_monday());
    moment(today - Days::new(days), 9, 12)
}

fn moment(day: NaiveDate, hour: u32, minute: u32) -> Timestamp {
    let time = NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default();
    calendar::instant(chrono_tz::Europe::Berlin, day.and_time(time))
}

/// The play while it runs.
pub struct Play<'p> {
    desk: &'p mut RunningDesk,
    post: Post<'p>,
    monday: NaiveDate,
}

impl<'p> Play<'p> {
    /// A play with this desk, starting on the day its clock shows.
    pub fn new(desk: &'p mut RunningDesk, post: Post<'p>) -> Self {
        let monday = local(desk.clock.now()).date_naive();
        Self { desk, post, monday }
    }

    /// Plays from the complaint to the survey.
    pub fn run(&mut self) -> Result<()> {
        let complaint = self.a_customer_complains()?;
        self.a_german_complaint()?;
        self.a_newsletter()?;
        self.the_agent_takes_it(&complaint)?;
        let holding = self.the_promised_day_passes()?;
        self.an_out_of_office(&holding)?;
        let resolution = self.the_agent_resolves(&complaint)?;
        self.the_customer_says_yes(&resolution)?;
        self.the_survey()?;
        self.post.nothing_more()
    }

    fn a_customer_complains(&mut self) -> Result<Letter> {
        stage::time(self.desk.clock.now(), "A customer complains.")?;
        self.write(Written::new(
            "Carla Diaz",
            CARLA,
            "Invoice 2026-1188: charged for a delivery that never came",
            "Hello,\n\ntwo weeks ago I paid 89.90 EUR for order 40-7731. The parcel never arrived, and your \
             courier's page has said “out for delivery” for eight days. I would like my money back.\n\n\
             Kind regards\nCarla Diaz",
        ))?;
        let [_, anna, _] =
            self.expect([(CARLA, "We have your message"), (ANNA, "A new dispute"), (MARA, "A new dispute")])?;
        Ok(anna)
    }

    fn a_german_complaint(&mut self) -> Result<()> {
        self.jump(0, 9, 31, "A customer complains in German, and is answered so.")?;
        self.write(Written::new(
            "Dieter Brandt",
            DIETER,
            "Doppelte Abbuchung",
            "Guten Tag,\n\nSie haben mir die Rechnung 2026-1201 über 34,50 EUR zweimal abgebucht. Bitte \
             erstatten Sie mir den zweiten Betrag.\n\nMit freundlichen Grüßen\nDieter Brandt",
        ))?;
        let [receipt, ..] =
            self.expect([(DIETER, "Ihre Nachricht"), (ANNA, "A new dispute"), (MARA, "A new dispute")])?;
        self.jump(0, 9, 48, "He finds that his bank had only reserved the amount, and takes it back.")?;
        self.write(Written::reply("Dieter Brandt", DIETER, &receipt, "zurückziehen"))?;
        self.expect([
            (DIETER, "zurückgenommen"),
            (ANNA, "took the dispute back"),
            (MARA, "took the dispute back"),
        ])
        .map(drop)
    }

    fn a_newsletter(&mut self) -> Result<()> {
        self.jump(0, 10, 2, "A newsletter comes.")?;
        let mail = Written::new(
            "Parcel Weekly",
            NEWS,
            "This week in parcels",
            "Five trends in last-mile delivery that you cannot afford to miss.",
        );
        let mail = mail
            .header("List-Id", "Parcel Weekly <weekly.news.example.test>")
            .header("List-Unsubscribe", "<mailto:leave@news.example.test>")
            .header("Precedence", "bulk");
        self.is_only_filed(mail, "list", "It is filed, and nobody is answered.")
    }

    fn the_agent_takes_it(&mut self, complaint: &Letter) -> Result<()> {
        self.jump(0, 10, 20, "The agent takes the case and answers, from her own mailbox.")?;
        self.write(Written::reply(
            "Anna Berg",
            ANNA,
            complaint,
            "#take\n#promise tomorrow\n\nDear Ms Diaz,\n\nthank you for writing, and I am sorry about your parcel. I \
             have asked the courier where it was last scanned; they owe me an answer by tomorrow. You will hear \
             from me then, whatever they say.\n\n-- \nAnna Berg\nShop Care, extension 214",
        ))?;
        self.expect([(CARLA, "I have asked the courier"), (ANNA, "you have it now")]).map(drop)
    }

    fn the_promised_day_passes(&mut self) -> Result<Letter> {
        self.jump(1, 8, 0, "The next morning, the agent's digest.")?;
        let _: [Letter; 1] = self.expect([(ANNA, "Good morning")])?;
        self.jump(1, 10, 24, "The customer wants to know where things stand.")?;
        let receipt = self.post.latest(CARLA)?;
        self.write(Written::reply("Carla Diaz", CARLA, &receipt, "status"))?;
        let _: [Letter; 1] = self.expect([(CARLA, "Where your case stands")])?;
        self.jump(1, 13, 0, "Four hours are left to keep the promise; the agent is reminded.")?;
        let _: [Letter; 1] = self.expect([(ANNA, "We promised a next word")])?;
        self.jump(1, 17, 0, "Nothing was said. The customer hears so, and the manager too.")?;
        let [holding, ..] = self.expect([
            (CARLA, "Not yet, and a new date"),
            (ANNA, "A promise to the customer was not kept"),
            (MARA, "A promise to the customer was not kept"),
        ])?;
        Ok(holding)
    }

    fn an_out_of_office(&mut self, holding: &Letter) -> Result<()> {
        let mail = Written::automatic(
            "Carla Diaz",
            CARLA,
            holding,
            "I am out of the office until tomorrow evening and will read your message then.",
        );
        self.is_only_filed(
            mail,
            "automatic",
            "That was her mail program. It is noted, and nobody is answered.",
        )
    }

    fn the_agent_resolves(&mut self, complaint: &Letter) -> Result<Letter> {
        self.jump(2, 8, 0, "Wednesday's digest.")?;
        let _: [Letter; 1] = self.expect([(ANNA, "Good morning")])?;
        self.jump(2, 9, 40, "The agent has the answer, and proposes how to settle it.")?;
        self.write(Written::reply(
            "Anna Berg",
            ANNA,
            complaint,
            "#resolve\n\nDear Ms Diaz,\n\nthe courier has lost your parcel and says so. I have sent the 89.90 EUR \
             back to the card you paid with; it is there within two working days. I am sorry that you had to \
             ask twice.\n\n-- \nAnna Berg\nShop Care, extension 214",
        ))?;
        let [resolution, _] =
            self.expect([(CARLA, "Does this settle it?"), (ANNA, "asked whether this settles")])?;
        Ok(resolution)
    }

    fn the_customer_says_yes(&mut self, resolution: &Letter) -> Result<()> {
        self.jump(2, 18, 15, "The customer is back, and content.")?;
        self.write(Written::reply("Carla Diaz", CARLA, resolution, "Yes"))?;
        self.expect([(CARLA, "it is settled"), (ANNA, "says that it is settled")]).map(drop)
    }

    fn the_survey(&mut self) -> Result<()> {
        self.jump(4, 17, 0, "Two working days later, one question.")?;
        let [survey] = self.expect([(CARLA, "How did we do?")])?;
        self.jump(5, 10, 2, "She answers it.")?;
        self.write(Written::reply(
            "Carla Diaz",
            CARLA,
            &survey,
            "5\n\nThe money is here, and I always knew what would happen next.",
        ))?;
        self.expect([(CARLA, "We have noted your rating: 5 out of 5")]).map(drop)
    }

    fn jump(&mut self, days: u64, hour: u32, minute: u32, why: &str) -> Result<()> {
        let at = moment(self.monday + Days::new(days), hour, minute);
        ensure!(at > self.desk.clock.now(), "the play runs backwards: {why}");
        // Whatever was expected has come; anything else would belong to an earlier moment than the audience is told.
        self.post.nothing_more()?;
        self.desk.clock.set(at);
        Ok(stage::time(at, why)?)
    }

    fn write(&mut self, mail: Written) -> Result<Written> {
        let mail = self.post.send(mail, self.desk.clock.now())?;
        stage::written(&mail)?;
        Ok(mail)
    }

    /// The mail comes to the desk, is recognised for what it is, and causes nothing.
    fn is_only_filed(&mut self, mail: Written, fate: &str, remark: &str) -> Result<()> {
        let mail = self.write(mail)?;
        let found = self.desk.fate_of(&mail.message_id)?;
        let found = found.fate.unwrap_or_default();
        ensure!(found == fate, "the mail “{}” was taken for {found}, not for {fate}", mail.subject);
        self.post.nothing_more()?;
        Ok(stage::aside(remark)?)
    }

    /// Waits for these letters, each known by its reader and a sign in it, and shows them in this order.
    fn expect<const N: usize>(&mut self, expected: [(&'static str, &str); N]) -> Result<[Letter; N]> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (address, _) in expected {
            *counts.entry(address).or_default() += 1;
        }
        let mut letters = Vec::new();
        for (address, count) in counts {
            letters.extend(self.post.collect(address, count, SOON)?);
        }
        let mut found = Vec::new();
        for (address, sign) in expected {
            let letter = pick(&mut letters, address, sign)?;
            let reader = PEOPLE.iter().find(|(known, _)| *known == address).map_or(address, |(_, name)| name);
            let before = found.last().is_some_and(|before: &Letter| before.text == letter.text);
            if before {
                stage::same_letter(&letter, reader)?;
            } else {
                stage::letter(&letter, reader)?;
            }
            found.push(letter);
        }
        if let Some(more) = letters.first() {
            anyhow::bail!("{} got a letter that nobody expected: {}\n{}", more.to, more.subject, more.text);
        }
        found.try_into().ok().context("a letter was lost on the stage")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_play_opens_on_the_monday_of_last_week() {
        let check = |now: &str, expected: &str| {
            assert_eq!(opening(now.parse().unwrap()), expected.parse::<Timestamp>().unwrap(), "{now}");
        };
        check("2026-11-21T23:30:00Z", "2026-11-09T08:12:00Z");
        check("2026-11-22T23:30:00Z", "2026-11-16T08:12:00Z");
        check("2026-11-23T07:00:00Z", "2026-11-16T08:12:00Z");
        check("2026-07-01T12:00:00Z", "2026-06-22T07:12:00Z");
    }
}
