"""Words by which pages without editorial value give themselves away, in the languages that real exports contain."""

TITLE = {
    "feed": "rss; rss feed*; atom feed; fil rss; flux rss; newsfeed",
    "search_results": """search results; results for; search images; yahoo search; search page; you searched for;
        resultats de recherche; resultats pour; resultat de recherche; suchergebnis*; suche nach;
        resultados de busqueda; resultados para; de busqueda; resultados da pesquisa;
        resultado da busca; risultati della ricerca; risultati di; risultati ricerca; zoekresultaten;
        wyniki wyszukiwa*; vysledky hledani; sokresultat*; sogeresultat*; hakutulok*;
        rezultate* cautarii; arama sonuc*; результаты поиска; поиск по запросу; ket qua tim kiem;
        hasil pencarian; 検索結果; 搜索结果; 搜尋結果; 검색 결과; ผลการค้นหา;
        αποτελεσματα αναζητησης; keresesi eredmenyek; keresesi talalatok""",
    "login": """log in; sign in; login page; create account; create an account; register now; se connecter;
        anmelden; iniciar sesion; accedi; inloggen; zaloguj sie; войти; вход; ログイン; 登录; 登入""",
    "not_found": """404; page not found; not found; 404 not found; seite nicht gefunden; page introuvable;
        pagina no encontrada; pagina non trovata; access denied; just a moment; attention required;
        domain for sale; this domain is for sale; parked domain; account suspended;
        site under construction; coming soon; default web page; index of""",
    "seo_spam": """backlink*; dofollow*; link building service*; linkbuilding; seo service*; seo backlinks;
        buy links; black hat; blackhat*; pbn*; domain authority; high da; da pa; guest posting site*;
        guest posting sites; bookmarking site*; social bookmarking;
        directory submission*; profile creation*; rank on google; rank on page; rank your;
        google ranking*; first page of google; fast ranking; website traffic; buy traffic;
        aged domains; expired domains; seo domain*; domain list; domains list; list of websites;
        top list of websites; top websites; best websites list; most used websites;
        few of top websites; high dr; link juice; seo expert*; buy cheap; smm panel*; seo agency*;
        link wheel; instant approval; free listing*; web 2 0; 外链; 黑帽; 快速排名""",
    "link_seller": """buy backlink*; buy cheap backlink*; buy dofollow*; buy guest post*; buy seo; cheap backlink*;
        cheap seo; seo package*; backlink package*; backlinks for sale; links for sale; link packages;
        quality backlink*;
        guaranteed ranking*; backlinks kaufen; backlink kaufen; linkaufbau paket*; acheter des backlinks;
        acheter backlinks; achat de liens; comprar backlinks; comprar enlaces; comprar links; acquistare backlink;
        backlinks kopen; linki seo kup; kup linki; купить ссылки; вечные ссылки; прогон по""",
    "adult_pills": """casino*; online casino; free spins; no deposit bonus; no deposit; slot gacor; slots; gacor;
        togel; judi online; situs slot; bandar;
        betting; bet365; 1xbet; sportsbook; porn*; xxx; sex videos; escort*; escorts; nude*;
        onlyfans leak*; viagra; cialis; levitra; kamagra; payday loan*; replica watch*;
        replica handbag*; steroid*; weight loss pills; cbd gummies; essay writing service*;
        essay writers; write my essay; buy followers; free robux; mod apk; hack tool; crack download;
        full crack; serial key; torrent*; казино; порно; эскорт; онлайн казино; 赌场; 博彩; 娱乐场;
        成人; カジノ; 出会い系; 카지노; 토토; คาสิโน; สล็อต; kumarhane; bahis""",
    "coupon": """coupon*; promo code*; discount code*; voucher*; coupon code*; promotional code*;
        deals and coupons; cashback*; code promo*; codes promo*; code de reduction;
        codes de reduction; bon de reduction; gutschein*; rabattcode*; rabattgutschein*;
        codigo descuento; codigos descuento; codigo de descuento; codigos de descuento; codigo promocional; cupon*;
        cupones; cupom*;
        cupons; codigo de desconto; codice sconto; codici sconto; coupon sconto; kortingscode*;
        kortingsbon*; kod rabatowy; kody rabatowe; kupon*; rabattkod*; rabatkode*; промокод*; купон*;
        скидк*; クーポン; 割引コード; 优惠码; 优惠券; 쿠폰; up to # off; # off; save money up;
        kupong*; slevov* kod*; alekoodi*; indirim kodu; kode promo; kode voucher; ma giam gia""",
    "directory": """web directory; link directory; links directory; business directory;
        business listing directory; business listings; company directory; website directory;
        site directory; directory of; online directory; free directory; directory pages;
        precios y opiniones; prix et avis; preise und bewertungen; prezzi e opinioni; ceny i opinie;
        articles directory; article directory; article submission*; free article submission; submit articles;
        submit article; seo directory; add your site; add url;
        submit your site; submit url; submit site; submit your website; submit a site; annuaire*;
        annuaires; annuaire gratuit; annuaire web; annuaire generaliste; webverzeichnis; webkatalog*;
        linkverzeichnis; linkkatalog*; artikelverzeichnis; firmenverzeichnis; directorio web;
        directorio de; directorio*; directory siti; elenco siti; diretorio de; diretorios;
        startpagina; bedrijvengids; linkpartners; katalog stron; katalog firm; katalog seo; precl*;
        каталог сайтов; каталог организаций; каталог компаний; каталог ссылок; リンク集サイト;
        サイト登録; ディレクトリ型; 网址大全; 网址导航; 目录网; 分类目录; katalog odkazu;
        katalog webu; katalog stranek; linkkatalogus; site rehberi; firma rehberi""",
    "site_report": """website stats; fiable ou arnaque; serios oder; oder betrug; es fiable; e affidabile;
        betrouwbaar of; site stats; website report; domain report; site report; seo report;
        seo audit of; website worth; site worth; how much is; worth and traffic; whois; dns records;
        ip address of; server location; similar sites; sites like; alternatives sites like;
        is it safe; is it a scam; is it legit; scam or legit; safe or scam; legit or scam;
        reviews about sites; traffic statistics; alexa rank; site review; domain info;
        domain information; website analysis; website value; technology profile; technologies used;
        uptime status; is down; is it down; page speed report; seo review; top sites for;
        top websites for; competitors and alternatives; traffic analytics; traffic rank;
        analyse du site; seo analyse; website bewertung von; отзывы о сайте; анализ сайта;
        оценка сайта; стоимость сайта; проверка сайта; 网站综合查询; 站长查询; 网站估价""",
    "price_page": """price chart*; price prediction; price today; live price; price forecast and; stock price;
        token info; market cap and; to usd; exchange rate; kurs prognose; цена сегодня; курс сегодня;
        价格行情; 今日价格""",
    "asked": """yahoo answers; 知恵袋; 질문답변; 知識+; 教えて goo; ask hn; show hn; questions answered;
        pytania i odpowiedzi;
        вопросы и ответы; frage und antwort; questions reponses; preguntas y respuestas; domande e risposte""",
    "forum": """forum; forums; message board*; bulletin board; discussion board; view topic; view thread;
        thread; discussion forum; community forum; foro; foros; foren; forumbeitrag;
        fil de discussion; forum de discussion; forum discussion; форум*; форумы; тема на форуме;
        フォーラム; 掲示板; 知恵袋; 论坛; 論壇; 贴吧; 포럼; 게시판; ask question;
        questions and answers; q a; ask a question; yahoo answers; foorumi; diskussionsforum; fora;
        fórum; ptt""",
    "profile": """company information; company overview; firmenprofil; unternehmensprofil; fiche entreprise;
        scheda azienda;
        user profile; view profile; profile of; member profile; public profile; s profile; profile;
        company profile; profil du membre; profil de; profil von; profil utilisateur;
        mitgliederprofil; perfil de; perfil; profilo di; profilo utente; profiel van;
        profil uzytkownika; профиль*; プロフィール; 个人资料; 個人資料; 프로필; kayttajaprofiili;
        telegram channel; youtube channel; on twitter; on instagram; on pinterest; on facebook;
        on linkedin; instagram photos; listen on; events calendar; podcast analytics;
        podcast rankings; rankings reviews""",
    "shop": """shop all; all products; preisvergleich; preise vergleichen; compare prices; price comparison;
        comparateur de prix; comparer les prix;
        comparador de precios; comparar precios; confronta prezzi; confronto prezzi; prijsvergelijk*;
        prijzen vergelijken;
        porownaj ceny; porownywarka cen; сравнить цены; 価格比較; comparador de precos; cumpara;
        magazin online; webbutik;
        nettbutikk; verkkokauppa; eshop; e shop; obchod;
        kob online; kjop online; osta verkosta; vasarlas; kupi online; mua online; add to cart;
        add to basket; shopping cart; buy online; shop online; online shop; online store; for sale;
        free shipping; best price; buy now; in den warenkorb; online kaufen; gunstig kaufen; kaufen;
        acheter en ligne; acheter; pas cher livraison; boutique en ligne; comprar online; comprar;
        tienda online; loja online; acquista online; negozio online; kopen; online bestellen;
        webshop; sklep internetowy; kup online; интернет магазин; купить; 通販; 楽天市場;
        オンラインショップ; 网上商城; 購買; 購物; 쇼핑몰; satin al; koupit; kupit; beli online; jual""",
    "booking": """compare deals; compare hotels; book tickets; buy tickets; tickets and tours; book now; book online;
        book best price; best price guarantee; book a hotel; hotel booking;
        hotel deals; cheap flights; cheap hotels; holiday deals; vacation rentals; hotels near;
        reserver en ligne; reservation hotel; hotel reservation; location vacances; jetzt buchen;
        online buchen; gunstig buchen; buchen; reservar hotel; reservas online; hoteles en;
        hoteis em; prenota online; prenota; prenotazione hotel; offerte hotel; hotel boeken;
        online boeken; goedkope vluchten; rezerwacja*; noclegi; tanie loty; забронировать;
        бронирование*; отели в; ホテル予約; 予約サイト; 酒店预订; 订房; 호텔 예약; otel rezervasyon*;
        all inclusive deals; tickets kaufen""",
    "job_ad": """job vacancy; job vacancies; jobs in; job opening*; we are hiring; now hiring; apply now;
        offre d emploi; offres d emploi; stellenangebot*; stellenanzeige*; oferta de empleo;
        ofertas de empleo; vaga de emprego; offerta di lavoro; offerte di lavoro; vacature*;
        oferta pracy; praca w; вакансии; вакансия; 求人; 招聘; 채용""",
    "classified": """classifieds; classified ads; free classified*; petites annonces; petite annonce;
        kleinanzeigen; anuncios clasificados; anuncios gratis; annunci gratuiti; gratis annoncer;
        ogloszenia*; объявления; бесплатные объявления; 分类信息""",
    "legal": """privacy policy; terms of service; terms and conditions; terms of use; cookie policy;
        legal notice; politique de confidentialite; mentions legales; conditions generales;
        politique de cookies; donnees personnelles et cookies; datenschutz*; impressum; agb;
        politica de privacidad; aviso legal; politica de cookies; politica de privacidade;
        termos de uso; informativa privacy; privacy e cookie; note legali; privacybeleid;
        privacyverklaring; algemene voorwaarden; polityka prywatnosci; regulamin;
        политика конфиденциальности; пользовательское соглашение; プライバシーポリシー; 利用規約;
        特定商取引法; 隐私政策; 개인정보처리방침; ochrana osobnich udaju; gizlilik politikasi""",
    "app_mirror": """apk download; download apk; apk for android; app store; google play;
        free download for windows; download for pc; for pc windows; on the app store;
        apps on google play; chrome web store; chrome extension stats; telecharger apk;
        descargar apk; baixar apk; apk indir; скачать apk""",
    "archive_listing": """archive; archives; archive for; category; tag; tagged; posts tagged; all posts; blog page;
        author at;
        articles de; etiquette; schlagwort*; kategorie; categoria; archivo de; arquivo de; archivi;
        categorie; archief; kategoria; рубрика; архив*; カテゴリー; アーカイブ; 分类; 标签""",
}

# Words of the path, each a whole segment (or a segment's first words).
SEGMENTS = {
    "booking": """book booking bookings book-now reserve reservation reservations reserver jetzt-buchen buchen
        buchung reservar reservas prenota prenotazioni boeken reserveren rezerwacja rezervace boka""",
    "price_page": "currencies currency tokens token coins coin stocks stock quote quotes ticker symbols kurse",
    "forum": """qa question_detail forum forums foro foros foren thread threads topic topics viewtopic
        showthread viewthread discussion discussions board boards messages community communities bbs
        questions question answers ask comunidad communaute temas tema hilo sujet sujets fil beitrag
        themen wbb phpbb smf vbulletin group groups""",
    "profile": """membres miembros uzytkownik uzytkownicy pengguna user users member members profile profiles
        profil profils profilo profili perfil perfiles u people person accounts userinfo profilepage
        channel channels memberlist userprofile usuario usuarios utilisateur benutzer mitglied
        mitglieder""",
    "shop": """produs produse termek termekek vare varer tuote urun urunler produk san-pham proizvod
        izdelek p-item product products produit produits produkt produkte producto productos produto
        produtos prodotto prodotti product-page shop-item item items dp gp listing-item tienda sklep
        winkel warenkorb panier cart checkout carrito basket wishlist produkty tovar catalog-product""",
    "login": """login signin sign-in signup sign-up register registration wp-login.php wp-login my-account
        account connexion inscription anmelden registrieren logout lostpassword password-reset
        subscribe auth oauth sso""",
    "feed": "feed feeds rss atom rss.xml feed.xml atom.xml sitemap.xml index.xml sitemap",
    "archive_listing": """tag tags category categories page categorie categoria kategorie kategoria schlagwort
        etiqueta etiquette label labels archive archives archiv archivo archivi rubrik rubrique
        rubrica taxonomy""",
    "job_ad": """jobs job career careers emploi emplois offre-emploi stellenangebote stellen karriere empleo
        empleos vagas lavoro vacatures praca vacancy vacancies""",
    "coupon": """coupon coupons voucher vouchers promo-code promo-codes discount-code discount-codes
        code-promo codes-promo gutschein gutscheine deals deal cupones cupon kortingscode
        kody-rabatowe promokod""",
    "legal": """privacy privacy-policy terms terms-of-service terms-and-conditions cookie-policy cookies
        legal impressum datenschutz datenschutzerklaerung mentions-legales
        politique-de-confidentialite cgv cgu aviso-legal politica-de-privacidad privacybeleid
        polityka-prywatnosci privacy-statement legal-notice disclaimer""",
    "search_results": """search suche recherche buscar busqueda busca pesquisa cerca ricerca zoeken szukaj hledat sok
        haku searchresults search-results results.aspx webhp yandsearch""",
    "site_report": """domain domains site sites website stats www report reports whois siteinfo worth domain-list
        similar alternatives traffic seo-report analyze analysis info host""",
    "classified": "ads ad annonce annonces classified classifieds anuncio anuncios annunci ogloszenie obyavlenie",
}

# Parts of a host name that tell the site's trade when they stand at the end or the start of a label.
HOST_PARTS = {
    "shop": "shop store boutique webshop onlineshop tienda",
    "profile": "profile profiles profil",
    "seo_spam": """backlink backlinks linkbuild linkbuilding seolink seolinks seoservice seoarticle rankvance
        rankon howtorank ranks dofollow linkjuice buylinks pbn seobacklink seoboost seoboast
        skylinkseo seodomain bookmark bookmarking bookmarks socialbookmark articlesubmit
        guestposting smmpanel seoflox seoprobox linkbuilder articledirectory topranks rankhigh
        tohigh webranks linkdirectory""",
    "directory": """directory directories webdirectory annuaire annuaires webkatalog linkkatalog katalog
        verzeichnis directorio directori toplist topsites topwebsites listrecord bestwebsites
        bizlist bizdir globalbusiness businesslisting sitelist linklist addurl submitsite submitlink
        toplinks weblist businesslistings bizlisting weblisting""",
    "site_report": """webworth worthchecker siteworth sitestats webstats sitescore websitesreports websitescrawl
        whois domaindexer""",
    "coupon": """coupon coupons couponcode promocode gutschein voucher vouchers codepromo rabatt cupon
        cupones kupon deals""",
    "forum": "forum forums foro foren board boards bbs forumer phpbb community",
    "classified": "classified classifieds freeads kleinanzeigen petitesannonces clasificados",
    "adult_pills": "casino casinos porn porno xxx sex escort slots gacor togel judi betting bet365 viagra cialis",
    "search_results": "search suche recherche buscador",
    "booking": "hotels booking flights",
    "app_mirror": "apk apks modapk",
}

# Words of lists that an association or a fair keeps: entries there are relations, not a web directory.
MEMBERS = """chamber; chamber of commerce; business chamber; chambre de commerce; handelskammer; camara de comercio;
    camera di commercio; izba handlowa; kamer van koophandel; trade association; industry association;
    member directory; members; our members; exhibitors; adherents; nos adherents; membres; mitglieder;
    mitgliederverzeichnis; aussteller; socios; asociados; expositores; associados; soci; espositori; leden; exposanten;
    czlonkowie; wystawcy; члены; участники; 会員; 出展者; 会员; medlemmar; medlemmer; jasenet; clenove; tagok;
    membri; uyeler"""
