"""Words around a name that are not part of it: honorifics, offices, articles, days and months."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


HONORIFICS = _words(
    "mr mrs ms miss mx dr prof sir dame madam madame monsieur signor signora signorina herr frau señor señora hon rev "
    "sen gov rep gen col capt lt sgt cmdr"
)
OFFICES = _words(
    "president minister premier secretary undersecretary chancellor senator governor congressman congresswoman mayor "
    "ambassador commissioner chairman chairwoman chairperson director spokesman spokeswoman spokesperson professor "
    "doctor president-elect lawmaker councillor prosecutor taoiseach tánaiste"
)
# In front of what the recogniser does not call a person ("Premier League" is none).
PLAIN_OFFICES = _words("president minister secretary chancellor senator congressman congresswoman")
# These are family names too: they count only where the name opens with them.
RANKS = _words(
    "general colonel captain major sergeant lieutenant admiral commander marshal judge justice father bishop "
    "archbishop cardinal reverend lord sheriff officer chief deputy vice prime foreign interior attorney former "
    "acting then ex coach"
)
PORTFOLIOS = _words(
    "state defence defense war foreign affairs interior justice finance economy health education labour labor culture "
    "transport energy environment agriculture trade treasury homeland security staff council republic government "
    "parliament senate the of and for"
)
# Capitalised by mistake in front of a name; those that are given names too are not among them.
NOT_GIVEN_NAMES = _words(
    "a about according after again also although an and are as at be because been before being but by can could did "
    "do does during for from had has have he her here his how however if in instead is it its last like many meanwhile "
    "more most next not now of on only or other our she since so some still such than that the their then there these "
    "they this those though to today under until was we were what when where whether which while who why with would "
    "yesterday yet you your said says say told"
)
CALENDAR = _words(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur "
    "thurs fri sat sun today yesterday tomorrow"
)
ABBREVIATIONS = _words("jr sr inc corp co ltd bros st no llc cos")
GENERATIONS = _words("jr sr ii iii iv v vi vii viii ix x xi xii xiv xvi")
PARTICLES = _words("von van de der den del della di da dos du la le bin ibn al el ben ter ten zu")
ARTICLES = frozenset({"the", "a", "an"})
KEEP_ARTICLE = frozenset({"the hague"})
IN_FRONT_OF_PLACES = frozenset({"in", "near", "into", "outside", "across", "towards"})
KINDS_OF_PLACE = _words(
    "region province city town village district county oblast municipality regions provinces cities towns villages "
    "districts counties outskirts suburb settlement"
)


# Words of agencies' copy that recognisers take for names: diseases, time zones, abbreviations of things, captions.
NOT_NAMES = _words(
    "covid covid-19 coronavirus sars-cov-2 sars mers hiv aids hiv/aids ebola brexit pre-brexit post-brexit gmt utc cet cest "
    "bst est edt cst cdt mst mdt pst pdt ist jst am pm gdp gnp cpi ceo cfo coo cto ipo etf ppe dna rna mrna ai tv pc suv "
    "gps faq url pdf cctv vat id lgbt lgbtq lgbtq+ ppi esg nft vip usd eur gbp slideshow photo photograph video caption watch "
    "listen read photos pictured file image images advertisement copyright exclusive updated update breaking live analysis factbox "
    "explainer covid-free covid-related"
)
# Of these a second name follows after 's: "McDonald's Corp" is one name, "Alphabet's Google" are two.
NAMES_WITH_POSSESSIVE = _words(
    "mcdonald lloyd moody kellogg wendy macy kohl sotheby christie domino levi sainsbury women men children people "
    "workers farmers nurses teachers writers king queen"
)
NATIONALITIES = _words(
    "afghan albanian algerian american argentine argentinian armenian australian austrian azerbaijani bangladeshi "
    "belarusian belgian bolivian bosnian brazilian british briton bulgarian burmese cambodian canadian chilean chinese colombian "
    "congolese croatian cuban cypriot czech danish dutch ecuadorian egyptian english englishman eritrean estonian ethiopian finnish "
    "flemish french frenchman georgian german ghanaian greek guatemalan haitian honduran hungarian icelandic indian indonesian iranian "
    "iraqi irish irishman israeli italian jamaican japanese jordanian kazakh kenyan korean kosovar kurdish kuwaiti kyrgyz "
    "latvian lebanese liberian libyan lithuanian macedonian malaysian maltese mexican moldovan mongolian montenegrin "
    "moroccan nepalese nicaraguan nigerian norwegian pakistani palestinian panamanian paraguayan peruvian philippine "
    "filipino polish portuguese qatari romanian russian rwandan salvadoran saudi scottish scotsman senegalese serbian "
    "sicilian singaporean slovak slovenian somali spanish sudanese swedish swiss syrian taiwanese tanzanian thai tibetan tunisian "
    "turkish ugandan ukrainian uruguayan uzbek venezuelan vietnamese welsh welshman yemeni zimbabwean european african "
    "asian arab venetian roman neapolitan milanese florentine sardinian catalan basque bavarian"
)
# What tells, after a name and a comma, that the name is a person's.
ROLES = OFFICES | _words(
    "actor actress singer rapper writer author poet artist painter director producer musician composer conductor journalist "
    "editor reporter photographer correspondent columnist blogger activist lawyer attorney judge magistrate banker economist "
    "analyst strategist trader scientist researcher physicist biologist epidemiologist historian philosopher "
    "sociologist engineer architect doctor physician surgeon nurse teacher priest bishop cardinal imam rabbi nun soldier officer general "
    "colonel commander captain admiral sheriff detective footballer player striker midfielder defender goalkeeper coach "
    "trainer driver cyclist swimmer tennis skier boxer runner athlete founder co-founder cofounder entrepreneur "
    "businessman businesswoman executive head politician candidate mp mep deputy representative diplomat "
    "envoy adviser advisor aide strategist consultant official specialist fellow student victim suspect witness "
    "resident father mother son daughter brother sister husband wife widow uncle aunt nephew grandfather grandmother "
    "king queen prince princess duke duchess sultan emir sheikh pope king"
)
SAYING = _words(
    "said says told added adds argued argues warned warns explained explains tweeted wrote writes insisted insists replied "
    "claimed claims noted notes recalled testified acknowledged admitted joked quipped complained stressed thinks thought believes resigned"
)
PEOPLE_ONLY = _words("who whose aged himself herself")
ORGANISATION_WORDS = _words(
    "party ministry bank university college institute institution inc inc. corp corp. corporation co co. company ltd ltd. llc plc gmbh ag spa "
    "s.p.a s.p.a. sa nv bv fc afc cf court agency news union council committee commission association federation foundation "
    "department office authority bureau service services group holding holdings partners capital ventures fund trust "
    "assembly parliament senate congress league club team academy school hospital clinic museum airlines airways air press "
    "times post journal gazette tribune herald newspaper magazine radio television tv broadcasting network networks media studios "
    "entertainment pictures records systems technologies technology software pharmaceuticals pharma biotech "
    "therapeutics energy oil gas petroleum motors automotive insurance securities investments asset management bancorp "
    "organization organisation society alliance coalition movement front brigade brigades army navy corps guard police "
    "forces command administration board chamber tribunal secretariat directorate "
    "cooperative syndicate consortium industries international global industrial solutions logistics"
)
PLACE_WORDS = {
    "LOC": _words(
        "river lake sea ocean mountain mountains mount mt valley desert island islands peninsula gulf bay strait coast cape "
        "canyon forest hills plateau basin glacier volcano"
    ),
    "FAC": _words(
        "airport stadium arena bridge tunnel tower square street avenue road boulevard palace castle cathedral basilica "
        "church mosque synagogue temple station prison jail plaza building centre center hall highway motorway circuit harbour "
        "port terminal dam plant cemetery theatre theater"
    ),
    "GPE": _words("county province region oblast city district municipality village state prefecture governorate"),
}

# After a name these make a government of it: "Biden Administration".
RULERS_AFTER = _words("administration presidency")
FIRST_OF_PLACES = {
    "LOC": _words("mount lake cape gulf strait sea bay isle"),
    "FAC": _words("piazza palazzo via viale ponte"),
}


def folded(word: str) -> str:
    """The word as the lists here spell it: lower case, without a final full stop or comma."""
    return word.casefold().rstrip(".,")


def words_of_title(words: list[str], *, person: bool) -> int:
    """How many words at the front of a name are a title and what belongs to it; all of them where no name follows.

    An office counts wherever it stands in a person's name ("Russian President Vladimir Putin"); a rank, and any
    title of what is not known to be a person, only at the front.
    """
    low = [folded(w) for w in words]
    cut = 0
    if person:
        cut = max((i for i, w in enumerate(low[:-1]) if w in OFFICES), default=0)
    titles = HONORIFICS | (OFFICES | RANKS if person else PLAIN_OFFICES)
    titled = False
    while cut < len(low) and low[cut] in titles:
        titled = True
        cut += 1
    if titled and cut < len(low) and low[cut] in {"of", "for"}:
        while cut < len(low) and low[cut] in PORTFOLIOS:
            cut += 1
    if not titled or (cut < len(words) and not words[cut][:1].isupper()):
        return 0
    return cut
