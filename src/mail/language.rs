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

/// Letters that a language never uses: one of them, and it is another language. Without this, Russian is at times
/// taken for Bulgarian, and surely so.
const NEVER: [(Lang, &str); 3] = [(Lang::Bul, "ыэёіїєґ"), (Lang::Ukr, "ыэёъ"), (Lang::Rus, "іїєґ")];

/// The commonest small words of some languages, by which short texts are told apart better than by their letters.
const SMALL_WORDS: [(&str, &str); 13] = [
    (
        "en",
        "the and is was that my have has not this for you with it are but been from would your we they please an i",
    ),
    (
        "de",
        "der die das und ist ich nicht mein meine sie wir habe hat mit für auf von zu den dem ein eine bitte war es",
    ),
    (
        "fr",
        "le la les et est je pas que vous mon ma ne une un pour dans avec sur des du il cette nous été bonjour",
    ),
    ("es", "el la los y es que no mi se una un por para con lo ha su las del pero muy está nadie gracias al"),
    (
        "it",
        "il la che non mi è di ho un una per con sono ma del della gli le questo ancora anche vorrei grazie più",
    ),
    (
        "nl",
        "de het een en is niet ik mijn dat van voor op met heb heeft zijn maar nog ook graag aan bij geen te",
    ),
    (
        "pt",
        "o a os que não meu minha um uma para com é foi mas ainda muito do da em eu por obrigado você está",
    ),
    ("da", "og det er ikke jeg min en et at på til for med har der den vi af som jer endnu mit var de"),
    ("sv", "och det är inte jag min en ett att på till för med har som den vi av ni ännu mitt var men"),
    ("pl", "i nie jest że się na do w z mój moja to ale jak dla mi co tego proszę już od za była"),
    (
        "ru",
        "и в не на я что с по мне мой моя мои мы вы это как но до из она они уже был была меня никто почему",
    ),
    ("uk", "і в не на я що з мені мій моя ми ви це як але до та вже був була мене ніхто чому"),
    ("bg", "и да не на се за от че съм ми моята си ще е са до още няма моля но като не"),
];
/// Small words of one language that a text must hold at the least.
const HITS: usize = 3;

/// The two-letter code (ISO 639-1) of the text's language; `None` for a short or doubtful text.
/// Quoted lines, addresses and links are left out, since they are not the author's words.
pub fn detect(text: &str) -> Option<&'static str> {
    let words = own_words(text).to_lowercase();
    if words.chars().filter(|c| c.is_alphabetic()).count() < LETTERS {
        return None;
    }
    by_small_words(&words).or_else(|| by_letters(&words))
}

/// The language that holds twice as many small words as any other.
fn by_small_words(text: &str) -> Option<&'static str> {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).collect();
    let mut scores: Vec<(usize, &str)> = SMALL_WORDS
        .iter()
        .map(|(code, small)| {
            (words.iter().filter(|word| small.split(' ').any(|one| one == **word)).count(), *code)
        })
        .collect();
    scores.sort_unstable_by(|a, b| b.cmp(a));
    match scores.as_slice() {
        [(most, code), (second, _), ..] if *most >= HITS && *most >= 2 * second => Some(code),
        _ => None,
    }
}

/// The language that sequences of letters tell, if they tell it reliably.
fn by_letters(text: &str) -> Option<&'static str> {
    let impossible = |language: &Lang| {
        NEVER.iter().any(|(known, never)| known == language && text.contains(|c| never.contains(c)))
    };
    let candidates = LANGUAGES.iter().map(|(language, _)| *language).filter(|one| !impossible(one)).collect();
    let found = Detector::with_allowlist(candidates).detect(text).filter(whatlang::Info::is_reliable)?;
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
