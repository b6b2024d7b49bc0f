use redress::store::{
    addresses::{self, Fact, Known},
    alarms::{self, Cleared, Raised, Told},
    events::Once,
    jobs, meta,
};

use super::*;
use crate::databases::on_both;

#[test]
fn the_first_desk_id_stays() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                assert_eq!(meta::settle(db, "desk", "d1")?, "d1");
                assert_eq!(meta::settle(db, "desk", "d2")?, "d1");
                meta::set(db, "desk", "d3")?;
                assert_eq!(meta::get(db, "desk")?.as_deref(), Some("d3"));
                assert_eq!(meta::get(db, "other")?, None);
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn a_job_runs_once_for_a_date_and_never_back() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                let runs = [
                    ("2026-11-23", Once::New),
                    ("2026-11-23", Once::Repeated),
                    ("2026-11-22", Once::Repeated),
                    ("2026-11-24", Once::New),
                ];
                for (date, expected) in runs {
                    assert_eq!(jobs::run_once(db, "digest", date, now())?, expected, "{date}");
                }
                assert_eq!(jobs::run_once(db, "report", "2026-11-23", now())?, Once::New);
                let last = jobs::last(db, "digest")?.unwrap();
                assert_eq!((last.ran_for.as_str(), last.ran_at), ("2026-11-24", now()));
                assert_eq!(jobs::last(db, "other")?, None);
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn an_alarm_is_told_when_it_comes_and_when_it_is_over() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                let untold = |db: &mut Db| -> Vec<(String, Told)> {
                    alarms::untold(db).unwrap().into_iter().map(|(alarm, half)| (alarm.cause, half)).collect()
                };
                assert_eq!(alarms::clear(db, "smtp", now())?, Cleared::WasQuiet);
                assert_eq!(alarms::raise(db, "smtp", "down", now())?, Raised::First);
                assert_eq!(alarms::raise(db, "smtp", "still down", now() + minutes(1))?, Raised::Again);
                let standing = alarms::standing(db)?.remove(0);
                assert_eq!((standing.times, standing.raised_at), (2, now()));
                assert_eq!(standing.detail, "still down");
                assert_eq!(untold(db), [("smtp".to_owned(), Told::Raised)]);
                alarms::told(db, "smtp", Told::Raised)?;
                assert_eq!(untold(db), []);
                assert_eq!(alarms::clear(db, "smtp", now() + minutes(2))?, Cleared::WasRaised);
                assert_eq!(alarms::clear(db, "smtp", now() + minutes(3))?, Cleared::WasQuiet);
                assert_eq!(untold(db), [("smtp".to_owned(), Told::Over)]);
                alarms::told(db, "smtp", Told::Over)?;
                assert_eq!((untold(db), alarms::standing(db)?), (vec![], vec![]));
                assert_eq!(alarms::raise(db, "smtp", "down again", now() + minutes(4))?, Raised::First);
                assert_eq!(untold(db), [("smtp".to_owned(), Told::Raised)]);
                // Over before anybody was told: nothing to tell.
                alarms::clear(db, "smtp", now() + minutes(5))?;
                assert_eq!(untold(db), []);
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn what_is_known_of_an_address_is_found_in_any_case() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                assert_eq!(addresses::known(db, "ann@example.org")?, Known::default());
                let later = now() + minutes(1);
                let facts = [
                    Fact::Surveyed(now()),
                    Fact::NoSurvey,
                    Fact::Dead(now()),
                    Fact::Dead(later),
                    Fact::Away(later),
                ];
                for fact in facts {
                    addresses::learn(db, "Ann@Example.org", fact)?;
                }
                let known = Known {
                    surveyed_at: Some(now()),
                    no_survey: true,
                    dead_since: Some(now()),
                    away_until: Some(later),
                    ..Known::default()
                };
                assert_eq!(addresses::known(db, "ann@EXAMPLE.org")?, known);
                assert_eq!(addresses::absences(db, now())?, [("ann@example.org".to_owned(), later)]);
                assert_eq!(addresses::absences(db, later)?, []);
                addresses::learn(db, "ann@example.org", Fact::Alive)?;
                addresses::learn(db, "ann@example.org", Fact::Back)?;
                let known = addresses::known(db, "ann@example.org")?;
                assert_eq!((known.dead_since, known.away_until, known.no_survey), (None, None, true));
                Ok(())
            })
            .unwrap();
    });
}
