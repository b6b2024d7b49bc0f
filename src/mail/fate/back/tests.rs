use super::*;

/// Thursday.
fn arrived() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 26).unwrap_or_default()
}

fn check(text: &str, expected: Option<&str>) {
    let got = read(text, arrived(), Order::DayFirst).map(|day| day.to_string());
    assert_eq!(got.as_deref(), expected, "{text}");
}

#[test]
fn the_day_of_return_is_read_in_many_languages() {
    for (text, day) in [
        ("I am out of the office until 3 December.", "2026-12-03"),
        ("I will be back on Monday 7 Dec", "2026-12-07"),
        ("I'm away from 27th November to the 4th of January 2027.", "2027-01-04"),
        ("returning December 14, 2026", "2026-12-14"),
        ("Ich bin bis einschließlich 3. Dezember nicht im Büro", "2026-12-03"),
        ("Vom 23.11. bis 4.12.2026 bin ich im Urlaub. Ab dem 7.12. bin ich wieder da.", "2026-12-07"),
        ("Je suis absent jusqu'au 3 décembre inclus", "2026-12-03"),
        ("En congé du 1er au 14 décembre, de retour le 15 décembre", "2026-12-15"),
        ("Estoy de vacaciones hasta el 3 de diciembre", "2026-12-03"),
        ("Estou de férias até ao dia 3 de dezembro de 2026", "2026-12-03"),
        ("Sono assente fino al 3 dicembre; rientrerò lunedì 7 dicembre", "2026-12-07"),
        ("Ik ben afwezig t/m 3 december", "2026-12-03"),
        ("Jeg er på ferie til og med den 3. december", "2026-12-03"),
        ("Jag är på semester t.o.m. 3 december", "2026-12-03"),
        ("Olen lomalla 3.12. saakka", "2026-12-03"),
        ("Olen lomalla 3. joulukuuta asti", "2026-12-03"),
        ("Jestem na urlopie do 3 grudnia", "2026-12-03"),
        ("Jsem na dovolené do 3. prosince", "2026-12-03"),
        ("December 3-ig szabadságon vagyok", "2026-12-03"),
        ("Sunt în concediu până la 3 decembrie", "2026-12-03"),
        ("3 Aralık tarihine kadar izindeyim", "2026-12-03"),
        ("Είμαι σε άδεια έως τις 3 Δεκεμβρίου", "2026-12-03"),
        ("Я в отпуске до 3 декабря", "2026-12-03"),
        ("12月3日まで不在にしております", "2026-12-03"),
        ("我将休假至2026年12月3日", "2026-12-03"),
        ("12월 3일까지 부재중입니다", "2026-12-03"),
        ("Out of office until 2026-12-03", "2026-12-03"),
    ] {
        check(text, Some(day));
    }
}

#[test]
fn names_of_days_count_where_no_date_is_given() {
    check("I am out of the office until Monday.", Some("2026-11-30"));
    check("Ich bin bis Montag, den 7.12., nicht da", Some("2026-12-07"));
    check("I am back tomorrow", Some("2026-11-27"));
    check("On Mondays I do not work", None);
}

#[test]
fn figures_between_slashes_stand_in_the_order_of_the_country() {
    let day = |order| read("until 03/12/2026", arrived(), order).map(|day| day.to_string());
    assert_eq!(day(Order::DayFirst).as_deref(), Some("2026-12-03"));
    // The twelfth of March is over.
    assert_eq!(day(Order::MonthFirst).as_deref(), Some("2026-12-03"));
    let day = |order| read("until 12/03", arrived(), order).map(|day| day.to_string());
    assert_eq!(day(Order::MonthFirst).as_deref(), Some("2026-12-03"));
    assert_eq!(day(Order::DayFirst).as_deref(), Some("2027-03-12"));
}

#[test]
fn what_cannot_be_the_end_of_an_absence_is_not_taken() {
    for text in [
        "",
        "I am out of the office.",
        "until 31 February",
        "until 3 December 2020",
        "until 3 December 2029",
        "I was born on 3 December",
        "until 99999999999999999999.12.",
        "until 12",
        "Call 0123/456 789",
    ] {
        check(text, None);
    }
}
