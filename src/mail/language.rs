//! The language a text is written in, where that can be told reliably.
//!
//! First by small words: one language must have more of the text's words than every other, compared pair by pair by
//! the words that only one of the two has. Then, where no small words decide, by sequences of letters.
//! Deliberately absent: a guess. A wrong language in a letter is worse than the desk's default.

use whatlang::{Detector, Lang};

mod words;

/// Letters that a text needs before its language is told.
const LETTERS: usize = 25;
/// Letters that it needs where small words do not tell it.
const LETTERS_BY_SEQUENCE: usize = 40;
/// Characters that are looked at; more add nothing but time.
const LOOKED_AT: usize = 4000;

/// The languages told apart by sequences of letters, with their codes of ISO 639-1. Fewer make each answer surer.
const BY_SEQUENCE: [(Lang, &str); 30] = [
    (Lang::Eng, "en"),
    (Lang::Deu, "de"),
    (Lang::Fra, "fr"),
    (Lang::Spa, "es"),
    (Lang::Ita, "it"),
    (Lang::Nld, "nl"),
    (Lang::Por, "pt"),
    (Lang::Pol, "pl"),
    (Lang::Ces, "cs"),
    (Lang::Slk, "sk"),
    (Lang::Slv, "sl"),
    (Lang::Hrv, "hr"),
    (Lang::Hun, "hu"),
    (Lang::Ron, "ro"),
    (Lang::Bul, "bg"),
    (Lang::Ell, "el"),
    (Lang::Rus, "ru"),
    (Lang::Ukr, "uk"),
    (Lang::Dan, "da"),
    (Lang::Swe, "sv"),
    (Lang::Nob, "nb"),
    (Lang::Fin, "fi"),
    (Lang::Est, "et"),
    (Lang::Lav, "lv"),
    (Lang::Lit, "lt"),
    (Lang::Tur, "tr"),
    (Lang::Ara, "ar"),
    (Lang::Heb, "he"),
    (Lang::Jpn, "ja"),
    (Lang::Cmn, "zh"),
];

/// Small words of one language that a text must hold at the least.
const HITS: usize = 3;
/// Of the words that only one of two languages has: so many more must be the one's.
const TIMES: usize = 3;

/// The two-letter code (ISO 639-1) of the text's language; `None` for a short or doubtful text.
/// Quoted lines, addresses and links are left out, since they are not the author's words.
pub fn detect(text: &str) -> Option<&'static str> {
    let own = own_words(text);
    let letters = own.chars().filter(|c| c.is_alphabetic()).count();
    if letters < LETTERS {
        return None;
    }
    let text = Text::of(&own);
    match by_small_words(&text) {
        Verdict::Told(code) => told(code),
        Verdict::Doubtful => None,
        Verdict::Silent if letters < LETTERS_BY_SEQUENCE => None,
        Verdict::Silent => by_sequence(&own.to_lowercase(), &text),
    }
}

/// A language in which letters are written. The others are known so that they are not taken for one of these.
fn told(code: &'static str) -> Option<&'static str> {
    BY_SEQUENCE.iter().any(|(_, known)| *known == code).then_some(code)
}

/// A text as words in small letters.
struct Text {
    words: Vec<String>,
    /// Letters beyond a to z in words that are no names, as far as their first letter says.
    letters: Vec<char>,
}

impl Text {
    fn of(own: &str) -> Self {
        let words = || own.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
        let has_small = own.contains(char::is_lowercase);
        let plain = words().filter(|word| !has_small || word.starts_with(char::is_lowercase));
        let mut letters: Vec<char> =
            plain.flat_map(str::chars).flat_map(char::to_lowercase).filter(|c| !c.is_ascii()).collect();
        letters.sort_unstable();
        letters.dedup();
        Text { words: words().map(str::to_lowercase).collect(), letters }
    }

    /// Whether a language writes all these letters.
    fn is_written_in(&self, language: &words::Language) -> bool {
        let cyrillic = language.words.contains(words::is_common_cyrillic);
        self.letters
            .iter()
            .all(|c| language.letters.contains(*c) || (cyrillic && words::is_common_cyrillic(*c)))
    }
}

/// What small words say.
enum Verdict {
    Told(&'static str),
    /// Two languages have nearly as many.
    Doubtful,
    /// There are too few.
    Silent,
}

/// The language that has more of the words than any other, of those that write all these letters.
fn by_small_words(text: &Text) -> Verdict {
    let sets: Vec<u32> =
        text.words.iter().filter_map(|word| words::WHOSE.get(word.as_str())).copied().collect();
    let count = |language: u32| sets.iter().filter(|set| **set & language != 0).count();
    let only =
        |one: u32, other: u32| sets.iter().filter(|set| **set & one != 0 && **set & other == 0).count();
    let (written, strange): (Vec<_>, Vec<_>) =
        words::each().partition(|(_, language)| text.is_written_in(language));
    let best = written.iter().max_by_key(|(bit, _)| count(*bit)).filter(|(bit, _)| count(*bit) >= HITS);
    let Some((best, language)) = best else {
        // Its words without its letters: it was not decoded rightly, or is a mixture.
        let strange = strange.iter().any(|(bit, _)| count(*bit) >= 2 * HITS);
        return if strange { Verdict::Doubtful } else { Verdict::Silent };
    };
    let clear = written.iter().filter(|(other, _)| other != best).all(|(other, _)| {
        let (ours, theirs) = (only(*best, *other), only(*other, *best));
        ours >= 1 && ours >= TIMES * theirs
    });
    if clear { Verdict::Told(language.code) } else { Verdict::Doubtful }
}

/// The language that sequences of letters tell, if they tell it reliably and it writes all these letters.
fn by_sequence(lower: &str, text: &Text) -> Option<&'static str> {
    let impossible = |code: &str| {
        words::each().any(|(_, language)| language.code == code && !text.is_written_in(language))
    };
    let candidates =
        BY_SEQUENCE.iter().filter(|(_, code)| !impossible(code)).map(|(language, _)| *language).collect();
    let found = Detector::with_allowlist(candidates).detect(lower).filter(whatlang::Info::is_reliable)?;
    BY_SEQUENCE.iter().find(|(language, _)| *language == found.lang()).map(|(_, code)| *code)
}

fn own_words(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('>'));
    let words = lines.flat_map(str::split_whitespace).filter(|word| !word.contains(['@', '/', '\\', '_']));
    let joined: Vec<&str> = words.collect();
    joined.join(" ").chars().take(LOOKED_AT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_complaint_is_told_by_its_language() {
        let check = |text: &str, expected| assert_eq!(detect(text), expected, "{text}");
        check(
            "I ordered a washing machine three weeks ago and it still has not arrived. Nobody answers the phone.",
            Some("en"),
        );
        check("My order D-55 has not arrived yet. Please help me get a refund.", Some("en"));
        check("Mi pedido no ha llegado y nadie contesta el teléfono.", Some("es"));
        check("Mijn bestelling is nog steeds niet aangekomen, graag reactie.", Some("nl"));
        check(
            "ich habe vor drei Wochen eine Waschmaschine bestellt und sie ist immer noch nicht angekommen. Bitte antworten Sie mir.",
            Some("de"),
        );
        check(
            "J'ai commandé une machine à laver il y a trois semaines et elle n'est toujours pas arrivée. Merci de me répondre.",
            Some("fr"),
        );
        check(
            "Я заказал стиральную машину три недели назад, и она до сих пор не пришла. Пожалуйста, объясните, почему никто не отвечает на мои письма.",
            Some("ru"),
        );
    }

    #[test]
    fn too_little_text_has_no_language() {
        for text in [
            "",
            "ok",
            "Danke!",
            "12345 67890 12345 67890 12345 67890 12345",
            "https://example.com/a/very/long/link/that/goes/on/and/on",
        ] {
            assert_eq!(detect(text), None, "{text}");
        }
    }

    #[test]
    fn a_quoted_mail_does_not_decide_the_language() {
        let text = "Vielen Dank für Ihre Antwort, aber die Rechnung ist immer noch falsch und ich möchte mein Geld zurück.\n\
                    > We are sorry to hear that your order has not arrived and we will look into it at once.\n\
                    > Please give us two more days to find out what happened to the parcel and where it is.\n";
        assert_eq!(detect(text), Some("de"));
    }
}
