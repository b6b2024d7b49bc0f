use super::*;

fn token(dispute: i64, serial: u32) -> Token {
    Token { dispute, audience: Audience::Customer, serial }
}

fn held_mail(dispute: i64, header: Header) -> Held {
    Held {
        dispute: Number(dispute),
        role: HeldRole::Mail,
        header,
        tie: Tie::Stranger,
        answered: Answered::No,
    }
}

fn numbered(dispute: i64, counts: Counts) -> Numbered {
    Numbered { dispute: Number(dispute), counts }
}

fn expected(dispute: i64, tie: Tie, answered: Answered) -> Expected {
    Expected { dispute: Number(dispute), tie, answered }
}

fn existing(number: i64, by: PlacedBy, answers: u32, only: Only) -> Placement {
    Placement::Existing { number: Number(number), by, answers, only }
}

fn new() -> Placement {
    Placement::New { ambiguous: vec![], mentions: vec![] }
}

#[test]
fn the_first_rule_that_holds_wins() {
    let cases: Vec<(&str, Candidates, Placement)> = vec![
        ("nothing", Candidates::default(), new()),
        (
            "address before Message-ID",
            Candidates { addressed: vec![token(1, 0)], ours: vec![token(2, 0)], ..Default::default() },
            existing(1, PlacedBy::Token, 0, Only::Address),
        ),
        (
            "the newest Message-ID of ours",
            Candidates { ours: vec![token(2, 3), token(1, 0)], ..Default::default() },
            existing(2, PlacedBy::Token, 3, Only::More),
        ),
        (
            "ours before theirs",
            Candidates {
                ours: vec![token(2, 0)],
                held: vec![held_mail(3, Header::InReplyTo)],
                ..Default::default()
            },
            existing(2, PlacedBy::Token, 0, Only::More),
        ),
        (
            "In-Reply-To before References",
            Candidates {
                held: vec![held_mail(4, Header::References), held_mail(3, Header::InReplyTo)],
                ..Default::default()
            },
            existing(3, PlacedBy::Reference, 0, Only::More),
        ),
        (
            "a reference before the subject",
            Candidates {
                held: vec![held_mail(3, Header::References)],
                numbered: vec![numbered(5, Counts::Yes)],
                ..Default::default()
            },
            existing(3, PlacedBy::Reference, 0, Only::More),
        ),
        (
            "the subject last",
            Candidates { numbered: vec![numbered(5, Counts::Yes)], ..Default::default() },
            existing(5, PlacedBy::Subject, 0, Only::More),
        ),
        (
            "a stranger's number is a mention",
            Candidates { numbered: vec![numbered(5, Counts::No)], ..Default::default() },
            Placement::New { ambiguous: vec![], mentions: vec![Number(5)] },
        ),
        (
            "an address with a thread is a reply",
            Candidates { addressed: vec![token(1, 0)], ours: vec![token(1, 2)], ..Default::default() },
            existing(1, PlacedBy::Token, 2, Only::More),
        ),
    ];
    for (name, candidates, wanted) in cases {
        assert_eq!(place(&candidates), wanted, "{name}");
    }
}

#[test]
fn two_answers_of_one_rank_open_a_new_dispute() {
    let two = Candidates { addressed: vec![token(1, 0), token(2, 0)], ..Default::default() };
    let ambiguous = Placement::New { ambiguous: vec![Number(1), Number(2)], mentions: vec![] };
    assert_eq!(place(&two), ambiguous);
    let held = vec![held_mail(1, Header::InReplyTo), held_mail(2, Header::InReplyTo)];
    assert_eq!(place(&Candidates { held, ..Default::default() }), ambiguous);
}

#[test]
fn a_forward_is_not_a_reply() {
    let forward = Candidates {
        ours: vec![token(1, 0)],
        held: vec![held_mail(1, Header::References)],
        forward: is_forward("WG: [D-1] Rechnung"),
        ..Default::default()
    };
    assert_eq!(place(&forward), new());
}

#[test]
fn hearsay_joins_the_mail_of_a_party_or_a_colleague_only() {
    let placed = |tie| {
        let held = Held { role: HeldRole::Mentioned, tie, ..held_mail(7, Header::InReplyTo) };
        place(&Candidates { held: vec![held], ..Default::default() })
    };
    assert_eq!(placed(Tie::Stranger), new());
    for tie in [Tie::Party, Tie::Colleague] {
        assert_eq!(placed(tie), existing(7, PlacedBy::Reference, 0, Only::More));
    }
}

#[test]
fn what_a_stranger_passes_on_is_new_and_what_a_party_passes_on_is_not() {
    let placed = |tie| {
        let held = vec![Held { tie, ..held_mail(7, Header::References) }];
        place(&Candidates { held, forward: is_forward("Fwd: Re: Lamp"), ..Default::default() })
    };
    assert_eq!(placed(Tie::Stranger), new());
    assert_eq!(placed(Tie::Party), existing(7, PlacedBy::Reference, 0, Only::More));
}

#[test]
fn a_mail_that_shows_two_disputes_to_be_one_joins_them_while_nobody_has_answered() {
    let own = |number, header, answered| Held { tie: Tie::Party, answered, ..held_mail(number, header) };
    let placed = |header, answered| {
        place(&Candidates {
            held: vec![own(9, header, answered), own(8, Header::References, Answered::No)],
            ..Default::default()
        })
    };
    let joined = Placement::Joins { into: Number(8), from: vec![Number(9)] };
    assert_eq!(placed(Header::References, Answered::No), joined);
    assert_eq!(placed(Header::InReplyTo, Answered::No), joined);
    let stays = existing(9, PlacedBy::Reference, 0, Only::More);
    assert_eq!(placed(Header::References, Answered::Yes), stays);
    let between = Candidates {
        held: vec![own(9, Header::References, Answered::No)],
        expected: vec![expected(8, Tie::Party, Answered::No)],
        ..Default::default()
    };
    assert_eq!(place(&between), joined);
}

#[test]
fn a_late_parent_joins_unanswered_disputes_of_one_customer() {
    let both = |answered| vec![expected(9, Tie::Party, Answered::No), expected(8, Tie::Party, answered)];
    let late = Candidates { expected: both(Answered::No), ..Default::default() };
    assert_eq!(place(&late), Placement::Joins { into: Number(8), from: vec![Number(9)] });
    let answered = Candidates { expected: both(Answered::Yes), ..Default::default() };
    assert_eq!(place(&answered), Placement::New { ambiguous: vec![Number(8), Number(9)], mentions: vec![] });
}

#[test]
fn a_reply_that_came_first_waits_for_its_parent() {
    let late = Candidates { expected: vec![expected(8, Tie::Party, Answered::Yes)], ..Default::default() };
    assert_eq!(place(&late), existing(8, PlacedBy::Reference, 0, Only::More));
}

#[test]
fn a_subject_is_freed_of_reply_marks_and_tags() {
    for (subject, wanted) in [
        ("Re: [D-1042] Invoice 88", "Invoice 88"),
        ("AW: Re: [D-7] [D-8]  Lampe", "Lampe"),
        ("[URGENT] Re: Invoice", "[URGENT] Re: Invoice"),
        ("Regarding D-7", "Regarding D-7"),
        ("Re:", ""),
        ("[D-1] ", ""),
        ("é: Re: x", "é: Re: x"),
    ] {
        assert_eq!(bare_subject(subject, "D-"), wanted, "{subject}");
    }
}

#[test]
fn numbers_are_read_from_subjects() {
    for (subject, wanted) in [
        ("Re: [D-1042] Invoice", vec![1042]),
        ("d-7 and D-8, D-7", vec![7, 8]),
        ("AD-1042", vec![]),
        ("D-", vec![]),
        ("D-99999999999999999999999", vec![999_999_999_999_999_999]),
        ("D-0", vec![]),
        ("D-5D-6", vec![5]),
    ] {
        let found: Vec<_> = numbers_in(subject, "D-").into_iter().map(|n| n.0).collect();
        assert_eq!(found, wanted, "{subject}");
    }
}

#[test]
fn an_id_that_any_machine_may_give_is_weak() {
    for id in [
        "1",
        "",
        "1@",
        "1@localhost",
        "a@LocalHost.localdomain",
        "x@pc.localdomain",
        "1@DESKTOP",
        "1@mac.local",
        "1@127.0.0.1",
        "1@[10.0.0.7]",
    ] {
        assert!(is_weak_id(id), "{id}");
    }
    for id in ["1@x", "1@mail.example", "localhost@mail.example"] {
        assert!(!is_weak_id(id), "{id}");
    }
}
