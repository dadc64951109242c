"""Sites whose nature is known by name. Registrable domains; a page there is what the site is, whatever its words say.

Kept to sites that appear in many backlink profiles of any trade; everything else is told by its words and shape.
"""


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


SEARCH = _set("""google.com bing.com yahoo.com duckduckgo.com baidu.com yandex.ru yandex.com ecosia.org
        qwant.com startpage.com ask.com aol.com naver.com seznam.cz so.com sogou.com swisscows.com
        mojeek.com kagi.com excite.com lycos.com dogpile.com metacrawler.com webcrawler.com
        search.com presearch.com gigablast.com""")

SOCIAL = _set("""facebook.com instagram.com twitter.com x.com linkedin.com pinterest.com tiktok.com
        youtube.com youtu.be vimeo.com dailymotion.com threads.net snapchat.com vk.com ok.ru
        weibo.com xing.com mastodon.social bsky.app t.me telegram.me telegram.org whatsapp.com
        discord.gg discord.com twitch.tv soundcloud.com mixcloud.com flickr.com 500px.com
        deviantart.com behance.net dribbble.com artstation.com gravatar.com about.me linktr.ee
        bio.link beacons.ai carrd.co lnk.bio taplink.cc campsite.bio contactinbio.com tumblr.com
        myspace.com goodreads.com patreon.com buymeacoffee.com ko-fi.com scribd.com issuu.com
        slideshare.net calameo.com slides.com speakerdeck.com prezi.com academia.edu last.fm
        bandcamp.com producthunt.com disqus.com strava.com kaggle.com replit.com codepen.io
        rumble.com odysee.com bilibili.com niconico.jp pixiv.net plurk.com diigo.com folkd.com
        instapaper.com getpocket.com scoop.it flipboard.com mix.com symbaloo.com pearltrees.com
        padlet.com wakelet.com tripod.com lu.ma meetup.com eventbrite.com ted.com imgur.com
        giphy.com unsplash.com viadeo.com mylinks.ai linkin.bio solo.to allmylinks.com msha.ke hoo.be
        komi.io bio.site direct.me flow.page tap.bio linkr.bio stan.store heylink.me lit.link
        gab.com truthsocial.com minds.com steemit.com hive.blog peakd.com 9gag.com
        nextdoor.de dropbox.com docs.google.com drive.google.com forms.gle
        pbase.com smugmug.com pixabay.com pexels.com wattpad.com livejournal.com mastodon.online
        hubpages.com storify.com list.ly paper.li refind.com raindrop.io""")

FORUMS = _set("""reddit.com quora.com stackexchange.com stackoverflow.com superuser.com serverfault.com
        askubuntu.com groups.google.com ycombinator.com digitalpoint.com warriorforum.com
        blackhatworld.com proboards.com forumotion.com tapatalk.com gutefrage.net
        commentcamarche.net jeuxvideo.com doctissimo.fr hardwarezone.com.sg lowendtalk.com
        webhostingtalk.com bitcointalk.org community.com mumsnet.com netmums.com whirlpool.net.au
        forosdelweb.com forocoches.com 4chan.org 2ch.net 5ch.net zhihu.com tieba.com wykop.pl
        pikabu.ru otvet.mail.ru okwave.jp kaskus.co.id resetera.com neogaf.com avvo.com
        justanswer.com boards.net freeforums.net activeboard.com hifi-forum.de motor-talk.de
        hardware.fr elotrolado.net mediavida.com finanzaonline.com
        fok.nl elektroda.pl forum.ge sciforums.com diychatroom.com contractortalk.com city-data.com
        styleforum.net rennlist.com audiokarma.org lumberjocks.com garagejournal.com
        flyertalk.com""")

COMPANY_PROFILES = _set("""g2.com capterra.com getapp.com softwareadvice.com stackshare.io saashub.com slashdot.org
        trustradius.com crozdesk.com saasworthy.com crunchbase.com zoominfo.com rocketreach.co
        tracxn.com pitchbook.com apollo.io lusha.com dnb.com owler.com signalhire.com datanyze.com
        growjo.com craft.co cbinsights.com opencorporates.com societe.com pappers.fr verif.com
        infogreffe.fr northdata.de northdata.com companieshouse.gov.uk endole.co.uk glassdoor.com
        indeed.com kununu.com ambitionbox.com leadiq.com contactout.com adapt.io seamless.ai
        clutch.co goodfirms.co wellfound.com angel.co f6s.com betalist.com startupranking.com
        golden.com prospeo.io hunter.io kompass.com europages.com manta.com bizapedia.com
        firmenwissen.de companyhouse.de unternehmensregister.de moneyhouse.ch creditsafe.com informa.es
        empresite.eleconomista.es axesor.es ufficiocamerale.it reportaziende.it provenexpert.com ekomi.de
        trustedshops.de trustedshops.com reviews.io feefo.com yotpo.com verified-reviews.com avis-verifies.com
        ausgezeichnet.org reclameaqui.com.br otzovik.com irecommend.ru complaintsboard.com
        corporationwiki.com opengovus.com sortlist.com designrush.com""")

SHOPS = _set("""amazon.com ebay.com etsy.com aliexpress.com alibaba.com walmart.com target.com bestbuy.com
        wish.com temu.com shein.com rakuten.co.jp mercadolibre.com allegro.pl bol.com cdiscount.com
        fnac.com otto.de zalando.de flipkart.com lazada.com shopee.com redbubble.com zazzle.com
        teepublic.com gumroad.com udemy.com themeforest.net codecanyon.net envato.com
        creativemarket.com fiverr.com upwork.com freelancer.com malt.fr""")

BOOKING = _set("""booking.com expedia.com hotels.com agoda.com airbnb.com vrbo.com trivago.com kayak.com
        skyscanner.net skyscanner.com hostelworld.com opentable.com getyourguide.com viator.com
        klook.com trip.com lastminute.com opodo.com edreams.com dreamlines.de cruise1st.com.au
        cruisecritic.com holidaycheck.de hrs.com fresha.com treatwell.co.uk booksy.com thefork.com
        lafourchette.com momondo.com priceline.com orbitz.com travelocity.com tripadvisor.com""")

APP_MIRRORS = _set("""play.google.com chrome.google.com chromewebstore.google.com addons.mozilla.org apple.com
        apkpure.com apkmirror.com uptodown.com aptoide.com softonic.com sourceforge.net
        filehippo.com cnet.com appbrain.com apkcombo.com appadvice.com chrome-stats.com
        crx4chrome.com apkmonk.com malavida.com softpedia.com alternativeto.net spotify.com
        deezer.com castbox.fm goodpods.com ivoox.com podscan.fm podstatus.com podcasts-online.org
        ausha.co podbean.com podchaser.com player.fm listennotes.com stitcher.com podcastaddict.com
        overcast.fm pocketcasts.com rephonic.com podtail.com radio.net tunein.com iheart.com
        libsyn.com buzzsprout.com spreaker.com anchor.fm transistor.fm simplecast.com acast.com
        podimo.com podgist.com npmjs.com pypi.org hub.docker.com libraries.io packagist.org rubygems.org
        crates.io nuget.org pkg.go.dev anaconda.org thingiverse.com printables.com cults3d.com
        steampowered.com itch.io f-droid.org snapcraft.io flathub.org""")

ANSWER_MACHINES = _set("""genspark.ai glarity.app perplexity.ai chatgpt.com openai.com you.com phind.com felo.ai
        monica.im poe.com answers.com""")

SITE_REPORTS = _set("""similarweb.com semrush.com ahrefs.com moz.com alexa.com builtwith.com siteworthtraffic.com
        whois.com who.is domaintools.com hypestat.com statshow.com urlscan.io scamadviser.com
        scam-detector.com trustpilot.com sitejabber.com webwiki.com webwiki.de webwiki.fr
        similarsites.com sitelike.org moonsearch.com pubmag.ru shovel.report wappalyzer.com
        w3techs.com netcraft.com viewdns.info dnslytics.com securitytrails.com ipaddress.com
        gridinsoft.com sites-reviews.com trustedrevie.ws topwebsiterank.com woorank.com
        seoptimer.com majestic.com spyfu.com serpstat.com rankwatch.com webrate.org easycounter.com
        folkd.com mywot.com virustotal.com statscrop.com cutestat.com""")

CODE_HOSTS = _set("github.com gitlab.com bitbucket.org codeberg.org gitee.com sr.ht")

LOCAL = _set("""yelp.com yelp.fr yelp.de yelp.co.uk yellowpages.com yellowpages.com.au yellowpages.ca
        whitepages.com yell.com mapquest.com foursquare.com birdeye.com hotfrog.com hotfrog.com.au
        cylex.de cylex.us.com cylex-uk.co.uk brownbook.net thomsonlocal.com 192.com scoot.co.uk
        freeindex.co.uk local.com local.com.au truelocal.com.au startlocal.com.au dlook.com.au
        aussieweb.com.au womo.com.au wordofmouth.com.au bizdirectory.com.au directso.com.au
        citysearch.com merchantcircle.com superpages.com chamberofcommerce.com bbb.org angi.com
        angieslist.com houzz.com thumbtack.com homeadvisor.com nextdoor.com porch.com buildzoom.com
        hipages.com.au oneflare.com.au serviceseeking.com.au productreview.com.au checkatrade.com
        trustatrader.com mybuilder.com ratedpeople.com bark.com gelbeseiten.de dasoertliche.de
        11880.com goyellow.de meinestadt.de golocal.de stadtbranchenbuch.com
        branchenbuch.meinestadt.de wlw.de werkenntdenbesten.de herold.at local.ch search.ch
        pagesjaunes.fr pagesjaunes.ca 118000.fr 118712.fr justacote.com mappy.com cylex-locale.fr
        hoodspot.fr paginasamarillas.es paginegialle.it paginebianche.it virgilio.it tuttocitta.it
        qdq.com 11870.com vulka.es infoisinfo.es paginasamarelas.com.br telelistas.net
        guiamais.com.br apontador.com.br goudengids.nl goudengids.be detelefoongids.nl
        telefoonboek.nl openingstijden.nl pkt.pl panoramafirm.pl firmy.cz zlatestranky.cz oferteo.pl
        krs-online.com.pl eniro.se hitta.se gulesider.no proff.no krak.dk degulesider.dk fonecta.fi
        2gis.ru yandex.maps zoon.ru flamp.ru spravker.ru orgpage.ru itp.ne.jp ekiten.jp hotpepper.jp
        justdial.com sulekha.com indiamart.com tradeindia.com yalwa.com tupalo.com ezlocal.com
        citysquares.com n49.com 411.ca cybo.com find-open.com storeboard.com opendi.com nochi.com
        waze.com intently.co mylifegb.com flokii.com iglobal.co enrollbusiness.com fyple.com
        where2go.com trovaaziende.it europages.fr doctolib.fr jameda.de""")

NEWS = _set("""nytimes.com washingtonpost.com wsj.com usatoday.com latimes.com cnn.com foxnews.com
        nbcnews.com cbsnews.com abcnews.go.com npr.org apnews.com reuters.com bloomberg.com
        forbes.com businessinsider.com cnbc.com fortune.com inc.com entrepreneur.com fastcompany.com
        time.com newsweek.com theatlantic.com wired.com techcrunch.com theverge.com arstechnica.com
        engadget.com mashable.com zdnet.com venturebeat.com huffpost.com vox.com buzzfeed.com
        theguardian.com bbc.co.uk bbc.com telegraph.co.uk independent.co.uk thetimes.co.uk
        dailymail.co.uk mirror.co.uk thesun.co.uk express.co.uk standard.co.uk metro.co.uk ft.com
        economist.com smh.com.au theage.com.au abc.net.au news.com.au theaustralian.com.au afr.com
        stuff.co.nz nzherald.co.nz cbc.ca globalnews.ca theglobeandmail.com thestar.com
        nationalpost.com hindustantimes.com indiatimes.com thehindu.com ndtv.com indianexpress.com
        spiegel.de zeit.de faz.net sueddeutsche.de welt.de bild.de focus.de stern.de
        handelsblatt.com n-tv.de t3n.de heise.de golem.de tagesspiegel.de taz.de rp-online.de
        derstandard.at diepresse.com krone.at nzz.ch 20min.ch tagesanzeiger.ch blick.ch lemonde.fr
        lefigaro.fr liberation.fr leparisien.fr lesechos.fr 20minutes.fr ouest-france.fr sudouest.fr
        lexpress.fr nouvelobs.com lepoint.fr bfmtv.com francetvinfo.fr challenges.fr capital.fr
        ladepeche.fr lavoixdunord.fr letelegramme.fr ladn.eu usine-digitale.fr journaldunet.com
        maddyness.com elpais.com elmundo.es abc.es lavanguardia.com elconfidencial.com eldiario.es
        20minutos.es expansion.com cincodias.com elperiodico.com clarin.com lanacion.com.ar
        infobae.com eluniversal.com.mx milenio.com eltiempo.com emol.com elcomercio.pe globo.com
        uol.com.br folha.com.br estadao.com.br terra.com.br r7.com publico.pt expresso.pt dn.pt
        corriere.it repubblica.it ilsole24ore.com lastampa.it ansa.it ilgiornale.it ilpost.it
        wired.it nu.nl telegraaf.nl ad.nl volkskrant.nl nrc.nl trouw.nl rtlnieuws.nl hln.be
        standaard.be demorgen.be nieuwsblad.be lesoir.be rtbf.be wyborcza.pl onet.pl wp.pl gazeta.pl
        interia.pl rp.pl rmf24.pl money.pl idnes.cz novinky.cz aftonbladet.se expressen.se dn.se
        svd.se vg.no dagbladet.no aftenposten.no nrk.no politiken.dk berlingske.dk dr.dk hs.fi
        yle.fi iltalehti.fi ria.ru rbc.ru kommersant.ru lenta.ru vedomosti.ru gazeta.ru tass.ru
        vc.ru habr.com nikkei.com asahi.com yomiuri.co.jp mainichi.jp sankei.com itmedia.co.jp
        impress.co.jp chosun.com joongang.co.kr scmp.com straitstimes.com channelnewsasia.com
        bangkokpost.com jakartapost.com kompas.com detik.com vnexpress.net hurriyet.com.tr
        milliyet.com.tr sabah.com.tr aljazeera.com haaretz.com jpost.com ynet.co.il politico.com
        axios.com thehill.com marketwatch.com investopedia.com yahoo.com msn.com coindesk.com
        cointelegraph.com decrypt.co bitcoinist.com theblock.co bibamagazine.fr searchengineland.com
        adweek.com""")

WIRES = _set("""prnewswire.com businesswire.com globenewswire.com openpr.com einpresswire.com prweb.com
        accesswire.com prlog.org 24-7pressrelease.com newswire.com newswire.ca presseportal.de
        pressebox.de openpr.de lifepr.de firmenpresse.de prtimes.jp bignewsnetwork.com
        digitaljournal.com benzinga.com prfire.co.uk responsesource.com prunderground.com
        pressat.co.uk issuewire.com medianet.com.au 24presse.com categorynet.com notasdeprensa.net
        comunicae.es comunicati-stampa.net""")

GUEST_PLATFORMS = _set("hackernoon.com dev.to freecodecamp.org thriveglobal.com hashnode.com")
WIKIS = _set("wikipedia.org wikimedia.org wikidata.org wikivoyage.org wiktionary.org fandom.com wikihow.com")
SHORTENERS = _set(
    """bit.ly t.co goo.gl tinyurl.com ow.ly buff.ly is.gd rebrand.ly cutt.ly shorturl.at lnkd.in pin.it fb.me amzn.to
    wp.me t.ly rb.gy tiny.cc dlvr.it ift.tt trib.al"""
)
FEEDS = _set("feedspot.com feedly.com alltop.com feedburner.com newsblur.com inoreader.com rssing.com bloglovin.com")
COUPONS = _set("""retailmenot.com groupon.com coupons.com vouchercodes.co.uk dealspotr.com couponfollow.com
        knoji.com wethrift.com simplycodes.com mydealz.de dealabs.com chollometro.com pepper.com
        pepper.pl hotukdeals.com slickdeals.net dealnews.com igraal.com poulpeo.com ma-reduc.com
        radins.com savoo.co.uk offers.com gutscheine.de sparwelt.de couponbirds.com hotdeals.com
        dontpayfull.com couponxoo.com chollo.es""")
CLASSIFIEDS = _set("""craigslist.org gumtree.com gumtree.com.au leboncoin.fr kleinanzeigen.de olx.pl olx.com.br
        avito.ru kijiji.ca locanto.com classifiedads.com oodle.com adpost.com geebo.com
        milanuncios.com subito.it marktplaats.nl willhaben.at quoka.de classifiedsforfree.com
        classifiedsforfree.net vivastreet.com expatriates.com adlandpro.com""")
JOB_SITES = _set("""lever.co greenhouse.io workable.com smartrecruiters.com myworkdayjobs.com stepstone.de monster.com
        monster.de monster.fr welcometothejungle.com jooble.org adzuna.com adzuna.co.uk talent.com
        simplyhired.com ziprecruiter.com infojobs.net infojobs.it pracuj.pl apec.fr hellowork.com reed.co.uk
        totaljobs.com seek.com.au seek.co.nz indeed.jobs jobrapido.com neuvoo.com careerjet.com jobstreet.com
        naukri.com hh.ru computrabajo.com bumeran.com catho.com.br nationalevacaturebank.nl francetravail.fr
        bamboohr.com recruitee.com personio.de ashbyhq.com teamtailor.com jobteaser.com remoteok.com
        weworkremotely.com remotive.com dice.com builtin.com""")
PRICE_SITES = _set("""idealo.de idealo.fr idealo.es idealo.it idealo.co.uk geizhals.de geizhals.at billiger.de
        check24.de
        preisvergleich.ch toppreise.ch ceneo.pl skapiec.pl nextag.com pricerunner.com pricerunner.dk pricespy.co.uk
        prisjakt.nu prisjakt.no kelkoo.com kelkoo.fr shopping.com shopzilla.com bizrate.com twenga.com ladenzeile.de
        kieskeurig.nl beslist.nl trovaprezzi.it skroutz.gr heureka.cz heureka.sk zbozi.cz arukereso.hu kakaku.com
        buscape.com.br zoom.com.br camelcamelcamel.com pricegrabber.com ledenicheur.fr""")
MIRRORS = _set(
    """archive.org archive.is archive.ph archive.today translate.goog googleusercontent.com wikizero.com dbpedia.org
    pressreader.com newsbreak.com news.google.com ground.news headtopics.com newslocker.com smartnews.com
    wikiwand.com alchetron.com infogalactic.com docplayer.net docplayer.org slideplayer.com
    vdocuments.net vdocuments.mx dokumen.tips dokumen.pub pdfcoffee.com pdfslide.net studylib.net coursehero.com
    reposhub.com githubmemory.com codetd.com programmersought.com issuehunt.io giters.com"""
)

_NOISE: tuple[tuple[frozenset[str], str, str], ...] = (
    (SEARCH, "search_results", "a search engine"),
    (SOCIAL, "profile", "a network where people post for themselves"),
    (FORUMS, "forum", "a forum"),
    (COMPANY_PROFILES, "profile", "a catalogue of companies filled by machines"),
    (SHOPS, "shop", "a shop or marketplace"),
    (BOOKING, "booking", "a booking site"),
    (APP_MIRRORS, "app_mirror", "a catalogue of apps or podcasts"),
    (ANSWER_MACHINES, "autogenerated", "a machine that answers questions"),
    (SITE_REPORTS, "site_report", "a site that reports on other sites"),
    (SHORTENERS, "redirect", "a link shortener"),
    (FEEDS, "feed", "a feed reader"),
    (COUPONS, "coupon", "a coupon site"),
    (JOB_SITES, "job_ad", "a jobs site"),
    (PRICE_SITES, "shop", "a price comparison"),
    (CLASSIFIEDS, "classified", "a site of classified advertisements"),
    (MIRRORS, "mirror", "a copy of other sites"),
)
KNOWN = {site: (rule, words) for sites, rule, words in _NOISE for site in sites}
# The same houses under other countries' endings: the name alone tells.
BY_NAME = {
    name: KNOWN[f"{name}.com"]
    for name in _set(
        """amazon ebay etsy aliexpress booking airbnb expedia tripadvisor indeed glassdoor groupon
        craigslist gumtree trustpilot kompass google yahoo bing pinterest facebook linkedin reddit"""
    )
    if f"{name}.com" in KNOWN
}
