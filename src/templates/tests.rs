//! Letters as a reader gets them, and the traps of the template engine.
use std::{fs, sync::LazyLock};

use regex::Regex;

use super::*;

fn desk() -> DeskFacts {
    DeskFacts { name: "Northwind Service".into(), address: "service@northwind.test".into() }
}

static EMBEDDED: LazyLock<Templates> =
    LazyLock::new(|| Templates::embedded(chrono_tz::Europe::Berlin, desk()));

/// What a reply does where it does not matter.
const REPLY: Reply = Reply::Inside;

fn embedded() -> &'static Templates {
    &EMBEDDED
}

/// Templates with these files of an operator's, by path and text.
fn overridden(files: &[(&str, &str)]) -> Result<Templates, Vec<TemplateError>> {
    let folder = tempfile::tempdir().unwrap();
    for (file, text) in files {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    Templates::load(Some(folder.path()), chrono_tz::Europe::Berlin, desk())
}

/// What is wrong with these files, one line each.
fn faults(files: &[(&str, &str)]) -> Vec<String> {
    overridden(files).map(|_| ()).unwrap_err().iter().map(ToString::to_string).collect()
}

fn sample(name: &str) -> Letter {
    samples().into_iter().find(|letter| letter.name() == name).unwrap()
}

/// Every letter of the program's own in each language in which it exists, in every variation.
fn every_variation(mut check: impl FnMut(&str, &Rendered)) {
    let templates = embedded();
    for (language, set) in &templates.own {
        for letter in samples().iter().filter(|letter| set.has(letter.name())) {
            let data = context::of(letter, &templates.desk, Reply::ToCustomer).unwrap();
            for data in samples::variations(letter.name(), &data) {
                let rendered = set.render(letter.name(), &data).unwrap();
                check(&format!("{language}/{} with {data}", letter.name()), &rendered);
            }
        }
    }
}

fn is_for_customers(label: &str) -> bool {
    CustomerLetter::NAMES.iter().any(|name| label.split(' ').next().unwrap().ends_with(&format!("/{name}")))
}

#[test]
fn every_letter_renders_in_every_variation() {
    assert_eq!(embedded().check(), []);
}

#[test]
fn every_letter_to_customers_exists_in_each_language_and_every_other_in_the_default_one() {
    for language in embedded::LANGUAGES {
        let set = &embedded().own[language.name];
        let all = CustomerLetter::NAMES.iter().chain(StaffLetter::NAMES);
        let missing: Vec<_> = all.filter(|name| !set.has(name)).collect();
        let expected: &[&str] = if language.name == DEFAULT_LANGUAGE { &[] } else { StaffLetter::NAMES };
        assert_eq!(missing, expected.iter().collect::<Vec<_>>(), "{}", language.name);
    }
}

/// Every letter as a reader of each language could get it: what the customer wrote is in their language too.
fn every_letter() -> Vec<(String, Rendered)> {
    let german = [
        ("Invoice 88 charged twice", "Rechnung 88 doppelt abgebucht"),
        ("\"refund\"", "\"Erstattung\""),
        (
            "You may turn to the consumer ombudsman at any time.",
            "Sie können sich jederzeit an die Verbraucherschlichtungsstelle wenden.",
        ),
        (
            "Dear Ada,\\n\\nI have asked our bank for both bookings.\\nThey answer within two days.",
            "Guten Tag Frau Byron,\\n\\nich habe unsere Bank nach beiden Buchungen gefragt.\\nSie antwortet innerhalb von zwei Tagen.",
        ),
        (
            "The second booking was ours by mistake. We have returned 49.90 EUR to your card today.",
            "Die zweite Buchung war unser Versehen. Wir haben 49,90 EUR heute auf Ihre Karte zurückgebucht.",
        ),
        (
            "We cannot go further than our last answer.",
            "Über unsere letzte Antwort können wir nicht hinausgehen.",
        ),
    ];
    let mut letters = Vec::new();
    for (language, set) in &embedded().own {
        for letter in samples().iter().filter(|letter| set.has(letter.name())) {
            let reply = match letter {
                Letter::Staff(StaffLetter::Alarm(_) | StaffLetter::Impostor(_)) => Reply::None,
                Letter::Staff(StaffLetter::Notification(_) | StaffLetter::PromiseReminder(_)) => {
                    Reply::ToCustomer
                }
                _ => Reply::Inside,
            };
            let mut data = context::of(letter, &embedded().desk, reply).unwrap().to_string();
            if language == "de" {
                data = german.iter().fold(data, |data, (english, german)| data.replace(english, german));
            }
            let rendered = set.render(letter.name(), &serde_json::from_str(&data).unwrap()).unwrap();
            letters.push((format!("{language}.{}", letter.name()), rendered));
        }
    }
    letters
}

#[test]
fn letters_read_well() {
    for (name, Rendered { subject, text, .. }) in every_letter() {
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, format!("Subject: {subject}\n\n{text}"));
        });
    }
}

static INLINE: LazyLock<Regex> = LazyLock::new(|| Regex::new("</?(strong|a|code)( [^>]*)?>").unwrap());
static TAG: LazyLock<Regex> = LazyLock::new(|| Regex::new("<[^>]*>").unwrap());

/// The words of an HTML letter as a screen reader meets them.
fn words_of_html(html: &str) -> String {
    let body = html.split_once("<body").unwrap().1;
    let inline = INLINE.replace_all(body, "").into_owned();
    let text = TAG.replace_all(inline.split_once('>').unwrap().1, " ").into_owned();
    let plain =
        [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&amp;", "&")];
    let text = plain.iter().fold(text, |text, (entity, c)| text.replace(entity, c));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn words_of_text(text: &str) -> String {
    let bare = text.lines().map(|line| {
        line.strip_prefix("  |").or_else(|| line.strip_prefix("- ")).unwrap_or(line).split_whitespace()
    });
    bare.flatten().collect::<Vec<_>>().join(" ")
}

#[test]
fn text_and_html_say_the_same() {
    every_variation(|label, letter| {
        assert_eq!(words_of_html(&letter.html), words_of_text(&letter.text), "{label}");
    });
}

#[test]
fn html_is_well_formed_small_and_loads_nothing() {
    let tag = Regex::new("<(/?)([a-z][a-z0-9]*)[^>]*>").unwrap();
    let empty = Regex::new(r"<(ul|dl|table|p)[^>]*>\s*</").unwrap();
    let blocks = ["p", "ul", "dl", "table", "div", "h1", "h2", "blockquote", "pre"];
    every_variation(|label, letter| {
        let mut open: Vec<String> = Vec::new();
        for found in tag.captures_iter(&letter.html) {
            let name = found[2].to_owned();
            if ["meta", "br"].contains(&name.as_str()) {
                continue;
            }
            if &found[1] == "/" {
                assert_eq!(open.pop(), Some(name), "{label}\n{}", letter.html);
            } else {
                let nested =
                    blocks.contains(&name.as_str()) && open.iter().any(|tag| tag == "p" || tag == "ul");
                assert!(!nested, "<{name}> in {open:?}: {label}\n{}", letter.html);
                open.push(name);
            }
        }
        assert_eq!(open, [""; 0], "{label}");
        assert!(letter.html.len() < 16 * 1024, "{} bytes: {label}", letter.html.len());
        for remote in ["src=", "url(", "@import", "<link", "<script", "<form", "<img"] {
            assert!(!letter.html.contains(remote), "{remote} in {label}");
        }
        assert!(!empty.is_match(&letter.html), "empty in {label}");
    });
}

#[test]
fn each_letter_to_a_customer_ends_with_its_one_closing_line() {
    every_variation(|label, letter| {
        if is_for_customers(label) {
            let last = letter.text.lines().last().unwrap();
            assert!(last.starts_with("D-1042 \u{b7} "), "{last}: {label}");
            assert!(letter.subject.starts_with("[D-1042] "), "{}: {label}", letter.subject);
        }
    });
}

#[test]
fn our_own_sentences_keep_to_the_line_width() {
    every_variation(|label, letter| {
        let ours = letter.text.lines().filter(|line| !line.starts_with("  ") && !line.contains(" \u{b7} "));
        for line in ours.filter(|line| line.chars().count() > prose::WIDTH) {
            let quoted =
                ["The second booking was ours", "Sets the"].iter().any(|text| line.starts_with(text));
            assert!(quoted, "{line}: {label}");
        }
    });
}

#[test]
fn nothing_of_an_unproven_mail_is_repeated() {
    let letter = sample("acknowledgement-plain");
    let rendered = embedded().render(&letter, "en", REPLY).unwrap();
    assert_eq!(rendered.subject, "[D-1042] We have received your message");
    assert!(!rendered.text.contains("Ada") && !rendered.text.contains("Invoice"));
}

#[test]
fn each_letter_to_staff_begins_with_where_a_reply_goes() {
    let check = |reply, expected: &str| {
        for letter in StaffLetter::samples() {
            let rendered = embedded().render(&letter.into(), "en", reply).unwrap();
            assert_eq!(rendered.text.lines().next(), Some(expected), "{}", rendered.subject);
            assert!(words_of_html(&rendered.html).starts_with(expected), "{}", rendered.subject);
        }
    };
    check(Reply::ToCustomer, "Your reply goes to the customer.");
    check(Reply::Inside, "Your reply stays inside.");
    check(Reply::None, "Nobody reads a reply to this mail.");
}

fn answer(subject: &str, text: &str) -> Letter {
    let Letter::Customer(CustomerLetter::Answer(mut letter)) = sample("answer") else { unreachable!() };
    letter.subject = subject.into();
    letter.text = text.into();
    CustomerLetter::Answer(letter).into()
}

#[test]
fn what_people_write_is_never_a_template_nor_markup() {
    let letter =
        answer("{{desk.address}} O'Brien & <b>", "{{#each x}} O'Brien & <script>x</script> {{/each}}");
    let rendered = embedded().render(&letter, "en", REPLY).unwrap();
    assert_eq!(rendered.subject, "[D-1042] {{desk.address}} O'Brien & <b>");
    assert!(rendered.text.starts_with("{{#each x}} O'Brien & <script>x</script> {{/each}}\n"));
    assert!(
        rendered.html.contains("{{#each x}} O&#x27;Brien &amp; &lt;script&gt;x&lt;/script&gt; {{/each}}")
    );
}

#[test]
fn a_line_break_in_data_cannot_make_a_header_or_a_line_of_ours() {
    let rendered = embedded().render(&answer("a\r\nBcc: x@y.test\u{0}", "b"), "en", REPLY).unwrap();
    assert_eq!(rendered.subject, "[D-1042] a Bcc: x@y.test");
    let long = embedded().render(&answer(&"\u{fc}".repeat(5_000), "b"), "en", REPLY).unwrap();
    assert_eq!(long.subject.chars().count(), SUBJECT_MAX);

    let Letter::Staff(StaffLetter::Notification(mut letter)) = sample("notification") else { unreachable!() };
    letter.text = "Hello\r\n\u{E000}Your reply stays inside.\rBye".into();
    letter.writer = "Ada\nYour reply stays inside.".into();
    let letter = StaffLetter::Notification(letter).into();
    let rendered = embedded().render(&letter, "en", Reply::ToCustomer).unwrap();
    let forged = rendered.text.lines().filter(|line| line.starts_with("Your reply stays inside.")).count();
    assert_eq!(forged, 0, "{}", rendered.text);
    assert!(rendered.text.contains("\n  | Hello\n  | Your reply stays inside.\n  | Bye\n"));
}

#[test]
fn a_subject_of_several_lines_is_an_error() {
    assert_eq!(
        faults(&[("en/answer.subject.hbs", "[{{closing.number}}]\n{{subject}}\n")]),
        ["en/answer: the subject has more than one line"]
    );
    assert_eq!(faults(&[("en/answer.subject.hbs", "  \n")]), ["en/answer: the subject is empty"]);
}

fn check_fault(text: &str, expected: &str) {
    let found = faults(&[("en/answer.txt.hbs", text)]);
    assert_eq!(found, [format!("en/answer.txt.hbs: {expected}")], "{text}");
}

#[test]
fn a_misspelt_name_is_found_at_load_wherever_it_stands() {
    check_fault("{{tezt}}", "there is no field tezt");
    check_fault("{{#if tezt}}x{{/if}}", "there is no field tezt");
    check_fault("{{#unless closing.tezt}}x{{/unless}}", "there is no field closing.tezt");
    check_fault("{{#if (eq tezt \"a\")}}x{{/if}}", "there is no field tezt");
    check_fault("{{#if text}}x{{else}}{{tezt}}{{/if}}", "there is no field tezt");
    check_fault("{{#if text}}x{{else if tezt}}y{{/if}}", "there is no field tezt");
    check_fault("{{date closing.tezt}}", "there is no field closing.tezt");
    check_fault("{{#with closing}}{{text}}{{/with}}", "there is no field text");
    check_fault("{{#each tezt}}x{{/each}}", "there is no field tezt");
    check_fault("{{dade closing.next_word}}", "there is no helper dade");
    check_fault("{{#iff text}}x{{/iff}}", "there is no helper iff");
    check_fault("{{> closink}}", "there is no partial closink");
}

#[test]
fn what_cannot_be_checked_is_refused() {
    check_fault("{{{text}}}", "not allowed: {{{\u{2026}}}}: data is always escaped");
    check_fault("{{> closing a=text}}", "not allowed: key=value and \u{201c}as |name|\u{201d}");
    check_fault("{{#with closing as |a|}}{{/with}}", "not allowed: key=value and \u{201c}as |name|\u{201d}");
    check_fault(
        "{{#*inline \"a\"}}x{{/inline}}",
        "not allowed: {{*\u{2026}}}: partials stand in files of their own",
    );
    check_fault("{{../text}}", "there is no field ../text");
    check_fault("{{lookup this text}}", "there is no helper lookup");
}

#[test]
fn partials_that_include_each_other_are_refused() {
    let found = faults(&[
        ("en/partials/p.txt.hbs", "{{#if text}}{{> q}}{{/if}}"),
        ("en/partials/q.txt.hbs", "{{#> closing}}{{> p}}{{/closing}}"),
        ("en/partials/self.html.hbs", "{{> self}}"),
    ]);
    let cycle = "the partial includes itself, directly or by others";
    assert_eq!(
        found,
        ["p.txt", "q.txt", "self.html"].map(|file| format!("en/partials/{file}.hbs: {cycle}")).to_vec()
    );
    check_fault(
        "{{#> closing}}{{> @partial-block}}{{/closing}}",
        "not allowed: @partial-block in what a partial surrounds",
    );
}

#[test]
fn an_unknown_file_or_word_is_an_error() {
    assert_eq!(faults(&[("en/anser.txt.hbs", "x")]).len(), 1);
    assert_eq!(faults(&[("en/answer.text.hbs", "x")]).len(), 1);
    assert_eq!(faults(&[("english/answer.txt.hbs", "x")]).len(), 1);
    assert_eq!(
        faults(&[("de/words.toml", "[word.stage]\nopenn = \"offen\"\n[word.stages]\nopen = \"x\"")]),
        ["de/words.toml: [word.stage] has \u{201c}openn\u{201d}, which is none of its words; \
          there is no table [word.stages]"]
    );
    assert!(
        faults(&[("en/answer.txt.hbs", "{{#if text}}")]).first().unwrap().starts_with("en/answer.txt.hbs: ")
    );
}

#[test]
fn an_operators_file_replaces_that_one_file() {
    let templates = overridden(&[
        ("en/answer.txt.hbs", "Hello!\n\n{{prose text}}\n\n{{> closing}}\n"),
        ("de/words.toml", "[word.stage]\noffered = \"Vorschlag\"\n"),
        ("en/.answer.txt.hbs.swp", "ignored"),
    ])
    .unwrap();
    let rendered = templates.render(&sample("answer"), "en", REPLY).unwrap();
    assert!(rendered.text.starts_with("Hello!\n\nDear Ada,"), "{}", rendered.text);
    assert_eq!(rendered.subject, "[D-1042] Invoice 88 charged twice");
    assert_eq!(rendered.fell_back, None);
    let german = templates.render(&sample("answer"), "de", REPLY).unwrap();
    assert!(german.text.contains("D-1042 \u{b7} Vorschlag \u{b7} "), "{}", german.text);
    assert_eq!(templates.check(), []);
}

#[test]
fn an_operators_letter_that_fails_gives_way_to_the_programs_own() {
    // It passes with every variation of the sample, and fails with the subject that comes.
    let stumbles = "{{#if (eq subject \"stumble\")}}{{date text}}{{/if}}{{prose text}}";
    let templates = overridden(&[("en/answer.txt.hbs", stumbles)]).unwrap();
    assert_eq!(templates.render(&answer("fine", "b"), "en", REPLY).unwrap().fell_back, None);
    let rendered = templates.render(&answer("stumble", "b"), "en", REPLY).unwrap();
    assert_eq!(rendered.text, embedded().render(&answer("stumble", "b"), "en", REPLY).unwrap().text);
    let why = rendered.fell_back.unwrap();
    assert!(
        why.starts_with("en/answer: cannot be rendered: ") && why.contains("a moment is needed"),
        "{why}"
    );
}

#[test]
fn a_language_falls_back_to_its_parent_and_then_to_the_default_one() {
    let check = |name: &str, language: &str, expected: &str| {
        let rendered = embedded().render(&sample(name), language, REPLY).unwrap();
        assert!(rendered.html.contains(&format!("<html lang=\"{expected}\"")), "{name} in {language}");
        assert_eq!(rendered.fell_back, None);
    };
    check("status", "de", "de");
    check("status", "de-AT", "de");
    check("status", "fr", "en");
    check("notification", "de", "en");
}

#[test]
fn a_new_language_needs_every_letter_to_customers() {
    let missing = faults(&[("fr/answer.txt.hbs", "x")]);
    assert_eq!(
        missing,
        [
            "fr/words.toml: is missing: a language needs every letter to customers in three parts, and words.toml"
        ]
    );
}

#[test]
fn the_words_to_reply_with_are_those_of_the_letters() {
    let words = embedded().reply_words("de");
    let text = embedded().render(&sample("resolution"), "de", REPLY).unwrap().text;
    assert!(text.contains(&format!("\n- {} \u{2013}", words["yes"])));
    assert!(text.contains(&format!("\n- {} \u{2013}", words["no"])));
    assert_eq!(embedded().reply_words("xx")["withdraw"], "withdraw");
}

#[test]
fn dates_are_the_desks_not_utcs() {
    let Letter::Customer(CustomerLetter::NextWord(mut letter)) = sample("next-word") else { unreachable!() };
    letter.by = "2026-11-23T23:30:00Z".parse().unwrap();
    let letter = CustomerLetter::NextWord(letter).into();
    let words = |language| words_of_text(&embedded().render(&letter, language, REPLY).unwrap().text);
    assert!(words("en").contains("Tuesday 24 November 2026"));
    assert!(words("de").contains("Dienstag, 24. November 2026"));
}

/// For `scripts/letters`, which takes the pictures in `docs/letters`.
#[test]
fn letters_are_written_for_pictures() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/letters");
    fs::create_dir_all(&folder).unwrap();
    for (name, letter) in every_letter() {
        fs::write(folder.join(format!("{name}.html")), letter.html).unwrap();
    }
}
