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
    /// Where the customer was asked whether the matter is settled, or whether they accept an offer.
    YesOrNo,
    /// Where the customer was asked whether they accept an offer.
    Offer,
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
                  what is the status | any news yet | any updates | is there any news | whats new | \
                  what is the status of my case | any news on my case | status of my case",
        german: "stand | status bitte | aktueller stand | sachstand | wie ist der stand | neuigkeiten | \
                 gibt es neuigkeiten | gibt es etwas neues | gibt es was neues | was gibt es neues | \
                 wie ist der aktuelle stand | wie ist der stand der dinge | stand der dinge | zwischenstand | \
                 irgendwelche neuigkeiten | status",
        french: "statut | etat | ou en est on | ou en est mon dossier | des nouvelles | quel est le statut | \
                 avez vous des nouvelles | y a t il des nouvelles | quelles nouvelles | ou en etes vous | \
                 ou en sommes nous | ou en est ma reclamation | du nouveau | quoi de neuf",
        spanish: "estado | situacion | novedades | hay novedades | cual es el estado | alguna novedad | \
                  hay alguna novedad | hay noticias | alguna noticia | tienen novedades | tienen noticias | \
                  cual es el estado de mi reclamacion | estado de mi caso",
        openings: "",
    },
    Row {
        word: Word::Yes,
        shown: "yes | ja | oui | sí",
        needs: Needs::YesOrNo,
        does: "this settles it",
        english: "yes | y | yess | yep | yeah | yup | yes yes | yes it does | it does | yes it is | yes it is settled | \
                  yes its settled | yes that settles it | yes this settles it | yes it settles it | \
                  that settles it | this settles it | it is settled | settled | all settled | yes settled | \
                  solved | yes solved | resolved | yes resolved | confirmed | yes confirmed | i confirm | \
                  yes i confirm | yes all good | yes all good now | yes its all good | yes everything is fine | yes of course | yes absolutely | yes indeed | yes agreed",
        german: "ja | jaa | jep | jawohl | ja ist es | ja das ist es | erledigt | ja erledigt | ist erledigt | \
                 ja ist erledigt | ja das ist erledigt | ja es ist erledigt | ja damit ist es erledigt | gelost | \
                 geloest | ja gelost | ja geloest | ja passt | ja das passt | ja alles gut | ja naturlich | ja natuerlich | \
                 ja alles erledigt | alles erledigt | das ist erledigt | es ist erledigt | damit ist es erledigt | \
                 bestatigt | ja bestatigt | ich bestatige | ja ich bestatige",
        french: "oui | oui cest regle | cest regle | regle | oui regle | oui tout est regle | tout est regle | \
                 oui cest resolu | cest resolu | resolu | oui oui cest regle | oui bien sur | oui absolument | \
                 oui tout va bien | oui tout a fait | je confirme | oui je confirme | \
                 confirme",
        spanish: "si | si resuelto | resuelto | esta resuelto | si esta resuelto | confirmo | si confirmo | \
                  si por supuesto | si todo bien | si todo resuelto | todo resuelto | solucionado | \
                  si solucionado | esta solucionado | si esta solucionado | asunto resuelto",
        openings: "yes | yep | yeah | ja | jep | jawohl | oui | si",
    },
    Row {
        word: Word::No,
        shown: "no | nein | non | no",
        needs: Needs::YesOrNo,
        does: "this does not settle it",
        english: "no | n | nope | no no | not yet | no not yet | not really | no not really | it does not | \
                  it doesnt | no it does not | no it doesnt | it is not | no it is not | no it isnt | \
                  not settled | not solved | not resolved | absolutely not | definitely not | certainly not | \
                  no way | unfortunately not | unfortunately no | sadly not | sadly no | \
                  no not settled | no not solved | no not resolved | it is not settled | it isnt settled | \
                  its not settled | not at all | no not at all",
        german: "nein | nee | ne | nein nein | noch nicht | nein noch nicht | leider nein | leider nicht | \
                 nein leider nicht | nicht ganz | nein nicht ganz | nicht erledigt | nein nicht erledigt | \
                 nicht gelost | auf keinen fall | keineswegs | nein ist es nicht | nein das ist es nicht | \
                 es ist nicht erledigt | das ist nicht erledigt | nein das ist nicht erledigt | \
                 nein es ist nicht erledigt | immer noch nicht | \
                 uberhaupt nicht | nein uberhaupt nicht",
        french: "non | pas encore | non pas encore | pas du tout | non pas du tout | malheureusement non | \
                 malheureusement pas | pas vraiment | non pas vraiment | absolument pas | non absolument pas | \
                 ce nest pas regle | non ce nest pas regle | ce nest pas resolu | non ce nest pas resolu | \
                 cest pas regle | toujours pas | non toujours pas",
        spanish: "no | todavia no | aun no | no todavia no | no aun no | para nada | en absoluto | no resuelto | \
                  no esta resuelto | no no esta resuelto | no esta solucionado | no no esta solucionado | \
                  no para nada | no en absoluto | desgraciadamente no | lamentablemente no | por desgracia no",
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
                 beschwerde zuruckgezogen | ich mochte meine beschwerde zuruckziehen | ich moechte meine beschwerde zurueckziehen | \
                 ich will meine beschwerde zuruckziehen | ich ziehe meine beschwerde zurueck",
        french: "retirer | je retire | je retire ma plainte | je retire ma reclamation | retirer ma reclamation | retirer ma plainte | je souhaite retirer ma reclamation | \
                 je souhaite retirer ma plainte | je voudrais retirer ma reclamation | \
                 je veux retirer ma reclamation",
        spanish: "retirar | retiro | retiro mi queja | retiro mi reclamacion | retirar mi queja | \
                  retirar mi reclamacion | quiero retirar mi reclamacion | quiero retirar mi queja | \
                  deseo retirar mi reclamacion | deseo retirar mi queja | me gustaria retirar mi reclamacion",
        openings: "withdraw my | withdraw the | i withdraw | i hereby withdraw | ich ziehe zuruck | \
                   ich ziehe meine beschwerde | ich ziehe die beschwerde | hiermit ziehe ich | je retire ma | \
                   retiro mi",
    },
    Row {
        word: Word::Accept,
        shown: "accept | annehmen | accepter | aceptar",
        needs: Needs::Offer,
        does: "the offer is accepted",
        english: "accept | i accept | accepted | yes i accept | i accept your offer | i accept the offer | \
                  i accept this offer | yes i accept your offer | yes i accept the offer | offer accepted | \
                  i hereby accept your offer",
        german: "annehmen | ich nehme an | angenommen | akzeptiert | ich akzeptiere | ja ich nehme an | \
                 ich nehme das angebot an | ich nehme ihr angebot an | ich akzeptiere das angebot | \
                 ich akzeptiere ihr angebot | ja ich nehme das angebot an | ja ich nehme ihr angebot an | \
                 ja ich akzeptiere | angebot angenommen | hiermit nehme ich ihr angebot an | accept",
        french: "accepter | jaccepte | j accepte | accepte | oui jaccepte | jaccepte votre offre | jaccepte loffre | \
                 jaccepte cette offre | jaccepte votre proposition | oui jaccepte votre offre | offre acceptee | accept",
        spanish: "aceptar | acepto | aceptado | si acepto | acepto la oferta | acepto su oferta | \
                  acepto esta oferta | si acepto la oferta | si acepto su oferta | oferta aceptada | accept",
        openings: "accept | i accept | yes i accept | annehmen | ich nehme | ich akzeptiere | accepter | jaccepte | \
                   j accepte | aceptar | acepto",
    },
    Row {
        word: Word::Decline,
        shown: "decline | ablehnen | refuser | rechazar",
        needs: Needs::Offer,
        does: "the offer is declined",
        english: "decline | i decline | declined | i decline your offer | i decline the offer | i do not accept | \
                  i dont accept | i do not accept your offer | i dont accept your offer | \
                  i do not accept the offer | i do not accept this offer | i dont accept this offer | \
                  no i decline | no i do not accept | no i dont accept",
        german: "ablehnen | ich lehne ab | abgelehnt | ich lehne das angebot ab | ich lehne ihr angebot ab | \
                 ich nehme nicht an | ich nehme das angebot nicht an | ich nehme ihr angebot nicht an | \
                 ich akzeptiere nicht | ich akzeptiere das nicht | ich akzeptiere das angebot nicht | \
                 nein ich lehne ab",
        french: "refuser | refuse | je refuse | je refuse votre offre | je refuse loffre | je naccepte pas | \
                 je naccepte pas votre offre | je naccepte pas loffre | je decline votre offre | \
                 non je refuse | offre refusee",
        spanish: "rechazar | rechazo | rechazado | rechazo la oferta | rechazo su oferta | no acepto | \
                  no acepto la oferta | no acepto su oferta | no no acepto | oferta rechazada",
        openings: "decline | i decline | i do not accept | i dont accept | ablehnen | ich lehne | je refuse | \
                   je naccepte pas | rechazar | rechazo | no acepto",
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
    alles klar | einverstanden | vielleicht | teilweise | jein | \
    daccord | vale | de acuerdo | ja ja | na ja | naja | ja klar | passt schon | klingt gut | sounds good | ouais | \
    mouais | peut etre | en partie | ca me va | si claro | claro | quizas | quiza | tal vez | en parte | \
    me parece bien | perhaps | yeah right | k | kk | great | perfect | super | passt | parfait | perfecto";

/// The same as a picture: the first character of a line without words.
pub(super) const LOOSE_SIGNS: &[(char, Word)] = &[
    ('\u{1f44d}', Word::Yes), // thumb up
    ('\u{2705}', Word::Yes),  // check mark
    ('\u{1f44e}', Word::No),  // thumb down
    ('\u{274c}', Word::No),   // cross
];

/// Pictures and faces that take a yes or a thank-you back: anger, doubt, a thumb down.
pub(super) const SOUR: &[&str] = &[
    "\u{1f44e}",
    "\u{274c}",
    "\u{1f621}",
    "\u{1f620}",
    "\u{1f92c}",
    "\u{1f644}",
    "\u{1f612}",
    "\u{1f624}",
    "\u{1f914}",
    "\u{1f62d}",
    "\u{1f622}",
    "\u{1f61e}",
    "\u{1f926}",
    "\u{1f937}",
    "\u{1f595}",
    "\u{1f921}",
    "\u{1f4a9}",
    "\u{2639}",
    "\u{1f641}",
    "\u{1f928}",
    ":(",
    ":-(",
    ":/",
    ":-/",
];

/// Pictures that take a no back.
pub(super) const SWEET: &[&str] = &["\u{1f44d}", "\u{2705}", "\u{2714}"];

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
pub(super) const POLITE: &str = "thank you very much for your help | thank you so much for your help | \
    thank you for your help | thanks for your help | thank you for the help | thanks for the help | \
    vielen dank fur ihre hilfe | herzlichen dank fur ihre hilfe | danke fur ihre hilfe | danke fur die hilfe | \
    merci beaucoup pour votre aide | merci pour votre aide | muchas gracias por su ayuda | gracias por su ayuda | \
    thank you very much | thank you so much | many thanks | thanks a lot | thank you | \
    thanks | thx | please | herzlichen dank | vielen dank | besten dank | danke schon | danke sehr | danke | bitte | \
    merci beaucoup | merci bien | merci | sil vous plait | svp | muchas gracias | gracias | por favor";

/// How a line begins that closes a letter; what follows is a name, an address, a disclaimer.
pub(super) const CLOSINGS: &str = "regards | best regards | kind regards | warm regards | best wishes | best | \
    sincerely | yours | cheers | sent from | mit freundlichen | mit besten | freundliche gruss | freundliche grusse | \
    viele grusse | beste grusse | liebe grusse | schone grusse | gruss | grusse | lg | mfg | vg | von meinem | \
    gesendet von | cordialement | bien cordialement | envoye de | saludos | un saludo | atentamente | enviado desde";

/// Nouns of closings, whatever stands around them.
pub(super) const CLOSING_NOUNS: &str = "regards | wishes | sincerely | faithfully | truly | greetings | gruss | grusse | \
    grussen | gruesse | gruessen | hochachtungsvoll | salutations | cordialement | saludo | saludos | atentamente | \
    abrazo | cumprimentos | saluti | groet | groeten | hilsen | halsningar | pozdrawiam";

/// How a device begins the note that it puts below, and at times beside, what was written.
pub(super) const DEVICES: &str = "sent from my | sent from mail | sent via | get outlook for | von meinem | \
    gesendet von meinem | gesendet mit | please excuse brevity | please excuse my brevity | please excuse typos | envoye de mon | envoye depuis mon | enviado desde mi | enviado desde el";

/// Words below a yes that may take it back: adversatives, denials, conditions.
pub(super) const DOUBTS: &str = "provided | assuming | pending | voraussetzung | vorausgesetzt | solange | soweit | insofern | \
    mits | tenzij | maar | niet | zodra | behalve | purche | qualora | caso | desde | enquanto | nao | ale | jesli | jezeli | \
    but | however | not | no | never | unless | if | except | although | though | still | \
    only | once | yet | until | provided | cannot | cant | dont | doesnt | didnt | hasnt | havent | isnt | wasnt | \
    wont | wouldnt | nothing | missing | broken | wrong | when | where | why | what | condition | subject | protest | \
    soon | after | before | wait | waiting | cracked | \
    damaged | defective | faulty | incomplete | disappointed | unhappy | joking | refuse | reject | problem | \
    problems | unfortunately | expect | insist | aber | jedoch | allerdings | nicht | nichts | nie | kein | keine | keinen | \
    keinem | keiner | nein | nur | falls | wenn | sofern | sobald | trotzdem | noch | ausser | fehlt | fehlen | \
    kaputt | falsch | vorbehalt | bedingung | wann | wo | warum | erst | sonst | bevor | warte | \
    beschadigt | defekt | unvollstandig | leider | enttauscht | bedingungen | erwarte | mais | pas | \
    non | jamais | cependant | toutefois | sauf | si | condition | reserve | \
    quand | pourquoi | manque | rien | aucun | aucune | encore | toujours | attends | casse | \
    cassee | abime | defectueux | incomplet | probleme | malheureusement | decu | conditions | pero | nunca | \
    embargo | excepto | falta | faltan | aunque | todavia | siempre | cuando | donde | condicion | reservas | salvo | \
    nada | ningun | ninguna | aun | espero | roto | rota | danado | \
    defectuoso | incompleto | problema | desgraciadamente | lamentablemente | decepcionado | condiciones";

/// Words without which a text is no thank-you.
pub(super) const THANKS: &str = "thanks | thank | thankyou | thx | ty | danke | dank | dankeschon | danken | bedanke | \
    merci | mercis | remercie | remercions | gracias | agradezco | agradecemos | agradecido | agradecida | grateful | \
    appreciated | appreciate | cheers";

/// Words after thanks behind which the name of whoever is thanked may stand. Not so behind `for`.
pub(super) const THANKS_TAIL: &str = "you | very | so | much | a | lot | many | again | all | indeed | kindly | sehr | \
    vielmals | nochmals | beaucoup | bien | infiniment | vous | muchas | mil";

/// Words that may stand around thanks and say nothing else.
pub(super) const THANKS_COMPANY: &str = "you | very | so | much | a | lot | many | again | all | everyone | team | \
    and | for | your | the | help | support | quick | fast | kind | great | prompt | answer | reply | response | \
    service | job | work | well | done | best | regards | warm | wishes | sincerely | yours | have | nice | good | \
    day | weekend | i | we | am | are | really | wonderful | perfect | super | excellent | of | it | this | is | \
    that | everything | everybody | indeed | kindly | vielen | herzlichen | besten | schon | schonen | schones | sehr | nochmals | nochmal | fur | die | der | \
    das | ihre | eure | deine | hilfe | unterstutzung | schnelle | rasche | antwort | bearbeitung | arbeit | und | \
    an | alle | ich | wir | mich | uns | ihnen | euch | dir | tag | noch | ein | einen | wochenende | toll | prima | \
    klasse | lieben | liebe | das | war | bei | abend | bis | mit | freundlichen | freundliche | viele | beste | gruss | grussen | grusse | lg | mfg | vg | guten | \
    moin | beaucoup | bien | votre | aide | pour | bonne | journee | bonjour | cordialement | je | vous | nous | \
    infiniment | grand | mille | et | bon | bonne | week | end | weekend | parfait | genial | tres | tout | tous | \
    toutes | reponse | rapide | reactivite | efficacite | gentillesse | soiree | muchas | muchisimas | mil | por | \
    su | ayuda | todo | todos | todas | y | la | el | respuesta | rapida | rapidez | buen | buena | dia | tarde | \
    fin | de | semana | perfecto | perfecta | estupendo | excelente | se | lo | les | le | mucho | muy | atencion | \
    amabilidad | servicio | amable | hola | saludos | un | saludo";

/// Sentences that say that the matter is settled or that something has come, and nothing else.
pub(super) const SETTLED: &str = "it works | it works now | it works again | it works fine | it works fine now | \
    it is working | it is working now | works now | works again | works fine | all good | all good now | all is good | \
    all is well | all fine | all is fine | everything is fine | everything is fine now | everything is in order | \
    everything works | everything works now | everything works again | it arrived | it has arrived | it came | \
    it has come | it is here | the money arrived | the money has arrived | the money came | the money has come | \
    the money is here | the money is there | the refund arrived | the refund has arrived | the refund came | \
    the refund is here | the parcel arrived | the parcel has arrived | the parcel is here | \
    the replacement arrived | the replacement has arrived | i have received it | i received it | i have got it | \
    i got it | i have received the money | i received the money | i got the money | i have received the refund | \
    i received the refund | i am happy | i am very happy | i am happy now | i am satisfied | i am pleased | \
    problem solved | that was quick | well done | \
    es funktioniert | es funktioniert wieder | es funktioniert jetzt | funktioniert | funktioniert wieder | \
    es geht wieder | geht wieder | alles gut | alles bestens | alles in ordnung | alles ist gut | alles ok | \
    alles klar | ist angekommen | es ist angekommen | es ist da | das geld ist da | das geld ist angekommen | \
    das geld ist eingegangen | geld ist da | geld ist eingegangen | geld erhalten | das paket ist da | \
    das paket ist angekommen | paket ist angekommen | paket erhalten | die erstattung ist da | \
    die erstattung ist eingegangen | der ersatz ist da | der ersatz ist angekommen | ich bin zufrieden | \
    ich bin sehr zufrieden | ich habe es erhalten | ich habe das geld erhalten | ich habe das paket erhalten | \
    das ging schnell | \
    ca marche | ca marche maintenant | ca fonctionne | tout fonctionne | tout est en ordre | tout va bien | \
    tout est bon | cest bon | tout est arrive | cest arrive | bien recu | je lai bien recu | je lai recu | \
    jai bien recu le remboursement | jai recu le remboursement | jai bien recu largent | jai recu largent | \
    jai bien recu le colis | jai recu le colis | le colis est arrive | largent est arrive | \
    le remboursement est arrive | je suis satisfait | je suis satisfaite | je suis content | je suis contente | \
    funciona | ya funciona | funciona bien | todo funciona | todo bien | todo en orden | todo esta bien | todo correcto | \
    ya llego | ha llegado | ya ha llegado | lo he recibido | ya lo he recibido | he recibido el dinero | \
    ya he recibido el dinero | he recibido el reembolso | ya he recibido el reembolso | el dinero ha llegado | \
    el paquete ha llegado | he recibido el paquete | estoy satisfecho | estoy satisfecha | estoy contento | \
    estoy contenta";

/// Small words within names.
pub(super) const PARTICLES: &str = "von | vom | zu | zum | zur | van | der | den | de | del | della | di | da | do | dos | du | \
    des | le | la | el | al | bin | ibn | y | e | und | and | of | ter | ten | te | st | jr | sr | phd | msc | bsc | ba | ma | \
    dipl | ing | gmbh | ag | kg | ltd | inc | llc | co | sa | sl | srl | sarl | bv | i a | i v";

/// Labels on a card.
pub(super) const LABELS: &str = "tel | phone | telephone | mobile | mobil | mob | cell | fax | office | direct | email | e mail | \
    mail | web | website | www | t | m | f | p | w | o | d | telefon | handy | telefono | movil | portable | str | strasse | \
    rue | calle | road | street | avenue | lane | house | floor | flat | apt";

/// What somebody asks for, which may stand alone on a line like a name.
pub(super) const WISHES: &str = "refund | repair | replacement | replace | exchange | money | cash | voucher | credit | \
    apology | discount | compensation | payment | cancellation | call | callback | \
    erstattung | ruckerstattung | reparatur | ersatz | austausch | umtausch | geld | gutschein | gutschrift | \
    entschuldigung | rabatt | entschadigung | zahlung | storno | stornierung | ruckruf | anruf | \
    remboursement | reparation | echange | remplacement | argent | bon | avoir | excuses | reduction | annulation | \
    reembolso | reparacion | cambio | reemplazo | dinero | vale | abono | disculpa | descuento | anulacion | \
    tomorrow | today | monday | tuesday | wednesday | thursday | friday | saturday | sunday | morgen | heute | montag | \
    dienstag | mittwoch | donnerstag | freitag | samstag | sonntag | demain | manana";

/// Stems of the same, which stand within longer words.
pub(super) const WISH_STEMS: &str = "refund | repair | replac | exchang | voucher | compens | cancel | \
    ersatz | erstatt | zahl | nachbesser | reparatur | umtausch | austausch | gutsch | nachlass | rabatt | liefer | storn | \
    kundig | widerruf | geld | schaden | frist | rembours | remplac | reparation | indemn | reembols | reempla | \
    indemniz | devol";

/// Names of money.
pub(super) const CURRENCIES: &str = "eur | euro | euros | usd | dollar | dollars | gbp | pound | pounds | chf | franken | \
    francs | cents | pesos | pln | sek | nok | dkk";

/// Greetings and titles after which a name may follow.
pub(super) const TITLES: &str = "mr | mrs | ms | miss | dr | frau | herr | herrn | madame | monsieur | senor | senora | \
    dear | hi | hello | hallo | hey | liebe | lieber | geehrte | geehrter";

/// What is written with a capital after thanks and is nobody's name.
pub(super) const NO_NAMES: &str = "idiots | thieves | liars | crooks | scammers | morons | nothing | betruger | diebe | \
    lugner | idioten | verbrecher | voleurs | escrocs | menteurs | idiotes | ladrones | estafadores | mentirosos | \
    sinverguenzas";

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
    for row in ROWS {
        let when = match row.needs {
            Needs::Nothing => "at any time",
            Needs::YesOrNo => "asked whether a resolution settles the matter",
            Needs::Offer | Needs::Later => continue,
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

`Yes, but the money has not come` is not taken for a yes: an answer that could mean two things is asked about again.
Below a word that binds there may be thanks, that something has come, a closing and a signature. Whatever else stands
there may be a condition, so somebody reads it, and where a question is open it is asked again.
";
