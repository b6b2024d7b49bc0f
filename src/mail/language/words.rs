//! The commonest small words of each language, by which short texts are told apart better than by their letters, and
//! the letters that it writes.
//!
//! A word that several languages have stands in the list of each, since a text is judged by the words that one has
//! and another has not. Languages that no letter is written in stand here too: without Macedonian, a Macedonian text
//! would be taken for Bulgarian.

use std::{collections::HashMap, sync::LazyLock};

/// A language: its code (ISO 639-1), the letters it writes beside those from a to z, and its small words.
pub(super) struct Language {
    pub code: &'static str,
    pub letters: &'static str,
    pub words: &'static str,
}

const fn language(code: &'static str, letters: &'static str, words: &'static str) -> Language {
    Language { code, letters, words }
}

const CYRILLIC: &str = "абвгдежзийклмнопрстуфхцчшщьюя";

/// The letters of the Cyrillic script that all languages below share, beside those that a row names.
pub(super) fn is_common_cyrillic(c: char) -> bool {
    CYRILLIC.contains(c)
}

/// The languages, each with the bit that stands for it in [`WHOSE`].
pub(super) fn each() -> impl Iterator<Item = (u32, &'static Language)> {
    LANGUAGES.iter().enumerate().map(|(place, language)| (1 << place, language))
}

/// Of each small word the languages that have it.
pub(super) static WHOSE: LazyLock<HashMap<&'static str, u32>> = LazyLock::new(|| {
    let mut whose = HashMap::new();
    for (bit, language) in each() {
        for word in language.words.split_ascii_whitespace() {
            *whose.entry(word).or_default() |= bit;
        }
    }
    whose
});

const _: () = assert!(LANGUAGES.len() <= 32, "each language has a bit of a u32");

/// Every language that has its small words here.
const LANGUAGES: &[Language] = &[
    language(
        "en",
        "éèêëïöñçàâ",
        "the and is was were that my have has had not this for you with it its are but been be from would your we our \
         they their please an i to of on in at by as so if no or he she her his me us do does did still when what why \
         who how there here nothing nobody back again never ever because only then now can will could should which \
         one two three first second third other all any some more than about after before already just very same \
         order money refund parcel invoice says said got get came come where out up into yet them",
    ),
    language(
        "de",
        "äöüßéèàêç",
        "der die das und ist ich nicht mein meine meiner meinen sie wir habe hat haben hatte hatten mit für fuer auf \
         von zu den dem ein eine einen einer bitte war waren es im in an am als auch aber oder wenn dass nur noch \
         nach wie was wer warum wann mir mich uns ihr ihre ihren ihnen er bei aus um kein keine wird wurde werden \
         sind seit immer schon sehr zum zur vom hier nichts niemand mehr doch dann dort über kann können soll mal \
         andere anderer des bin geld rechnung bestellung paket wieder jetzt heute gestern so bis ohne sich zwei drei \
         unsere unser dieser diese dieses",
    ),
    language(
        "fr",
        "àâæçéèêëîïôœùûüÿ",
        "le la les et est je pas que vous mon ma mes ne une un pour dans avec sur des du de il elle cette ce cet nous \
         été bonjour qui ou où mais en au aux son sa ses vos votre nos notre on se ils elles sont était avait avez \
         avons ai a suis rien personne jamais toujours encore depuis quand comment pourquoi merci très plus tout tous \
         toute même sans sous chez après avant deux trois fait faire être avoir dit reçu commande argent facture colis \
         par leur si y moi ici bien aussi non déjà svp c j n d l qu s m t serai",
    ),
    language(
        "es",
        "áéíóúüñ",
        "el la los las y es que no mi mis se un una por para con lo ha han he su sus del de al en a pero muy está \
         están nadie gracias le les me te nos yo si sí como cuando dónde qué porque más ya todavía aún desde hasta \
         sin sobre entre también esto este esta eso ese era estaba fue son soy hay nada nunca siempre ahora aquí \
         hace dos tres otro otra primera segunda tercera vez pedido dinero factura paquete hola favor solo tiene \
         tengo van voy o u dice sigue estoy después antes",
    ),
    language(
        "it",
        "àèéìíîòóùú",
        "il lo la i gli le che non mi è di ho hai ha un uno una per con sono ma e ed del della dello dei delle degli \
         al alla questo questa quello quella ancora anche vorrei grazie più da dal dalla in nel nella su sul sulla si \
         ci vi ne se come quando perché dove chi cosa mio mia miei mie suo sua nostro vostro vostra loro noi voi era \
         erano stato stata aperto arrivato avete abbiamo hanno niente nessuno mai sempre già solo due tre dopo prima \
         senza qui molto tutto ordine soldi fattura pacco favore ieri volta terza o",
    ),
    language(
        "nl",
        "éëïöüèêáóç",
        "de het een en is niet ik mijn dat van voor op met heb heeft hebben had zijn was maar nog ook graag aan bij \
         geen te u uw wij we ze zij hij er in uit om als dan of wat wie waarom wanneer waar hoe naar over door tot \
         al alleen niets niemand steeds nooit altijd hier deze dit die mij me ons onze hun haar kan kunt kunnen wil \
         wordt werd worden toen terug twee drie andere bestelling geld factuur pakket hallo erg zeer sinds na ben \
         krijg kreeg weer mail",
    ),
    language(
        "pt",
        "áâãàçéêíóôõúü",
        "o a os as que não meu minha um uma para com é foi mas ainda muito do da dos das em no na nos nas eu por \
         pelo pela obrigado obrigada você vocês está estão e de ao à às se me lhe seu sua nosso nossa vosso vossa \
         isto isso este esta esse mais já só também quando como porque porquê onde quem nada ninguém nunca sempre \
         desde até sem sobre depois antes agora aqui há era estava são sou tem tenho dois duas três vez pedido \
         dinheiro fatura encomenda favor outro outra ter fui",
    ),
    language(
        "da",
        "æøåéèêôü",
        "og det er ikke jeg min mit mine en et at på til for med har havde der den de vi i af som jer jeres endnu var \
         om men så da når hvornår hvorfor hvad hvor hvordan fra efter siden ingen noget nogen intet mig os dig \
         blev bliver skal kan vil kun to tre anden andet tak hej nu her dette denne dem hendes hans han hun været \
         fik får stadig allerede eller også meget penge regning pakke ordre kom kommet tilbage venligst går uger \
         sker aldrig mod",
    ),
    language(
        "nb",
        "æøåéèêôü",
        "og det er ikke jeg min mitt mine en et å på til for med har hadde der den de vi i av som dere deres ennå var \
         om men så da når hvorfor hva hvor hvordan fra etter siden ingen noe noen ingenting meg oss deg ble blir skal \
         kan vil kun bare to tre andre annet takk hei nå her dette denne dem hennes hans han hun vært fikk får fortsatt \
         allerede eller også veldig penger pengene regning pakke ordre kom kommet tilbake vennligst går uker skjer aldri \
         mot at epost",
    ),
    language(
        "sv",
        "åäöéàü",
        "och det är inte jag min mitt mina en ett att på till för med har hade som den de vi i av ni er ert era ännu \
         var om men så då när varför vad hur från efter sedan ingen inget något någon ingenting mig oss dig blev \
         blir ska kan vill bara två tre andra annat tack hej nu här detta denna dem hennes hans han hon varit fick får \
         fortfarande redan eller också mycket pengar faktura paket beställning kom kommit tillbaka går veckor aldrig \
         mot finns ändå där",
    ),
    language(
        "pl",
        "ąćęłńóśźż",
        "i nie jest że się na do w z mój moja moje to ale jak dla mi co tego proszę już od za była było był są o po \
         przez przy bez czy który która które kiedy dlaczego gdzie mnie nas nam was pan pani państwo państwa nic \
         nikt nigdy zawsze jeszcze tylko też tak jeden dwa trzy drugi trzeci raz dziękuję dzień dobry ma mam mają \
         zamówienie pieniądze pieniędzy faktura paczka paczkę zwrot teraz tu tym tej a nadal jestem bardzo jej jego \
         oraz lub więc prosze zostawił",
    ),
    language(
        "cs",
        "áčďéěíňóřšťúůýž",
        "a i je že se na do v z můj moje moji to ale jak pro mi co za byla bylo byl jsou o po přes při bez který která \
         když proč kde mě nás nám nic nikdo nikdy vždy ještě jen také tak jeden dva tři prosím děkuji dobrý den už od \
         mám má jsem jste není jsme nebo peníze objednávka faktura balík ten ta této k s",
    ),
    language(
        "sk",
        "áäčďéíĺľňóôŕšťúýž",
        "a i je že sa na do v z môj moja moje to ale ako pre mi čo za bola bolo bol sú o po cez pri bez ktorý ktorá \
         keď prečo kde mňa nás nám nič nikto nikdy vždy ešte len tiež tak jeden dva tri prosím ďakujem dobrý deň už od \
         mám má som ste nie sme alebo peniaze objednávka faktúra balík ten tá tejto k s",
    ),
    language(
        "hr",
        "čćđšž",
        "i je da se na u za od do ne nije sam smo ste su moj moja moje to ali kao mi me nas nam što koji koja koje kada \
         zašto gdje nitko niko ništa nikad uvijek još samo tako jedan dva tri molim hvala dobar dan već imam ima bio \
         bila bilo ili novac narudžba račun paket s iz o po",
    ),
    language(
        "sl",
        "čšž",
        "in je da se na v za od do ne ni sem smo ste so moj moja moje to ampak kot mi me nas nam kaj ki kdaj zakaj kje \
         nihče nič nikoli vedno še samo tako en dva tri prosim hvala dober dan že imam ima bil bila bilo ali denar \
         naročilo račun paket s iz o po z",
    ),
    language(
        "ro",
        "ăâîșțşţ",
        "și este nu că la de în un o cu pe pentru mea meu mei mele am ai a au fost era din ce care când cum unde de \
         nimeni nimic niciodată încă doar mai foarte vă mă ne le se sunt bani banii comanda factura coletul înapoi \
         bună ziua mulțumesc vreau dar sau al ale",
    ),
    language(
        "ca",
        "àçèéíïòóúü",
        "el la els les i és que no em es un una per amb ho ha han he meu meva seu seva del de al en a però molt està \
         ningú gràcies ens jo si com quan on què perquè més ja encara des fins sense també això aquest aquesta era \
         estava vaig va són hi res mai sempre ara aquí dos tres altre comanda diners factura paquet hola vull",
    ),
    language(
        "gl",
        "áéíóúñü",
        "o a os as que non meu miña un unha para con é foi mais aínda moito do da dos das en no na nos nas eu por \
         polo pola grazas vostede está e de ao á se me lle seu súa isto este esta máis xa só tamén cando como porque \
         onde quen nada ninguén nunca sempre ata sen despois antes agora aquí hai era estaba son teño pedido diñeiro",
    ),
    language(
        "af",
        "êëéïôû",
        "die en is nie my wat het van vir op met was maar nog ook by geen te u ons hulle hy daar hier as dit dat ek jy \
         sy waarom wanneer waar hoe niks niemand asseblief terug geld bestelling sal kan aan in om na uit",
    ),
    language(
        "lb",
        "äéëüö",
        "de den déi dat an ass net ech mäin meng mir hunn huet mat fir op vun zu et keen näischt wann firwat hei nach \
         awer och wéi dem der e eng en ginn gëtt um vum iech är ze",
    ),
    language(
        "la",
        "āæœ",
        "et in est ut non sed ad cum qui quae quod vel enim ac ex nec si per ab de sit amet lorem ipsum dolor id eu at \
         a ante quis nunc nulla",
    ),
    language(
        "ru",
        "ыэёъ",
        "и в не на я что с по мне мой моя моё мои мы вы это как но до из она они оно он уже был была было были меня \
         никто ничего почему когда где кто у к о за от для так же бы а или нам нас вам вас ваш ваша ваше ваши их его \
         её ещё всё все только очень два две три раз спасибо пожалуйста здравствуйте заказ деньги деньги счёт посылка \
         посылку нет есть если тем том того чем после со под один другой здесь там который",
    ),
    language(
        "uk",
        "ґєії",
        "і й та в у не на я що з зі до по мені мій моя моє мої ми ви це як але та вже був була було були мене ніхто \
         нічого чому коли де хто о за від для так же а або нам нас вам вас ваш ваша ваше ваші їх його її ще все всі \
         тільки лише дуже два дві три раз дякую будь ласка добрий день замовлення гроші рахунок посилка посилку немає \
         є якщо тим того після під один інший тут там який досі",
    ),
    language(
        "bg",
        "ъ",
        "и да не на се за от че съм ми моята моя моето си ще е са до още няма моля но като ме в с по във със защо кога \
         къде кой какво как това този тази тези то той тя те ни ви ги го я му им никой нищо никога винаги вече само \
         много два две три път благодаря здравейте беше бяха бях съм сте сме поръчката парите пари сметка пратка \
         пратката тук там когато който която което след из под или а",
    ),
    language(
        "be",
        "іўыэё",
        "і у не на я што з да па мне мой мая маё мы вы гэта як але ўжо быў была было мяне ніхто нічога чаму калі дзе \
         хто за ад для так жа а або нам нас вам ваш яе яго яшчэ усё толькі вельмі два дзве тры раз дзякуй калі ласка \
         заказ грошы",
    ),
    language(
        "sr",
        "ђјљњћџ",
        "и је да се на у за од до не није сам смо сте су мој моја моје то али као ми ме нас нам што који која када \
         зашто где нико ништа никад још само тако један два три молим хвала добар дан већ имам има био била или \
         новац рачун с из о по",
    ),
    language(
        "mk",
        "ѓѕјљњќџ",
        "и е да се на во за од до не сум сме сте мојот мојата моето тоа но како ми ме нас ни што кој која кога зошто \
         каде никој ништо никогаш уште само така еден два три ве молам благодарам добар ден веќе имам има беше или \
         пари сметка со из о по го ја",
    ),
];
