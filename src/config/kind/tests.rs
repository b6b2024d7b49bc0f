use super::*;

/// What is made of `toml` as a value of this kind: its debug text, or the first mistake.
fn read(kind: Kind, toml: &str) -> Result<String, String> {
    let text = format!("key = {toml}");
    let document = toml::de::DeTable::parse(&text).unwrap();
    let value = &document.get_ref()["key"];
    let mut faults = Vec::new();
    match kind.read(value, &mut faults) {
        Some(value) => Ok(format!("{value:?}")),
        None => Err(faults.remove(0).1),
    }
}

fn good(kind: Kind, toml: &str, expected: &str) {
    assert_eq!(read(kind, toml).as_deref(), Ok(expected), "{toml}");
}

fn bad(kind: Kind, toml: &str) {
    assert!(read(kind, toml).is_err(), "{toml} was read as {:?}", read(kind, toml));
}

#[test]
fn durations_have_one_number_and_one_unit() {
    let kind = Kind::Duration { least: 1, most: 86_400 };
    good(kind, "\"90s\"", "Duration(TimeDelta { secs: 90, nanos: 0 })");
    good(kind, "\"10m\"", "Duration(TimeDelta { secs: 600, nanos: 0 })");
    good(kind, "\"24h\"", "Duration(TimeDelta { secs: 86400, nanos: 0 })");
    good(kind, "\"1d\"", "Duration(TimeDelta { secs: 86400, nanos: 0 })");
    for wrong in [
        "\"\"",
        "\"s\"",
        "\"10\"",
        "\"1h30m\"",
        "\"-5s\"",
        "\"1.5h\"",
        "\"5 m\"",
        "\"99999999999999999999d\"",
        "60",
    ] {
        bad(kind, wrong);
    }
    assert_eq!(read(kind, "\"0s\"").unwrap_err(), "“0s” is out of bounds: from 1s to 1d");
    assert_eq!(read(kind, "\"2d\"").unwrap_err(), "“2d” is out of bounds: from 1s to 1d");
}

#[test]
fn sizes_are_counted_in_powers_of_two() {
    let kind = Kind::Size { least: 1_024, most: 1 << 30 };
    good(kind, "\"25MiB\"", "Count(26214400)");
    good(kind, "\"1024B\"", "Count(1024)");
    for wrong in ["\"25MB\"", "\"25\"", "25", "\"MiB\"", "\"99999999999TiB\""] {
        bad(kind, wrong);
    }
    assert_eq!(read(kind, "\"2GiB\"").unwrap_err(), "“2GiB” is out of bounds: from 1KiB to 1GiB");
}

#[test]
fn numbers_keep_their_bounds_in_every_notation() {
    let kind = Kind::Count { least: 1, most: 65_535 };
    good(kind, "993", "Count(993)");
    good(kind, "0x1F", "Count(31)");
    good(kind, "1_000", "Count(1000)");
    for wrong in ["0", "-1", "65536", "99999999999999999999", "1.0", "\"993\"", "true"] {
        bad(kind, wrong);
    }
}

#[test]
fn addresses_are_plain_and_become_lower_case() {
    good(Kind::Address, "\"Anna.Berg+x@Example.COM\"", "Text(\"anna.berg+x@example.com\")");
    for wrong in [
        "\"\"",
        "\"anna\"",
        "\"@example.com\"",
        "\"anna@\"",
        "\"a b@example.com\"",
        "\"anna@exa mple.com\"",
        "\"Anna <anna@example.com>\"",
        "\"anna@example..com\"",
        "\".anna@example.com\"",
        "\"anna@-example.com\"",
        "\"anna@example.com, bo@example.com\"",
        "\"anna\\n@example.com\"",
        "\"änna@example.com\"",
    ] {
        bad(Kind::Address, wrong);
    }
    bad(Kind::Address, &format!("\"{}@example.com\"", "a".repeat(65)));
}

#[test]
fn hosts_are_names_or_ip_addresses() {
    good(Kind::Host, "\"IMAP.Example.com\"", "Text(\"imap.example.com\")");
    good(Kind::Host, "\"localhost\"", "Text(\"localhost\")");
    good(Kind::Host, "\"127.0.0.1\"", "Text(\"127.0.0.1\")");
    good(Kind::Host, "\"[::1]\"", "Text(\"::1\")");
    for wrong in ["\"imap.example.com:993\"", "\"imaps://imap.example.com\"", "\"\"", "\"a host\""] {
        bad(Kind::Host, wrong);
    }
}

#[test]
fn a_dot_stands_for_every_host_below() {
    good(Kind::HostOrBelow, "\".MX.example.com\"", "Text(\".mx.example.com\")");
    good(Kind::HostOrBelow, "\"mx.example.com\"", "Text(\"mx.example.com\")");
    bad(Kind::HostOrBelow, "\".\"");
    bad(Kind::HostOrBelow, "\"..example.com\"");
}

#[test]
fn whom_is_an_address_or_a_domain() {
    good(Kind::Whom, "\"eve@spam.example\"", "Whom(Address(\"eve@spam.example\"))");
    good(Kind::Whom, "\"@Spam.example\"", "Whom(Domain(\"spam.example\"))");
    good(Kind::Whom, "\"spam.example\"", "Whom(Domain(\"spam.example\"))");
    bad(Kind::Whom, "\"*@spam.example\\n\"");
    bad(Kind::Whom, "\"@\"");
}

#[test]
fn prefixes_names_and_languages_have_their_shapes() {
    for right in ["\"D-\"", "\"SHOP2-\""] {
        assert!(read(Kind::Prefix, right).is_ok(), "{right}");
    }
    for wrong in ["\"D\"", "\"-\"", "\"d-\"", "\"2D-\"", "\"TOOLONGPX-\"", "\"D--\""] {
        bad(Kind::Prefix, wrong);
    }
    for right in ["\"support\"", "\"shop-2\""] {
        assert!(read(Kind::Name, right).is_ok(), "{right}");
    }
    for wrong in ["\"\"", "\"Support\"", "\"a_b\"", "\"-a\"", "\"a/b\""] {
        bad(Kind::Name, wrong);
    }
    for right in ["\"en\"", "\"pt-BR\"", "\"zh-Hant-TW\""] {
        assert!(read(Kind::Language, right).is_ok(), "{right}");
    }
    for wrong in ["\"EN\"", "\"english\"", "\"e\"", "\"en_GB\"", "\"../x\""] {
        bad(Kind::Language, wrong);
    }
}

#[test]
fn days_times_and_zones_are_read() {
    good(Kind::Weekday, "\"sun\"", "Weekday(Sun)");
    bad(Kind::Weekday, "\"Sunday\"");
    good(Kind::TimeOfDay, "\"08:30\"", "Time(08:30:00)");
    bad(Kind::TimeOfDay, "\"25:00\"");
    bad(Kind::TimeOfDay, "900");
    good(Kind::Date, "\"2026-12-25\"", "Date(2026-12-25)");
    good(Kind::Date, "2026-12-25", "Date(2026-12-25)");
    bad(Kind::Date, "\"2026-02-30\"");
    bad(Kind::Date, "2026-12-25T00:00:00Z");
    good(Kind::Zone, "\"Europe/Berlin\"", "Zone(Europe/Berlin)");
    bad(Kind::Zone, "\"Berlin\"");
}

#[test]
fn fingerprints_may_have_colons() {
    let pairs = vec!["AB"; 32].join(":");
    good(Kind::Fingerprint, &format!("\"{pairs}\""), &format!("Text(\"{}\")", "ab".repeat(32)));
    bad(Kind::Fingerprint, "\"abcd\"");
    bad(Kind::Fingerprint, &format!("\"{}\"", "zz".repeat(32)));
}

#[test]
fn a_database_address_must_not_hold_a_password() {
    for right in [
        "sqlite:/var/lib/redress/redress.db",
        "sqlite:redress.db",
        "postgres://redress@db.example.com:5432/redress",
        "postgresql:///redress?host=/run/postgresql",
    ] {
        assert!(database_url(right).is_ok(), "{right}");
    }
    for wrong in [
        "postgres://redress:hunter2@db.example.com/redress",
        "postgres:///redress?user=a&password=hunter2",
        "postgres://redress@db.example.com/redress?PassWord=hunter2",
        "mysql://redress:hunter2@db.example.com",
        "sqlite:",
        "sqlite://",
        "hunter2",
    ] {
        let message = database_url(wrong).unwrap_err();
        assert!(!message.contains("hunter2"), "{message}");
    }
}

#[test]
fn every_wrong_entry_of_a_list_is_reported() {
    let text = "key = [\"2026-12-25\", \"x\", 3, \"2026-13-01\"]";
    let document = toml::de::DeTable::parse(text).unwrap();
    let mut faults = Vec::new();
    let kind = Kind::List { of: &Kind::Date, least: 0 };
    assert!(kind.read(&document.get_ref()["key"], &mut faults).is_none());
    let wrong: Vec<&str> = faults.iter().map(|(span, _)| &text[span.clone()]).collect();
    assert_eq!(wrong, ["\"x\"", "3", "\"2026-13-01\""]);
}

#[test]
fn a_list_may_need_entries() {
    let kind = Kind::List { of: &Kind::Weekday, least: 1 };
    assert_eq!(read(kind, "[]").unwrap_err(), "at least 1 needed, 0 given");
    good(kind, "[\"mon\"]", "List([Weekday(Mon)])");
    bad(kind, "\"mon\"");
}

#[test]
fn texts_are_sentences_by_language() {
    good(Kind::Texts, "{ en = \"You may complain.\" }", "Texts({\"en\": \"You may complain.\"})");
    bad(Kind::Texts, "{ English = \"x\" }");
    bad(Kind::Texts, "{ en = 3 }");
    bad(Kind::Texts, "\"x\"");
}

#[test]
fn a_text_has_one_line() {
    bad(Kind::Text, "\"a\\nb\"");
    bad(Kind::Text, "\"  \"");
    good(Kind::Text, "\"Ä b\"", "Text(\"Ä b\")");
}
