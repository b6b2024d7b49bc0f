//! `redress explain --database`: the desk's own memory decides, and nothing of what was tried stays.
use crate::configured::{configured, usual_keys};
use redress::{
    cli::explain::Bench,
    clock::Clock,
    config::Config,
    daemon::wiring,
    store::{
        StoreError, disputes,
        inbox::{self, Age, Packed, Status},
        outbox::{self, State},
    },
};

use crate::{
    databases::{self, Database},
    world::Written,
};

const NOW: &str = "2026-11-26T09:00:00Z";

fn config(database: &Database) -> Config {
    let text = format!(
        "[desk]\nname = \"Shop Care\"\naddress = \"support@shop.test\"\nstate_dir = \".\"\n\
         [database]\nurl = \"{}\"\ndurability = \"test\"\n\
         [[mailbox]]\nname = \"support\"\nhost = \"127.0.0.1\"\nsecurity = \"plain\"\nuser = \"support@shop.test\"\n\
         [sending]\nhost = \"127.0.0.1\"\nsecurity = \"plain\"\n\
         [authentication]\ntrusted_authserv_ids = [\"mx.test\"]\nborder_hosts = [\"mx.test\"]\n\
         [[agent]]\naddress = \"anna@shop.test\"\nname = \"Anna Berg\"\n",
        database.url
    );
    configured(&text, std::path::Path::new("/nowhere"), &usual_keys())
}

/// Everything that a rehearsal could have left behind.
fn remains(database: &Database) -> String {
    let all = disputes::Filter::default();
    let seen = |db: &mut redress::store::Db| -> Result<String, StoreError> {
        let mut mails = Vec::new();
        for status in [Status::New, Status::Done, Status::Held, Status::Quarantined, Status::Duplicate] {
            mails.extend(inbox::list(db, status, 100)?);
        }
        Ok(format!(
            "{:?} {mails:?} {:?}",
            disputes::list(db, &all, 100)?,
            outbox::list(db, State::Queued, 100)?
        ))
    };
    database.store.with(seen).unwrap()
}

#[test]
fn explaining_over_the_desks_own_database_uses_what_it_knows_and_changes_nothing() {
    databases::on_both(|database| {
        let clock = Clock::manual(NOW.parse().unwrap());
        let config = || config(database);
        let complaint =
            Written::by("Ada Byron <ada@example.test>", "Invoice 88", "Charged twice.").id("a1@example.test");
        let raw = complaint.raw(clock.now());
        let clerk = std::sync::Arc::new(wiring::clerk(&config(), clock.clone()).unwrap());
        let parts = wiring::parts(&config(), database.another_store(), &clerk, "rehearsal");
        database.store.with(|db| inbox::store(db, &Packed::new(&raw), clock.now(), Age::Current)).unwrap();
        parts.desk.work(&parts.store).unwrap();
        // One more waits, and is none of the rehearsal's business.
        let waiting = Written::by("Bob Stone <bob@other.test>", "Lamp", "It is broken.").raw(clock.now());
        database
            .store
            .with(|db| inbox::store(db, &Packed::new(&waiting), clock.now(), Age::Current))
            .unwrap();
        let before = remains(database);

        let mut bench = Bench::over_its_database(config(), &[], &[], clock.clone()).unwrap();
        let reply = Written::by("Ada Byron <ada@example.test>", "Re: Invoice 88", "Any news?")
            .header("In-Reply-To", "<a1@example.test>");
        let of = |account: redress::cli::explain::Account| {
            (account.because.clone(), account.dispute.map(|placed| (placed.number, placed.rule)))
        };
        let (because, placed) = of(bench.explain("reply.eml", &reply.raw(clock.now())));
        assert_eq!(placed, Some((1000, "reference".to_owned())), "{because}");
        let fresh = Written::by("Carla Kunde <carla@example.test>", "Wheel", "It broke.").raw(clock.now());
        let (because, placed) = of(bench.explain("fresh.eml", &fresh));
        assert_eq!(placed, Some((1001, "new".to_owned())), "{because}");
        let (because, _) = of(bench.explain("again.eml", &raw));
        assert!(because.starts_with("duplicate: the very bytes"), "{because}");

        drop(bench);
        assert_eq!(remains(database), before);
        // The desk goes on as if nothing had been.
        let worked = parts.desk.work(&parts.store).unwrap();
        assert_eq!(worked.handled.first().and_then(|handled| handled.placed).map(|(n, _)| n.0), Some(1001));
    });
}
