//! The language a text is written in, where that can be told reliably.
//!
//! Deliberately absent: a guess. A wrong language in a letter is worse than the desk's default.

use whatlang::{Detector, Lang};

/// Letters that a text needs before its language is told.
const LETTERS: usize = 40;
/// Characters that are looked at; more add nothing but time.
const LOOKED_AT: usize = 4000;

/// The languages told apart, with their codes of ISO 639-1. Fewer candidates make each answer surer.
const LANGUAGES: [(Lang, &str); 30] = [
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

/// The two-letter code (ISO 639-1) of the text's language; `None` for a short or doubtful text.
/// Quoted lines, addresses and links are left out, since they are not the author's words.
pub fn detect(text: &str) -> Option<&'static str> {
    let words = own_words(text);
    if words.chars().filter(|c| c.is_alphabetic()).count() < LETTERS {
        return None;
    }
    let candidates = LANGUAGES.iter().map(|(language, _)| *language).collect();
    let found = Detector::with_allowlist(candidates).detect(&words).filter(whatlang::Info::is_reliable)?;
    LANGUAGES.iter().find(|(language, _)| *language == found.lang()).map(|(_, code)| *code)
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
        check(
            "ich habe vor drei Wochen eine Waschmaschine bestellt und sie ist immer noch nicht angekommen. Bitte antworten Sie mir.",
            Some("de"),
        );
        check(
            "J'ai commandé une machine à laver il y a trois semaines et elle n'est toujours pas arrivée. Merci de me répondre.",
            Some("fr"),
        );
        check(
            "Я заказал стиральную машину три недели назад, и она до сих пор не пришла. Что мне делать?",
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
