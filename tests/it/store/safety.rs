use redress::store::{Durability, Settings, events, meta};

use super::*;
use crate::databases::{batch, by_tls, on_both, postgres, relaxed, sqlite};

fn set(db: &mut Db, key: &str) -> Result<(), StoreError> {
    meta::set(db, key, "yes")
}

fn is_set(store: &Store, key: &str) -> bool {
    store.read(|db| meta::get(db, key)).unwrap().is_some()
}

#[test]
fn an_inner_transaction_is_rolled_back_alone() {
    on_both(|database| {
        let store = &database.store;
        store
            .with(|db| {
                db.tx(|db| {
                    set(db, "outer")?;
                    let inner = db.tx(|db| {
                        set(db, "inner")?;
                        Err::<(), _>(StoreError::Panicked)
                    });
                    assert!(inner.is_err());
                    db.tx(|db| set(db, "second"))
                })
            })
            .unwrap();
        assert!(is_set(store, "outer") && is_set(store, "second"));
        assert!(!is_set(store, "inner"));
    });
}

#[test]
fn a_constraint_error_in_a_savepoint_spoils_nothing_around_it() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                db.tx(|db| {
                    opened(db, 1);
                    let again = db.tx(|db| redress::store::disputes::insert(db, &fresh(1)));
                    assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");
                    set(db, "after")
                })
            })
            .unwrap();
        assert!(is_set(&database.store, "after"));
    });
}

#[test]
fn a_failed_transaction_leaves_nothing() {
    on_both(|database| {
        let result: Result<(), StoreError> = database.store.with(|db| {
            db.tx(|db| {
                set(db, "key")?;
                Err(StoreError::Other("no".into()))
            })
        });
        assert!(matches!(result, Err(StoreError::Other(_))));
        assert!(!is_set(&database.store, "key"));
    });
}

#[test]
fn a_panic_is_rolled_back_and_the_store_goes_on() {
    on_both(|database| {
        let result: Result<(), StoreError> = database.store.with(|db| {
            db.tx(|db| {
                set(db, "key")?;
                panic!("on purpose")
            })
        });
        assert!(matches!(result, Err(StoreError::Panicked)));
        assert!(!is_set(&database.store, "key"));
        database.store.with(|db| set(db, "after")).unwrap();
    });
}

#[test]
fn async_callers_get_the_same_answers() {
    on_both(|database| {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let store = database.another_store();
        runtime.block_on(async move {
            store.run(|db| set(db, "key")).await.unwrap();
            assert!(store.look(|db| meta::get(db, "key")).await.unwrap().is_some());
            let panicked: Result<(), _> = store.run(|_| panic!("on purpose")).await;
            assert!(matches!(panicked, Err(StoreError::Panicked)));
            // The last handle goes away in async code, which must not panic.
            drop(store);
        });
    });
}

#[test]
fn a_reader_sees_one_moment_and_cannot_write() {
    on_both(|database| {
        let other = database.another_store();
        database
            .store
            .read(|db| {
                assert_eq!(meta::get(db, "key")?, None);
                other.with(|db| set(db, "key"))?;
                assert_eq!(meta::get(db, "key")?, None);
                Ok(())
            })
            .unwrap();
        assert!(is_set(&database.store, "key"));
        database.store.read(|db| set(db, "other")).unwrap_err();
        database.store.with(|db| set(db, "other")).unwrap();
    });
}

#[test]
fn the_desk_lock_needs_a_transaction_and_keeps_others_out() {
    on_both(|database| {
        assert!(database.store.with(Db::desk_lock).is_err());
        let stores: Vec<Store> = (0..4).map(|_| database.another_store()).collect();
        let numbers: Vec<i64> = std::thread::scope(|scope| {
            let work = |store: &Store| {
                let open = |db: &mut Db| {
                    db.tx(|db| {
                        db.desk_lock()?;
                        let number = redress::store::disputes::next_number(db, 1_000)?;
                        redress::store::disputes::insert(db, &fresh(number.0))?;
                        Ok::<_, StoreError>(number.0)
                    })
                };
                (0..10).map(|_| store.with(open).unwrap()).collect::<Vec<_>>()
            };
            let runs: Vec<_> = stores.iter().map(|store| scope.spawn(move || work(store))).collect();
            runs.into_iter().flat_map(|run| run.join().unwrap()).collect()
        });
        let mut sorted = numbers.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (1_000..1_040).collect::<Vec<_>>());
    });
}

#[test]
fn one_event_key_acts_once_among_threads() {
    on_both(|database| {
        let stores: Vec<Store> = (0..4).map(|_| database.another_store()).collect();
        let acted: usize = std::thread::scope(|scope| {
            let once = |store: &Store| {
                store.with(|db| db.tx(|db| events::act_once(db, "mail:1", now()))).unwrap()
                    == events::Once::New
            };
            let runs: Vec<_> = stores.iter().map(|store| scope.spawn(move || once(store))).collect();
            runs.into_iter().map(|run| usize::from(run.join().unwrap())).sum()
        });
        assert_eq!(acted, 1);
    });
}

#[test]
fn a_lost_connection_is_reported_once_and_replaced() {
    let database = postgres();
    is_set(&database.store, "warm the pool");
    let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    database.another_store().with(|db| batch(db, others)).unwrap();
    let first = database.store.with(|db| set(db, "key"));
    assert!(matches!(first, Err(StoreError::Lost(_))), "{first:?}");
    assert!(first.unwrap_err().is_temporary());
    database.store.with(|db| set(db, "key")).unwrap();
}

#[test]
fn postgres_that_may_lose_a_commit_is_refused() {
    let database = postgres();
    match Store::open(&Settings::new(&database.url)).err() {
        Some(StoreError::Unsafe(why)) => assert!(why.contains("synchronous_commit"), "{why}"),
        other => panic!("{other:?}"),
    }
    let name = database.url.split(['/', '?']).nth(3).unwrap();
    database.sql(&format!("ALTER DATABASE {name} RESET synchronous_commit"));
    Store::open(&Settings::new(&database.url)).unwrap();
}

#[test]
fn sqlite_that_keeps_commits_is_created_and_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new.db");
    let settings = Settings::new(format!("sqlite:{}", path.display()));
    assert_eq!(settings.durability, Durability::Strict);
    let store = Store::open(&settings).unwrap();
    store.migrate().unwrap();
    store.with(|db| set(db, "key")).unwrap();
    assert!(path.with_extension("db-wal").exists());
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("not.db");
    std::fs::write(&path, "This is a letter to my aunt, and surely no database.".repeat(100)).unwrap();
    let result = Store::open(&Settings::new(format!("sqlite:{}", path.display())));
    assert!(matches!(result.err(), Some(StoreError::Corrupt(_))));
}

#[test]
fn a_folder_that_does_not_exist_and_a_strange_address_are_refused() {
    for url in
        ["sqlite:/nonexistent/folder/x.db", "mysql://localhost/x", "postgres://localhost/x?sslmode=maybe"]
    {
        let error = Store::open(&Settings::new(url)).err().unwrap();
        assert!(matches!(error, StoreError::Address(_)), "{url}: {error:?}");
    }
}

#[test]
fn a_server_that_is_not_there_is_a_temporary_failure() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("postgres://redress:sesame@localhost/x?host={}", folder.path().display());
    let error = Store::open(&Settings::new(url)).err().unwrap();
    assert!(error.is_temporary(), "{error:?}");
    assert!(!error.to_string().contains("sesame"));
}

#[test]
fn a_second_daemon_on_an_sqlite_file_is_refused() {
    let database = sqlite();
    let lock = database.store.lock_desk().unwrap();
    assert!(lock.is_some());
    let refused = database.another_store().lock_desk();
    assert!(matches!(refused, Err(StoreError::Locked(_))), "{refused:?}");
    drop(lock);
    database.another_store().lock_desk().unwrap();
    assert!(postgres().store.lock_desk().unwrap().is_none());
}

#[test]
fn postgres_by_tls_must_prove_who_it_is() {
    let database = postgres();
    database.store.with(|db| set(db, "key")).unwrap();
    let (url, certificate) = by_tls(&database);
    let trusting = Settings { ca_file: Some(certificate), ..relaxed(&url) };
    let encrypted = "DO $$ BEGIN ASSERT (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()); END $$";
    let store = Store::open(&trusting).unwrap();
    store.with(|db| batch(db, encrypted)).unwrap();
    assert!(is_set(&store, "key"));
    // Nothing on this machine vouches for the certificate, and it is for another name.
    let elsewhere = Settings { url: url.replace("localhost", "127.0.0.1").into(), ..trusting.clone() };
    for (settings, reason) in [(relaxed(&url), "UnknownIssuer"), (elsewhere, "not valid for name")] {
        let error = Store::open(&settings).err().unwrap().to_string();
        assert!(error.contains(reason), "{error}");
    }
    let unreadable = Settings { ca_file: Some("/nonexistent.pem".into()), ..trusting };
    assert!(matches!(Store::open(&unreadable).err(), Some(StoreError::Address(_))));
}

#[test]
fn a_full_disk_is_told_apart_and_nothing_is_half_written() {
    let database = sqlite();
    // The limit is the connection's own, as if the disk were full until it is replaced.
    database.sql("PRAGMA max_page_count = 120");
    let large: Vec<u8> = (0..200_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let full = database.store.with(|db| {
        let batch = [taken(1, b"small"), taken(2, &large)];
        inbox::take_batch(db, "support", "INBOX", 7, &batch)
    });
    assert!(matches!(full, Err(StoreError::Full(_))), "{full:?}");
    assert!(full.unwrap_err().is_temporary());
    assert_eq!(database.store.read(inbox::counts).unwrap(), []);
    database.store.with(|db| Ok(take_one(db, 2, &large))).unwrap();
}

#[test]
fn a_database_that_somebody_else_holds_is_busy_for_now() {
    let database = sqlite();
    let other = database.another_store();
    let refused = database.store.with(|db| db.tx(|_| Ok::<_, StoreError>(other.with(|db| set(db, "key")))));
    assert!(matches!(refused.unwrap(), Err(StoreError::Busy(_))));
    other.with(|db| set(db, "key")).unwrap();
}
