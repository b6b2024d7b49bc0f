//! The words that customers use, as tables. A table is one text with bars between its phrases, each in lower case,
//! without accents, apostrophes and punctuation, as [`super::plain`] leaves them (tested).
use std::fmt::Write as _;

use super::Word;

/// The phrases of a table.
pub(super) fn list(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.split('|').map(str::trim).filter(|phrase| !phrase.is_empty())
}

/// When a word counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    /// Always.
    Nothing,
    /// Where the customer was asked whether the matter is settled.
    Resolution,
    /// Not yet.
    Later,
}

/// One word and the ways to say it.
pub(super) struct Row {
    pub word: Word,
    /// As people spell it, in English, German, French and Spanish.
    pub shown: &'static str,
    pub needs: Needs,
    /// What it means, for the documentation.
    pub does: &'static str,
    pub english: &'static str,
    pub german: &'static str,
    pub french: &'static str,
    pub spanish: &'static str,
    /// How a line begins that says this and more, and so is asked back.
    pub openings: &'static str,
}

impl Row {
    /// Every way to say it.
    pub fn phrases(&self) -> impl Iterator<Item = &'static str> {
        [self.english, self.german, self.french, self.spanish].into_iter().flat_map(list)
    }
}

/// The words.
pub(super) const ROWS: &[Row] = &[
    Row {
        word: Word::Status,
        shown: "status | Stand | statut | estado",
        needs: Needs::Nothing,
        does: "where do things stand?",
        english: "status | status update | update | any news | any update | news | whats the status | \
                  what is the status",
        german: "stand | status bitte | aktueller stand | sachstand | wie ist der stand | neuigkeiten | \
                 gibt es neuigkeiten | gibt es etwas neues",
        french: "statut | etat | ou en est on | ou en est mon dossier | des nouvelles | quel est le statut",
        spanish: "estado | situacion | novedades | hay novedades | cual es el estado",
        openings: "",
    },
    Row {
        word: Word::Yes,
        shown: "yes | ja | oui | sí",
        needs: Needs::Resolution,
        does: "this settles it",
        english: "yes | y | yep | yeah | yup | yes yes | yes it does | it does | yes it is | yes it is settled | \
                  yes its settled | yes that settles it | yes this settles it | yes it settles it | \
                  that settles it | this settles it | it is settled | settled | all settled | yes settled | \
                  solved | yes solved | resolved | yes resolved | confirmed | yes confirmed | i confirm | \
                  yes i confirm | yes all good | yes of course | yes absolutely | yes indeed | yes agreed",
        german: "ja | jep | jawohl | ja ja | ja ist es | ja das ist es | erledigt | ja erledigt | ist erledigt | \
                 ja ist erledigt | ja das ist erledigt | ja es ist erledigt | ja damit ist es erledigt | gelost | \
                 geloest | ja gelost | ja geloest | ja passt | ja das passt | ja alles gut | ja naturlich | \
                 bestatigt | ja bestatigt | ich bestatige | ja ich bestatige",
        french: "oui | oui cest regle | cest regle | regle | oui tout a fait | je confirme | oui je confirme | \
                 confirme",
        spanish: "si | si resuelto | resuelto | esta resuelto | si esta resuelto | confirmo | si confirmo | si claro",
        openings: "yes | yep | yeah | ja | jep | jawohl | oui | si",
    },
    Row {
        word: Word::No,
        shown: "no | nein | non | no",
        needs: Needs::Resolution,
        does: "this does not settle it",
        english: "no | n | nope | no no | not yet | no not yet | not really | no not really | it does not | \
                  it doesnt | no it does not | no it doesnt | it is not | no it is not | no it isnt | \
                  not settled | not solved | not resolved | absolutely not | definitely not | certainly not | \
                  no way | unfortunately not | sadly not | not at all | no not at all",
        german: "nein | nee | ne | nein nein | noch nicht | nein noch nicht | leider nein | leider nicht | \
                 nein leider nicht | nicht ganz | nein nicht ganz | nicht erledigt | nein nicht erledigt | \
                 nicht gelost | auf keinen fall | keineswegs | nein ist es nicht | nein das ist es nicht | \
                 uberhaupt nicht | nein uberhaupt nicht",
        french: "non | pas encore | non pas encore | pas du tout | non pas du tout | malheureusement non | \
                 pas vraiment",
        spanish: "no | todavia no | aun no | no todavia no | no aun no | para nada | en absoluto | no resuelto",
        openings: "no | nope | nein | nee | non | not yet | noch nicht | leider nicht | pas encore | todavia no",
    },
    Row {
        word: Word::Withdraw,
        shown: "withdraw | zurückziehen | retirer | retirar",
        needs: Needs::Nothing,
        does: "the dispute is taken back",
        english: "withdraw | withdrawn | i withdraw | withdraw complaint | withdraw my complaint | \
                  withdraw the complaint | i withdraw my complaint | i withdraw the complaint | \
                  withdraw my dispute | withdraw the dispute | i withdraw my dispute | \
                  i hereby withdraw my complaint | i would like to withdraw my complaint | \
                  i want to withdraw my complaint",
        german: "zuruckziehen | zurueckziehen | zuruckgezogen | ich ziehe zuruck | \
                 ich ziehe die beschwerde zuruck | ich ziehe meine beschwerde zuruck | \
                 hiermit ziehe ich meine beschwerde zuruck | beschwerde zuruckziehen | \
                 beschwerde zuruckgezogen | ich mochte meine beschwerde zuruckziehen",
        french: "retirer | je retire | je retire ma plainte | je retire ma reclamation | retirer ma reclamation",
        spanish: "retirar | retiro | retiro mi queja | retiro mi reclamacion | retirar mi queja | \
                  retirar mi reclamacion",
        openings: "withdraw my | withdraw the | i withdraw | i hereby withdraw | ich ziehe zuruck | \
                   ich ziehe meine beschwerde | ich ziehe die beschwerde | hiermit ziehe ich | je retire ma | \
                   retiro mi",
    },
    Row {
        word: Word::Accept,
        shown: "accept | annehmen | accepter | aceptar",
        needs: Needs::Later,
        does: "the offer is accepted",
        english: "accept | i accept | accepted",
        german: "annehmen | ich nehme an | angenommen | akzeptiert",
        french: "accepter | jaccepte | accepte",
        spanish: "aceptar | acepto",
        openings: "accept | i accept | jaccepte | acepto",
    },
    Row {
        word: Word::Decline,
        shown: "decline | ablehnen | refuser | rechazar",
        needs: Needs::Later,
        does: "the offer is declined",
        english: "decline | i decline | declined",
        german: "ablehnen | ich lehne ab | abgelehnt",
        french: "refuser | je refuse",
        spanish: "rechazar | rechazo",
        openings: "decline | i decline | je refuse | rechazo",
    },
    Row {
        word: Word::Escalate,
        shown: "escalate | eskalieren | escalader | escalar",
        needs: Needs::Later,
        does: "somebody above shall look at it",
        english: "escalate | manager",
        german: "eskalieren | vorgesetzter",
        french: "escalader | responsable",
        spanish: "escalar | supervisor",
        openings: "escalate",
    },
    Row {
        word: Word::MoreTime,
        shown: "more time | mehr Zeit | plus de temps | más tiempo",
        needs: Needs::Later,
        does: "more time to answer",
        english: "more time",
        german: "mehr zeit",
        french: "plus de temps",
        spanish: "mas tiempo",
        openings: "more time",
    },
];

/// What agrees in a chat and could mean anything in an answer.
pub(super) const LOOSE_YES: &str = "ok | okay | fine | sure | good | agreed | alright | maybe | partly | in ordnung | \
    alles klar | einverstanden | vielleicht | teilweise | jein | daccord | vale | de acuerdo";

/// The same as a picture: the first character of a line without words.
pub(super) const LOOSE_SIGNS: &[(char, Word)] = &[
    ('\u{1f44d}', Word::Yes), // thumb up
    ('\u{2705}', Word::Yes),  // check mark
    ('\u{1f44e}', Word::No),  // thumb down
    ('\u{274c}', Word::No),   // cross
];

/// Numbers from 1 to 5 as words.
pub(super) const NUMBERS: &[(&str, u8)] = &[
    ("one | eins | un | uno", 1),
    ("two | zwei | deux | dos", 2),
    ("three | drei | trois | tres", 3),
    ("four | vier | quatre | cuatro", 4),
    ("five | funf | fuenf | cinq | cinco", 5),
];

/// Greetings that may stand before the word on its line.
pub(super) const GREETINGS: &str = "good afternoon | good morning | good evening | guten morgen | guten abend | \
    guten tag | gruss gott | buenos dias | buenas tardes | hello | hallo | bonjour | hola | moin | hi | hey | servus";

/// How a line begins that only addresses somebody.
pub(super) const ADDRESSES: &str = "dear | sehr geehrte | sehr geehrter | liebe | lieber | liebes | cher | chere | \
    chers | madame | monsieur | estimado | estimada | estimados | querido | querida";

/// Courtesies that change nothing on either side of the word; the longer before those they contain.
pub(super) const POLITE: &str = "thank you very much | thank you so much | many thanks | thanks a lot | thank you | \
    thanks | thx | please | herzlichen dank | vielen dank | besten dank | danke schon | danke sehr | danke | bitte | \
    merci beaucoup | merci bien | merci | sil vous plait | svp | muchas gracias | gracias | por favor";

/// How a line begins that closes a letter; what follows is a name, an address, a disclaimer.
pub(super) const CLOSINGS: &str = "regards | best regards | kind regards | warm regards | best wishes | best | \
    sincerely | yours | cheers | sent from | mit freundlichen | mit besten | freundliche gruss | freundliche grusse | \
    viele grusse | beste grusse | liebe grusse | schone grusse | gruss | grusse | lg | mfg | vg | von meinem | \
    gesendet von | cordialement | bien cordialement | envoye de | saludos | un saludo | atentamente | enviado desde";

/// Words below a yes that may take it back: adversatives, denials, conditions.
pub(super) const DOUBTS: &str = "but | however | not | no | never | unless | if | except | although | though | still | \
    only | once | yet | until | provided | cannot | cant | dont | doesnt | didnt | hasnt | havent | isnt | wasnt | \
    wont | wouldnt | nothing | missing | aber | jedoch | allerdings | nicht | nichts | nie | kein | keine | keinen | \
    keinem | keiner | nein | nur | falls | wenn | sofern | sobald | trotzdem | noch | ausser | fehlt | mais | pas | \
    non | jamais | cependant | toutefois | sauf | si | pero | nunca | embargo | excepto | falta | aunque | todavia";

/// Words without which a text is no thank-you.
pub(super) const THANKS: &str = "thanks | thank | thankyou | thx | ty | danke | dank | dankeschon | danken | bedanke | \
    merci | gracias | grateful | appreciated | cheers";

/// Words that may stand around thanks and say nothing else.
pub(super) const THANKS_COMPANY: &str = "you | very | so | much | a | lot | many | again | all | everyone | team | \
    and | for | your | the | help | support | quick | fast | kind | great | prompt | answer | reply | response | \
    service | job | work | well | done | best | regards | warm | wishes | sincerely | yours | have | nice | good | \
    day | weekend | i | we | am | are | really | wonderful | perfect | super | excellent | of | it | this | is | \
    that | vielen | herzlichen | besten | schon | schonen | schones | sehr | nochmals | nochmal | fur | die | der | \
    das | ihre | eure | deine | hilfe | unterstutzung | schnelle | rasche | antwort | bearbeitung | arbeit | und | \
    an | alle | ich | wir | mich | uns | ihnen | euch | dir | tag | noch | ein | einen | wochenende | toll | prima | \
    klasse | mit | freundlichen | freundliche | viele | beste | gruss | grussen | grusse | lg | mfg | vg | guten | \
    moin | beaucoup | bien | votre | aide | pour | bonne | journee | bonjour | cordialement | muchas | mil | por | \
    su | ayuda | hola | saludos | un | saludo";

/// Greetings and titles after which a name may follow.
pub(super) const TITLES: &str = "mr | mrs | ms | miss | dr | frau | herr | herrn | madame | monsieur | senor | senora | \
    dear | hi | hello | hallo | hey | liebe | lieber | geehrte | geehrter";

/// The plain letters of an accented one, in lower case; `None` for all others.
pub(super) fn folded(c: char) -> Option<&'static str> {
    let plain = match c {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' => "a",
        'é' | 'è' | 'ê' | 'ë' => "e",
        'í' | 'ì' | 'î' | 'ï' => "i",
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' => "o",
        'ú' | 'ù' | 'û' | 'ü' => "u",
        'ñ' => "n",
        'ç' => "c",
        'ß' => "ss",
        'œ' => "oe",
        'æ' => "ae",
        _ => return None,
    };
    Some(plain)
}

/// The customers' part of `docs/commands.md`.
pub fn document() -> String {
    let mut out = String::from(PREFACE);
    for row in ROWS.iter().filter(|row| row.needs != Needs::Later) {
        let when = match row.needs {
            Needs::Resolution => "asked whether a resolution settles the matter",
            Needs::Nothing | Needs::Later => "at any time",
        };
        // Writing to a string cannot fail.
        let _ = writeln!(out, "| {} | {} | {when} |", row.shown, row.does);
    }
    out.push_str(AFTERWORD);
    out
}

const PREFACE: &str = "
## For customers

A customer may write one of these alone on the first line of a reply, in any case, with or without accents, a
greeting or thanks. Most have more forms than are shown. Anything else is prose, which somebody reads.

| English | German | French | Spanish | means | when |
|---|---|---|---|---|---|
";

const AFTERWORD: &str = "\
| 1 to 5 | 1 to 5 | 1 to 5 | 1 to 5 | how it went, 5 is best | asked for a rating |

`Yes, but the money has not come` is not taken for a yes: an answer that could mean two things is asked back.
";
