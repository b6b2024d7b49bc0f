//! Whether an amount is one that the writer has to do with now: theirs, and neither refused nor long settled.
//!
//! Signs are rows of phrases, looked for in the amount's clause, its sentence, that and the next one, or the whole
//! text. One sign, and nothing is said of the amount: silence costs an agent a glance, a stranger's sum said back to
//! a customer costs their trust. Deliberately absent: grammar; a phrase counts wherever it stands.
use std::ops::Range;

use super::{
    has, is_in, list,
    remedy::{self, TURNS},
};

/// Where a sign is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    /// Before the amount in its clause.
    Clause,
    /// In its sentence.
    Sentence,
    /// There or in the sentence after it.
    AndNext,
    /// Anywhere.
    Text,
}

/// A sign that an amount is not to be repeated: a phrase of every table of `has`, and none of `lacks`.
struct Sign {
    within: Within,
    has: &'static [&'static str],
    lacks: &'static str,
}

const fn sign(within: Within, has: &'static [&'static str], lacks: &'static str) -> Sign {
    Sign { within, has, lacks }
}

const SIGNS: &[Sign] = &[
    sign(Within::Text, &[NOT_MONEY], ""),
    sign(Within::Text, &[ONLY_SORRY], ""),
    sign(Within::Clause, &[UNWANTED], ""),
    sign(Within::Clause, &[GERMAN_WISHES, GERMAN_DENIALS], ""),
    sign(Within::AndNext, &[REFUSES, OFFERS], CHARGES),
    sign(Within::Clause, &[KEPT], ""),
    sign(Within::Sentence, &[WAIVED], ""),
    sign(Within::Sentence, &[OTHERS_GET], ME),
    sign(Within::Sentence, &[STRANGERS, GET], ME),
    sign(Within::Sentence, &[BESIDE_ME, GET], ""),
    sign(Within::Sentence, &[YEARS_AGO], ""),
    sign(Within::Sentence, &[COST, IN_A_YEAR], ""),
    sign(Within::AndNext, &[PAST, SETTLED], ""),
    sign(Within::Sentence, &[ALREADY], ""),
];

/// Wishes for something else than money.
const NOT_MONEY: &str = "not want money | don't want money | dont want money | don't want any money | \
    not want any money | don't want your money | not want your money | don't need money | don't need the money | \
    not need the money | not about money | not about the money | not asking for money | not after money | \
    not interested in money | don't want a refund | do not want a refund | don't want any refund | \
    don't want my money back | do not want my money back | \
    will kein geld | möchte kein geld | verlange kein geld | brauche kein geld | will ihr geld nicht | \
    möchte ihr geld nicht | nicht um geld | nicht ums geld | nicht um das geld | will keine erstattung | \
    möchte keine erstattung | will keine rückerstattung | möchte keine rückerstattung | will mein geld nicht | \
    veux pas d' argent | demande pas d' argent | cherche pas d' argent | veux pas de votre argent | \
    pas une question d' argent | pas pour l' argent | veux pas de remboursement | demande pas de remboursement | \
    veux pas être remboursé | veux pas être remboursée | \
    no quiero dinero | no pido dinero | no busco dinero | no quiero su dinero | no es cuestión de dinero | \
    no es por dinero | no es por el dinero | no se trata de dinero | no se trata del dinero | no quiero reembolso | \
    no quiero un reembolso | no quiero ningún reembolso | no quiero el reembolso";

/// An apology is wanted, and nothing else.
const ONLY_SORRY: &str = "only want an apology | just want an apology | want only an apology | only ask for an apology | \
    only expect an apology | want is an apology | ask is an apology | ask for is an apology | \
    möchte nur eine entschuldigung | will nur eine entschuldigung | verlange nur eine entschuldigung | \
    erwarte nur eine entschuldigung | möchte lediglich eine entschuldigung | will lediglich eine entschuldigung | \
    möchte bloß eine entschuldigung | will bloß eine entschuldigung | \
    veux seulement des excuses | demande seulement des excuses | souhaite seulement des excuses | \
    attends seulement des excuses | veux juste des excuses | demande juste des excuses | \
    veux simplement des excuses | demande uniquement des excuses | veux que des excuses | demande que des excuses | \
    solo pido una disculpa | sólo pido una disculpa | solo quiero una disculpa | sólo quiero una disculpa | \
    solo espero una disculpa | solamente pido una disculpa | únicamente pido una disculpa | \
    solo pido disculpas | solo quiero unas disculpas | solo pido unas disculpas";

/// What is not wanted, or never again.
const UNWANTED: &str = "do not want | don't want | dont want | never want | no longer want | do not need | don't need | \
    do not ask | don't ask | never ask | will not ask | won't ask | not asking | do not claim | don't claim | \
    not claiming | do not demand | don't demand | not demanding | never again | \
    nie wieder | niemals wieder | nie mehr | \
    ne veux | ne veux plus | ne demande | ne vous demande | ne souhaite | ne réclame | ne voudrais | ne désire | \
    n' exige | n' attends | ne demanderai | ne vous demanderai | plus jamais | jamais plus | \
    no quiero | no pido | no les pido | no le pido | no necesito | no reclamo | no exijo | no deseo | no solicito | \
    nunca más";

/// Wishes in German, whose denial stands apart.
const GERMAN_WISHES: &str = "will | möchte | moechte | verlange | fordere | brauche | wünsche | erwarte | wollen | möchten | \
    verlangen | fordern | brauchen";

/// What denies them.
const GERMAN_DENIALS: &str = "kein | keine | keinen | keiner | keinem | nicht | nie | niemals";

/// What the desk may keep or forget.
const KEPT: &str = "keep your | forget the | forget your | never mind the | behalten sie | vergessen sie | gardez vos | \
    gardez les | gardez votre | oubliez les | quédense con | quédese con | quédate con | quedaos con | olviden los | \
    olvide los";

/// What the writer gives up, or is not about.
const WAIVED: &str = "i waive | we waive | verzichte | verzichten | je renonce | nous renonçons | renuncio | renunciamos | \
    geht es mir nicht | geht es uns nicht | geht es nicht um | geht es hier nicht | \
    ce ne sont pas | il ne s' agit pas | no se trata | no son los";

/// The writer's refusals.
const REFUSES: &str = "i refuse | we refuse | i refused | we refused | i reject | we reject | i rejected | i decline | \
    we decline | i declined | i turn down | i turned down | i turned it down | do not accept | don't accept | \
    won't accept | will not accept | cannot accept | can't accept | not acceptable | unacceptable | won't take | \
    will not take | not enough | an insult | \
    ich lehne | lehne ich | wir lehnen | lehnen wir | akzeptiere ich nicht | nicht akzeptieren | \
    akzeptiere das nicht | akzeptiere sie nicht | akzeptiere es nicht | akzeptiere das angebot nicht | \
    nehme ich nicht an | nehme das nicht an | nehme sie nicht an | nicht annehmen | inakzeptabel | unzumutbar | \
    nicht akzeptabel | reicht nicht | reichen nicht | genügt nicht | viel zu wenig | \
    je refuse | nous refusons | je le refuse | je la refuse | j' ai refusé | je décline | nous déclinons | \
    je rejette | n' accepte pas | n' accepterai pas | l' accepte pas | n' acceptons pas | inacceptable | \
    ne suffit pas | ne suffisent pas | pas suffisant | \
    rechazo | lo rechazo | rechazamos | no acepto | no lo acepto | no la acepto | no aceptaré | no aceptamos | \
    declino | inaceptable | no basta | no es suficiente | insuficiente";

/// What is offered by way of amends.
const OFFERS: &str = "offer | offered | offers | offering | credit | refund | voucher | discount | compensation | \
    goodwill | reimbursement | \
    angebot | angeboten | bieten | boten | gutschrift | gutschein | erstattung | teilerstattung | rückerstattung | \
    entschädigung | rabatt | nachlass | preisnachlass | kulanz | \
    offre | offert | offrez | proposé | proposez | proposition | avoir | remboursement | remise | geste | \
    dédommagement | bon | \
    oferta | ofrecieron | ofreció | ofrecido | ofrecen | abono | reembolso | devolución | vale | descuento | \
    compensación | crédito";

/// What is demanded of the writer: to refuse it is what the complaint is about.
const CHARGES: &str = "fee | charge | charged | charges | invoice | bill | gebühr | rechnung | abbuchung | mahnung | \
    berechnet | abgebucht | frais | facture | facturé | débité | cargo | factura | cobraron | cobro | recargo";

/// Somebody else receives.
const OTHERS_GET: &str = "he got | she got | they got | he received | she received | they received | he was refunded | \
    she was refunded | they were refunded | he was paid | she was paid | refunded him | refunded her | refunded them | \
    gave him | gave her | gave them | paid him | paid her | \
    er bekam | bekam er | er erhielt | erhielt er | sie bekam | bekam sie | ihm wurden | ihm haben sie | \
    ihm erstattet | \
    il a reçu | elle a reçu | ils ont reçu | elles ont reçu | il a été remboursé | elle a été remboursée | \
    lui avez | lui a | lui ont | il a touché | elle a touché | \
    le devolvieron | les devolvieron | le dieron | les dieron | le reembolsaron | les reembolsaron | le pagaron | \
    le abonaron | él recibió | ella recibió | ellos recibieron";

/// People who may be anybody, also one of ours.
const STRANGERS: &str = "woman | man | lady | gentleman | guy | tenant | customer | guest | passenger | \
    dame | herr | mann | frau | kunde | kundin | gast | mieter | mieterin | \
    monsieur | homme | femme | client | cliente | locataire | \
    señora | señor | mujer | hombre | inquilino | inquilina | pasajero | pasajera";

/// Or who stood there.
const BESIDE_ME: &str = "before me | behind me | next to me | vor mir | hinter mir | neben mir | avant moi | devant moi | \
    derrière moi | antes que yo | delante de mí | detrás de mí";

/// They receive.
const GET: &str = "got | received | was given | was paid | was refunded | bekam | bekommen | erhielt | erhalten | \
    a eu | a reçu | a touché | a obtenu | recibió | le dieron | le pagaron | obtuvo";

/// The writer, as the one who receives or gives.
const ME: &str = "me | us | mir | mich | uns | m' | nous | nos | mí";

/// Times longer ago than any claim; `0` is a number.
const YEARS_AGO: &str = "years ago | years back | decades ago | \
    vor jahren | vor 0 jahren | vor zwei jahren | vor drei jahren | vor vier jahren | vor fünf jahren | \
    vor sechs jahren | vor sieben jahren | vor acht jahren | vor zehn jahren | vor einigen jahren | \
    vor vielen jahren | vor ein paar jahren | \
    il y a 0 ans | il y a deux ans | il y a trois ans | il y a quatre ans | il y a cinq ans | il y a six ans | \
    il y a sept ans | il y a huit ans | il y a dix ans | il y a quelques années | il y a des années | \
    il y a plusieurs années | il y a longtemps | \
    hace 0 años | hace dos años | hace tres años | hace cuatro años | hace cinco años | hace seis años | \
    hace siete años | hace ocho años | hace diez años | hace unos años | hace varios años | hace años | \
    hace muchos años";

/// What something cost.
const COST: &str = "cost | costs | costed | kostete | gekostet | coûté | coûtait | coûta | costó | costaba";

/// A year; see [`plain`].
const IN_A_YEAR: &str = "in yyyy | im jahr yyyy | im jahre yyyy | en yyyy | back in yyyy";

/// Times that are over.
const PAST: &str = "last month | last year | last week | last summer | last winter | last spring | last autumn | \
    last time | back then | earlier this year | months ago | weeks ago | \
    letzten monat | letzte woche | letztes jahr | letztes mal | letzten sommer | letzten winter | voriges jahr | \
    vorigen monat | im vorigen jahr | damals | \
    mois dernier | semaine dernière | an dernier | année dernière | été dernier | hiver dernier | dernière fois | \
    à l' époque | \
    mes pasado | semana pasada | año pasado | verano pasado | invierno pasado | última vez | entonces";

/// It was put right.
const SETTLED: &str = "got it | got it back | got that | got them | you paid it | you paid | you refunded | \
    was refunded | were refunded | you gave it | you sent it | received it | was settled | were settled | \
    was sorted | was resolved | was put right | \
    mir auch erstattet | haben sie erstattet | haben sie mir erstattet | wurde erstattet | wurden erstattet | \
    habe ich bekommen | habe ich auch bekommen | wurde erledigt | war erledigt | haben sie bezahlt | \
    haben sie mir gegeben | mir auch gegeben | mir gutgeschrieben | auch bekommen | bekam ich auch | \
    vous m' avez remboursé | vous l' avez remboursé | m' a remboursé | m' ont remboursé | a été remboursé | \
    ont été remboursés | je les ai reçus | je l' ai reçu | je l' ai eu | je les ai eus | a été réglé | \
    était réglé | l' affaire est réglée | \
    me lo dieron | me los dieron | me lo devolvieron | me los devolvieron | me lo pagaron | me los pagaron | \
    me lo reembolsaron | me los reembolsaron | lo recibí | los recibí | se resolvió | quedó resuelto | se arregló | \
    me devolvieron";

/// It was put right, and the sentence says that it is over.
const ALREADY: &str = "already refunded | already been refunded | already paid back | already got back | \
    has been refunded | already been paid back | already reimbursed | \
    bereits erstattet | schon erstattet | bereits zurückerstattet | schon zurückerstattet | bereits zurückgezahlt | \
    schon zurückgezahlt | bereits gutgeschrieben | schon gutgeschrieben | \
    déjà remboursé | déjà remboursés | déjà remboursée | déjà été remboursé | déjà été remboursés | \
    ya me devolvieron | ya me los devolvieron | ya me lo devolvieron | ya me reembolsaron | ya me los reembolsaron | \
    ya me pagaron | ya está devuelto | was settled | is settled | ist erledigt | sind erledigt | ist geklärt | \
    est réglé | est réglée | sont réglés | está resuelto | quedó resuelto | está solucionado | ya fueron devueltos";

/// People who are not the writer. A word that is another's in a second language stands there with its `my`.
const OTHERS: &str = "friend | friends | girlfriend | boyfriend | neighbour | neighbours | neighbor | neighbors | brother | \
    sister | mother | father | mum | mom | dad | my son | our son | daughter | wife | husband | my partner | \
    colleague | colleagues | coworker | co-worker | cousin | uncle | aunt | flatmate | roommate | housemate | \
    grandmother | grandfather | my boss | a mate | my mate | grandma | grandpa | other customers | another customer | other customer | someone else | \
    somebody else | other people | everyone else | everybody else | \
    freund | freundin | freunde | freunden | nachbar | nachbarin | nachbarn | bruder | schwester | mutter | vater | \
    sohn | tochter | mein mann | meinem mann | meinen mann | meine frau | meiner frau | kollege | kollegen | \
    kollegin | onkel | tante | bekannter | bekannte | bekannten | bekanntem | andere kunden | anderen kunden | \
    anderer kunde | jemand anderes | jemand anders | mitbewohner | mitbewohnerin | schwager | schwägerin | oma | opa | \
    ami | amie | amis | amies | copain | copine | voisin | voisine | voisins | frère | soeur | sœur | ma mère | \
    mon père | mon fils | ma fille | mon mari | ma femme | collègue | collègues | grand-mère | grand-père | oncle | cousine | autres clients | \
    autre client | autre cliente | quelqu' un d' autre | \
    amigo | amiga | amigos | amigas | vecino | vecina | vecinos | hermano | hermana | madre | padre | hijo | hija | \
    mi marido | mi mujer | mi esposa | mi esposo | mi tío | mi tía | mi primo | mi prima | colega | compañero | \
    compañera | cuñado | cuñada | abuelo | abuela | mi novio | mi novia | otros clientes | otro cliente | otra clienta | otra persona";

/// Before such a person: it is one of ours.
const YOURS: &str =
    "your | ihr | ihre | ihrem | ihren | ihrer | ihres | votre | vos | su | sus | vuestro | vuestra";

/// Somebody bought something for such a person.
const FOR: &str = "for my | for our | for a | für meine | für meinen | für unsere | für unseren | für eine | für einen | \
    pour ma | pour mon | pour mes | pour une | pour un | para mi | para mis | para un | para una";

/// The writer bought.
const BOUGHT: &str = "i bought | i paid | i ordered | we bought | we paid | we ordered | \
    gekauft | bestellt | bezahlt | gezahlt | kaufte ich | ich kaufte | bestellte ich | ich bestellte | \
    j' ai acheté | j' ai payé | j' ai commandé | nous avons acheté | nous avons payé | nous avons commandé | \
    compré | pagué | pedí | he comprado | he pagado | he pedido | compramos | pagamos";

/// Words after which a point ends no sentence.
const SHORTENED: &str = "nr | no | ca | mr | mrs | ms | dr | st | z | b | bzw | inkl | incl | approx | num | núm | sr | sra | \
    mme | art | tel | str | hr | rd | n | vol";

/// A text's sentences, cut once for all its amounts.
pub(super) struct Sentences<'a> {
    text: &'a str,
    ranges: Vec<Range<usize>>,
    whole: String,
}

impl<'a> Sentences<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { text, ranges: ranges(text), whole: plain(text) }
    }

    /// Whether an amount that stands at `span` is to be left alone.
    pub(super) fn speak_against(&self, span: &Range<usize>) -> bool {
        let at = self.ranges.partition_point(|range| range.end <= span.start);
        let sentence = self.ranges.get(at).cloned().unwrap_or(0..self.text.len());
        let part = |range: Range<usize>| plain(self.text.get(range).unwrap_or_default());
        let before = part(sentence.start..span.start);
        let after = part(span.end..sentence.end.max(span.end));
        let whole = format!("{before}, {after}");
        let next = self.ranges.get(at + 1).cloned().map(part).unwrap_or_default();
        let and_next = format!("{whole}, {next}");
        let clause = last_clause(&before);
        let shows = |sign: &Sign| {
            let unit = match sign.within {
                Within::Clause => &clause,
                Within::Sentence => &whole,
                Within::AndNext => &and_next,
                Within::Text => &self.whole,
            };
            sign.has.iter().all(|table| has(unit, table)) && !has(unit, sign.lacks)
        };
        SIGNS.iter().any(shows) || is_of_another(&whole) || is_denied_closely(&clause, &after)
    }
}

/// Whether a sentence is about somebody else who is neither one of ours nor given something that the writer bought.
fn is_of_another(sentence: &str) -> bool {
    let bought = has(sentence, BOUGHT);
    list(OTHERS).any(|person| {
        sentence.match_indices(&format!(" {person} ")).any(|(at, _)| {
            let before = sentence.get(..at).unwrap_or_default();
            let is_ours = before.rsplit(' ').next().is_some_and(|word| is_in(YOURS, word));
            let is_given = bought && list(FOR).any(|words| ends_with_for(before, person, words));
            !is_ours && !is_given
        })
    })
}

/// Whether `for my` and the like stands before a person, whose phrase may have the `my` in it.
fn ends_with_for(before: &str, person: &str, words: &str) -> bool {
    let words = match (words.rsplit_once(' '), person.split_once(' ')) {
        (Some((to, my)), Some((its, _))) if its == my => to,
        _ => words,
    };
    before.strip_suffix(words).is_some_and(|rest| rest.ends_with(' '))
}

/// German denies right before and at the end: `keine 20 Euro`, `ich möchte die 20 Euro nicht`.
fn is_denied_closely(clause: &str, after: &str) -> bool {
    if clause.split_whitespace().next_back().is_some_and(|word| is_in("kein | keine | keinen | keiner", word))
    {
        return true;
    }
    let mut words = after.split_whitespace().take_while(|word| *word != ",").take(2);
    has(clause, GERMAN_WISHES) && words.any(|word| word == "nicht")
}

/// The last clause of a sentence.
fn last_clause(before: &str) -> String {
    let words: Vec<&str> = before.split_whitespace().collect();
    let clause = words.rsplit(|word| *word == "," || is_in(TURNS, word)).next().unwrap_or_default();
    format!(" {} ", clause.join(" "))
}

/// The words of a text in small letters between single spaces, without the sign of the possessive; a year is `yyyy`, another
/// number `0`.
fn plain(text: &str) -> String {
    let words = remedy::words(&remedy::small(text));
    let words: Vec<&str> = words
        .iter()
        .map(|word| match word.strip_suffix("'s").unwrap_or(word) {
            year if is_year(year) => "yyyy",
            number if number.chars().all(|c| c.is_ascii_digit()) => "0",
            word => word,
        })
        .collect();
    format!(" {} ", words.join(" "))
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && word.parse().is_ok_and(|year: u16| (1950..2100).contains(&year))
}

/// Where the sentences of a text stand. A new line ends none, but an empty one does.
fn ranges(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut word = 0..0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        let ends = match c {
            '!' | '?' | ';' | '…' => true,
            '.' => next.is_none_or(char::is_whitespace) && !is_shortened(text.get(word.clone())),
            '\n' => next.is_none_or(|next| matches!(next, '\n' | '-' | '*')),
            _ => false,
        };
        let end = at + c.len_utf8();
        if c.is_alphanumeric() {
            word = if word.end == at { word.start..end } else { at..end };
        }
        if ends {
            found.push(start..end);
            start = end;
        }
    }
    found.push(start..text.len());
    found
}

fn is_shortened(word: Option<&str>) -> bool {
    word.is_some_and(|word| is_in(SHORTENED, &word.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: bool) {
        let at = text.find("20").unwrap_or_default();
        assert_eq!(Sentences::of(text).speak_against(&(at..at + 6)), expected, "{text}");
    }

    #[test]
    fn an_amount_of_somebody_else_is_left_alone() {
        check("A friend got 20 EUR.", true);
        check("20 EUR is what you gave to my neighbour's son.", true);
        check("Meinem Nachbarn wurden 20 EUR erstattet.", true);
        check("My brother wrote to you. They gave him 20 EUR.", true);
        check("My brother told me to write. You charged me 20 EUR.", false);
        check("Your colleague took 20 EUR.", false);
        check("I paid 20 EUR for a gift for my son.", false);
        check("A refund of 20 EUR for my son was paid.", true);
        check("Son prix est de 20 EUR.", false);
    }

    #[test]
    fn what_is_refused_or_not_wanted_is_left_alone() {
        check("You offered 20 EUR. I refuse it.", true);
        check("I refuse your refund, 20 EUR are not what I lost.", true);
        check("I refuse to pay the fee of 20 EUR.", false);
        check("You refuse to pay 20 EUR.", false);
        check("I do not want a voucher but 20 EUR.", false);
        check("I do not want to be paid 20 EUR.", true);
        check("Ich möchte die 20 EUR nicht.", true);
        check("Ich will einen Anruf, keine 20 EUR.", true);
        check("It is not about the money. I paid 20 EUR.", true);
    }

    #[test]
    fn what_is_long_over_is_left_alone() {
        check("It cost 20 EUR in 2019.", true);
        check("It cost 20 EUR ten years ago.", true);
        check("I have waited for 20 EUR since 2019.", false);
        check("Last month it was 20 EUR. You refunded it.", true);
        check("Last month you took 20 EUR.", false);
        check("20 EUR have been refunded to the wrong account", false);
    }

    #[test]
    fn a_sentence_ends_where_it_ends() {
        let check = |text: &str, expected: &[&str]| {
            let found: Vec<&str> = ranges(text).into_iter().filter_map(|range| text.get(range)).collect();
            assert_eq!(found, expected);
        };
        check("One. Two? Three", &["One.", " Two?", " Three"]);
        check("Nr. 4, ca. 5.30 a\nline", &["Nr. 4, ca. 5.30 a\nline"]);
        check("one\n\ntwo", &["one\n", "\ntwo"]);
    }
}
