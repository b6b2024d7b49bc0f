//! Threads in any order of arrival: what belongs together comes together, and nothing else.
use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// A mail of a forest of threads.
#[derive(Debug, Clone)]
struct Sent {
    thread: usize,
    id: String,
    in_reply_to: Option<String>,
    references: Vec<String>,
    writer: Tie,
}

/// What a desk knows, as `desk::place` reads it from the store: ids by dispute.
#[derive(Default)]
struct Desk {
    ids: Vec<(String, Number, HeldRole, usize)>,
    opened: i64,
}

impl Desk {
    /// Takes a mail and files it where it belongs.
    fn take(&mut self, place_of: usize, sent: &Sent, all: &[Sent], homes: &mut BTreeMap<usize, Number>) {
        let tie = |dispute: Number| {
            let first = homes.iter().find(|(_, home)| **home == dispute).map(|(at, _)| *at);
            let same = first.is_some_and(|at| all[at].thread % 2 == sent.thread % 2);
            if same { sent.writer } else { Tie::Stranger }
        };
        let direct = sent.in_reply_to.iter().map(|id| (Header::InReplyTo, id));
        let older = sent.references.iter().rev().map(|id| (Header::References, id));
        let named: Vec<(Header, &String)> = direct.chain(older).collect();
        let mut held = Vec::new();
        for (header, id) in named {
            for (_, dispute, role, _) in self.ids.iter().filter(|(known, ..)| known == id) {
                let (dispute, role, answered) = (*dispute, *role, Answered::No);
                held.push(Held { dispute, role, header, tie: tie(dispute), answered });
            }
        }
        let cited = self.ids.iter().filter(|(id, _, role, _)| *id == sent.id && *role == HeldRole::Mentioned);
        let expected = cited
            .map(|(_, dispute, _, _)| Expected {
                dispute: *dispute,
                tie: tie(*dispute),
                answered: Answered::No,
            })
            .collect();
        let number = match place(&Candidates { held, expected, ..Candidates::default() }) {
            Placement::Existing { number, .. } => number,
            Placement::Joins { into, from } => {
                for home in homes.values_mut().filter(|home| from.contains(home)) {
                    *home = into;
                }
                for (_, dispute, _, _) in
                    self.ids.iter_mut().filter(|(_, dispute, _, _)| from.contains(dispute))
                {
                    *dispute = into;
                }
                into
            }
            Placement::New { .. } => {
                self.opened += 1;
                Number(self.opened)
            }
        };
        homes.insert(place_of, number);
        self.ids.push((sent.id.clone(), number, HeldRole::Mail, place_of));
        let ancestors = sent.in_reply_to.iter().chain(&sent.references);
        self.ids.extend(ancestors.map(|id| (id.clone(), number, HeldRole::Mentioned, place_of)));
    }
}

/// The disputes of mails taken in this order.
fn homes(all: &[Sent], order: &[usize]) -> BTreeMap<usize, Number> {
    let mut desk = Desk::default();
    let mut homes = BTreeMap::new();
    for at in order {
        desk.take(*at, &all[*at], all, &mut homes);
    }
    homes
}

/// Groups of mails that share an id, through whatever others.
fn union(all: &[Sent]) -> Vec<usize> {
    let mut group: Vec<usize> = (0..all.len()).collect();
    let ids = |sent: &Sent| -> Vec<String> {
        [&sent.id].into_iter().chain(&sent.in_reply_to).chain(&sent.references).cloned().collect()
    };
    for one in 0..all.len() {
        for other in 0..one {
            let share = ids(&all[one]).iter().any(|id| ids(&all[other]).contains(id));
            if share && group[one] != group[other] {
                let (from, to) = (group[one].max(group[other]), group[one].min(group[other]));
                group.iter_mut().filter(|known| **known == from).for_each(|known| *known = to);
            }
        }
    }
    group
}

/// Threads grown at random, each mail with its ancestors cut short, and an order of arrival.
fn forest(writer: Tie) -> impl Strategy<Value = (Vec<Sent>, Vec<usize>)> {
    let mail = (0..3_usize, any::<prop::sample::Index>(), 0..4_usize, any::<bool>(), any::<bool>());
    prop::collection::vec(mail, 1..14)
        .prop_map(move |grown| {
            let mut all: Vec<Sent> = Vec::new();
            for (number, (thread, parent, kept, direct, loops)) in grown.into_iter().enumerate() {
                let id = format!("{number}@t{thread}");
                let before: Vec<&Sent> = all.iter().filter(|sent| sent.thread == thread).collect();
                let parent = (!before.is_empty()).then(|| before[parent.index(before.len())].clone());
                let mut references: Vec<String> = Vec::new();
                let mut in_reply_to = None;
                if let Some(parent) = parent {
                    references.clone_from(&parent.references);
                    references.push(parent.id.clone());
                    in_reply_to = direct.then_some(parent.id);
                }
                references.drain(..references.len().saturating_sub(kept));
                if loops && kept == 3 {
                    references.push(id.clone());
                }
                all.push(Sent { thread, id, in_reply_to, references, writer });
            }
            all
        })
        .prop_flat_map(|all| {
            let order: Vec<usize> = (0..all.len()).collect();
            (Just(all), Just(order).prop_shuffle())
        })
}

proptest! {
    #[test]
    fn mail_of_one_customer_falls_into_the_threads_that_its_ids_make((all, order) in forest(Tie::Party)) {
        // One customer in each half of the threads, so that a wrong join would show.
        let homes = homes(&all, &order);
        let groups = union(&all);
        for one in 0..all.len() {
            for other in 0..one {
                prop_assert_eq!(homes[&one] == homes[&other], groups[one] == groups[other], "{} {}", one, other);
            }
        }
    }

    #[test]
    fn nobody_is_joined_with_whom_they_share_no_id((all, order) in forest(Tie::Stranger)) {
        let homes = homes(&all, &order);
        let groups = union(&all);
        for one in 0..all.len() {
            for other in 0..one {
                prop_assert!(homes[&one] != homes[&other] || groups[one] == groups[other], "{} {}", one, other);
            }
        }
    }
}
