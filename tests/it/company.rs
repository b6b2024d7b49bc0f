//! Two daemons at work on one PostgreSQL at the same moment, in this process: each has a store, a clerk and a desk.
use std::sync::{Arc, Barrier};

use crate::configured::{configured, usual_keys};
use redress::{
    clock::Clock,
    daemon::{Parts, wiring},
    store::{
        Claim, disputes,
        inbox::{self, Age, Packed, Status},
        outbox::{self, State},
    },
};

use crate::{
    databases::{self, Database},
    world::Written,
};

/// One daemon's parts on this database.
fn daemon(database: &Database, name: &str) -> Parts {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "[desk]\nname = \"Shop Care\"\naddress = \"support@shop.test\"\nstate_dir = \".\"\n\
         [database]\nurl = \"{}\"\ndurability = \"test\"\n\
         [[mailbox]]\nname = \"support\"\nhost = \"127.0.0.1\"\nsecurity = \"plain\"\nuser = \"support@shop.test\"\n\
         [sending]\nhost = \"127.0.0.1\"\nsecurity = \"plain\"\n\
         [authentication]\ntrusted_authserv_ids = [\"mx.test\"]\nborder_hosts = [\"mx.test\"]\n\
         [[agent]]\naddress = \"anna@shop.test\"\nname = \"Anna Berg\"\n",
        database.url
    );
    let config = configured(&text, folder.path(), &usual_keys());
    let clerk = Arc::new(wiring::clerk(&config, Clock::system()).unwrap());
    wiring::parts(&config, wiring::open_store(&config).unwrap(), &clerk, name)
}

#[test]
fn g11_two_mails_of_one_new_thread_taken_by_two_daemons_at_once_open_one_dispute() {
    let database = databases::postgres();
    let now = Clock::system().now();
    let (first, second) = (daemon(&database, "first"), daemon(&database, "second"));
    for round in 0..20 {
        let customer = format!("Carla Diaz <carla-{round}@example.test>");
        let id = format!("complaint-{round}@example.test");
        let complaint = Written::by(&customer, "Broken", "My order came broken.").id(&id);
        let afterthought = Written::by(&customer, "Re: Broken", "It is also blue.")
            .id(&format!("afterthought-{round}@example.test"))
            .header("In-Reply-To", &format!("<{id}>"));
        let take = |mail: &Written| {
            let raw = Packed::new(&mail.raw(now));
            database.store.with(|db| inbox::store(db, &raw, now, Age::Current)).unwrap().mail
        };
        let mails = [take(&complaint), take(&afterthought)];
        // Either daemon has one of the two in hand before the other looks.
        assert!(first.store.claims().take(Claim::Mail(mails[round % 2])).unwrap());
        assert!(second.store.claims().take(Claim::Mail(mails[(round + 1) % 2])).unwrap());
        let together = Barrier::new(2);
        std::thread::scope(|scope| {
            for daemon in [&first, &second] {
                scope.spawn(|| {
                    together.wait();
                    let worked = daemon.desk.work(&daemon.store).unwrap();
                    assert_eq!(worked.handled.len(), 1, "{worked:?}");
                });
            }
        });
        let of = |mail: i64| {
            let row = database.store.with(|db| inbox::load(db, mail)).unwrap().unwrap();
            (row.status, row.dispute)
        };
        let [(status, dispute), other] = mails.map(of);
        assert_eq!((status, dispute.is_some()), (Status::Done, true));
        assert_eq!(other, (status, dispute), "round {round}");
    }
    let all = disputes::Filter::default();
    assert_eq!(database.store.with(|db| disputes::list(db, &all, 100)).unwrap().len(), 20);
    let letters = database.store.with(|db| outbox::list(db, State::Queued, 1_000)).unwrap();
    let acknowledgements = letters.iter().filter(|letter| letter.letter.starts_with("acknowledgement"));
    // Where the afterthought came first it opened the dispute, and was acknowledged like any first mail.
    assert_eq!(acknowledgements.count(), 20);
}
