"""Words that tell how a link was got, by link type, in the languages that real exports contain.

Each table is read against one part of a page: its headline and slug, its folders, its site's name, the link's words.
"""

# Headline and slug. The tag is a link type, with a suffix where two tables of one type weigh differently.
HEADLINE = {
    "resource_page": """sites pour; webs para; siti per; seiten zum; seiten fur; strony do; sites for learning;
        websites for;
        map sources; online sources; data sources; research guides; subject guides; warto odwiedzic;
        warto zobaczyc; ciekawe strony; and links; et liens; und links; y enlaces; e link; i linki; linki; en links;
        og lenker; och lankar;
        link utili; printables; worksheets; other organisations; other organizations; useful organisations;
        helpful organisations;
        support organisations; helpful apps; apps and websites; websites and apps; external links;
        external resources; sources of help; where to get help; further help; further information;
        downloads und links; hilfsangebote; anlaufstellen; numeros utiles; contacts utiles;
        resources; ressources; resource page; resource list; resource library; resources and links;
        helpful links; useful links; useful resources; useful websites; helpful resources; links;
        link list; links page; recommended sites; recommended reading; recommended resources;
        further reading; reading list; toolbox; toolkit; tool kit; tools and resources;
        free resources; online resources; web resources; additional resources; learning resources;
        teaching resources; student resources; research guide; libguide*; subject guide;
        reference list; references; bibliography; knowledge base; library guide; curated list;
        curated; awesome; where to learn; blogroll; my favorite tools; tools i use; tools we use;
        what i use; uses; documentation; espace documentation; boite a outils; liens; liens utiles;
        sites utiles; sites a suivre; blogs a suivre; mes outils; nos outils; mes ressources;
        bibliotheque; bons plans; bonnes adresses; veille; sitographie; pour aller plus loin;
        nutzliche links; linksammlung; linkliste; linktipps; link tipps; weiterfuhrende links;
        hilfreiche links; quellen; literatur; materialien; ressourcen; werkzeugkasten; surftipps;
        webtipps; empfehlungen; links und; enlaces; enlaces de interes; enlaces utiles; recursos;
        recursos utiles; recursos gratuitos; caja de herramientas; paginas recomendadas;
        webs recomendadas; bibliografia; sitios de interes; links uteis; ligacoes uteis; sites uteis;
        caixa de ferramentas; materiais; risorse; risorse utili; link utili; siti utili;
        siti consigliati; sitografia; cassetta degli attrezzi; handige links; nuttige links;
        interessante links; bronnen; hulpmiddelen; aanbevolen websites; przydatne linki;
        przydatne strony; polecane strony; zasoby; materialy; warto zajrzec; narzedzia;
        полезные ссылки; ссылки; полезные ресурсы; полезные сайты; ресурсы; библиотека; материалы;
        инструменты; リンク集; お役立ちリンク; 参考リンク; 参考サイト; 関連リンク; おすすめリンク;
        資料集; 便利ツール; 资源; 資源; 友情链接; 资料; 实用工具; 常用链接; 相關連結; 링크 모음;
        유용한 사이트; 참고 자료; 자료실; uzitecne odkazy; odkazy; zdroje; lankar; nyttiga lankar;
        resurser; nyttige lenker; nyttige links; lenker; linkit; hyodyllisia linkkeja;
        hasznos linkek; linkek; linkuri utile; resurse; faydali linkler; kaynaklar; tautan;
        sumber daya; lien ket huu ich; χρησιμοι συνδεσμοι; קישורים""",
    "list_post": """alternativen; alternativas; alternatieven; alternatywy; альтернативы; to watch in;
        startups to watch;
        companies to watch; my favourite *; my favorite *; our favourite *; our favorite *; meine liebsten;
        unsere liebsten;
        mes * preferes; mes * preferees; mis * favoritos; mis * favoritas; i miei * preferiti; las # mas; los # mas;
        i # piu; le # piu; les # plus; die # schonsten; de # mooiste; indispensables; incontournables; must have*;
        must haves; les plus beaux; les plus belles;
        die schonsten; schonste; schonsten; tollsten; los mas; las mas; imprescindibles; imperdibles;
        imperdibili; imperdiveis; indispensabili; i piu belli; le piu belle; mooiste; leukste;
        najpiekniejsze; najciekawsze; самые; самых; vackraste; flotteste; top #; best #; # best;
        # top; the best; best * for; best * in; best * of; # tools; # apps; # sites; # websites;
        # blogs; # podcasts; # books; # resources; # platforms; # software; # alternatives;
        # companies; # agencies; # services; # courses; # newsletters; # accounts; # experts;
        best startups; # plugins; # influencers; # providers; # solutions; # programs; # free;
        # great; # must; # essential; # amazing; # awesome; # useful; # recommended; # popular;
        alternatives to; alternatives; best alternatives; competitors and alternatives; roundup;
        round up; weekly roundup; link roundup; links of the week; this week in; week in review;
        our favorite; our picks; top picks; must read; gift guide; comparison of the best; ranked;
        ranking of; compared; the # best; best of; vs; top des; le top; les meilleurs;
        les meilleures; meilleurs; meilleures; # meilleurs; # meilleures; # outils; # applications;
        # logiciels; # comptes; # livres; # ressources; # idees; # sites web; notre selection;
        selection de; comparatif*; classement; palmares; les # actus; revue de presse; revue du web;
        revue de web; # incontournables; die besten; die # besten; beste; besten; # beste; # besten;
        # tools im vergleich; im vergleich; bestenliste; rangliste; # apps fur; # webseiten;
        # bucher; # anbieter; # alternativen; alternativen zu; empfehlenswerte; testsieger;
        lesetipps; linktipps der woche; los mejores; las mejores; los # mejores; las # mejores;
        # mejores; mejores; # herramientas; # aplicaciones; # webs; # paginas web; # libros;
        # alternativas; alternativas a; comparativa; ranking de; recopilacion de; melhores;
        os melhores; as melhores; # melhores; # ferramentas; # aplicativos; # livros;
        alternativas ao; comparativo; migliori; i migliori; le migliori; # migliori; # strumenti;
        # app; # siti; # libri; alternative a; confronto; classifica; selezione di; de beste;
        de # beste; # boeken; # tips en tools; alternatieven voor; vergelijking; najlepsze;
        najlepszych; # najlepszych; # narzedzi; # stron; # aplikacji; ranking; zestawienie;
        porownanie; przeglad; лучшие; лучших; # лучших; топ #; топ; # сервисов; # инструментов;
        # сайтов; # приложений; # книг; подборка; рейтинг; обзор лучших; сравнение; おすすめ;
        ランキング; 選まとめ; まとめ; 比較; 人気; 最佳; 推荐; 推薦; 排行榜; 排行; 十大; 盘点; 大全; 合集;
        추천; 순위; 베스트; 비교; nejlepsi; nejlepsich; # nejlepsich; srovnani; basta; de basta;
        # basta; beste #; de beste #; bedste; de bedste; # bedste; parhaat; # parasta; legjobb;
        cele mai bune; # cele; en iyi; # en iyi; terbaik; # terbaik; tot nhat; hang dau; καλυτερα;
        הטובים ביותר""",
    "tips": """# tips; # steps; # ways; # reasons; # mistakes; # things; # questions; # ideas; # secrets;
        # lessons; # facts; # conseils; # idees; # ideen; # ideias; # idee; # pomyslow; # scripts;
        # erreurs; # etapes; # astuces; # facons; # raisons; # choses; # tipps; # fehler; # schritte;
        # grunde; # consejos; # errores; # pasos; # razones; # trucos; # dicas; # erros; # passos;
        # motivi; # consigli; # errori; # passi; # redenen; # fouten; # stappen; # porad; # bledow; # krokow;
        # советов; # ошибок; # шагов; # способов; # причин; つのコツ; つの方法; つの理由; 个技巧; 个方法""",
    "guest_contribution": """guest post; guest rant; guest column; guest opinion; guest essay; guest feature;
        guest piece; guest commentary;
        guest writer; guest blog; guest article; guest author; guest contributor; guest blogger;
        contributed by; contributor; write for us; write for me; become a contributor;
        contributor guidelines; submission guidelines; submit a guest post; guest post guidelines;
        editorial guidelines; accepting guest posts; interview with; interview; q a with;
        in conversation with; podcast; episode; ep #; ask me anything; expert corner; my story;
        founder story; talks about; in their own words; article invite; invite; auteur invite;
        contributeur; contribution externe; tribune; entretien avec; interview de; interview d;
        rencontre avec; gastbeitrag; gastartikel; gastautor*; gastblog; im interview; interview mit;
        im gesprach mit; nachgefragt; invitado; autor invitado; articulo invitado; post invitado;
        entrevista a; entrevista con; entrevista; colaboracion; firma invitada; artigo convidado;
        autor convidado; convidado; entrevista com; colaborador; articolo ospite; ospite;
        autore ospite; intervista a; intervista con; intervista; gastauteur; interview met;
        in gesprek met; aan het woord; wpis goscinny; goscinny; artykul goscinny; wywiad z; wywiad;
        rozmowa z; гостевой пост; гостевая статья; приглашенный автор; интервью с; интервью; колонка;
        авторская колонка; 寄稿; ゲスト; インタビュー; 対談; 访谈; 專訪; 专访; 投稿; 客座; 인터뷰;
        기고; rozhovor s; hostujici; intervju med; gastblogg; gjesteinnlegg; haastattelu; vieraskyna;
        interju; interviu cu; roportaj; konuk yazar; wawancara; phong van""",
    "partnership": """certified products; certified partners; certified by; partners; our partners; partner;
        partner program; partner programs; partner directory; integrations; integration;
        integrations with; app marketplace; koppeling*; integracao com; integracion con;
        integration mit; anbindung; marketplace; ecosystem; sponsors; our sponsors; sponsor;
        supporters; our supporters; members; our members; member directory; membership;
        associate members; customers; our customers; clients; our clients; case study; case studies;
        customer story; customer stories; success story; success stories; testimonials; portfolio;
        our work; showcase; affiliates; affiliate program; affiliate programs; resellers;
        accreditation*; certification; accredited; exhibitors; exhibitor; exhibitor list; speakers;
        summit; conference; expo; convention; symposium; agenda; event; events; hackathon;
        media partners; webinar; collaborators; donors; supported by; funded by; alumni;
        stakeholders; affiliations; friends; our friends; works with; startups; cohort; cohort #;
        investors; companies; foerderer; freunde und forderer; portfolio companies; partenaires; nos partenaires;
        partenaire; partenariat*;
        adherents; nos adherents; membres; nos membres; nos clients; references clients;
        nos references; references; realisations; nos realisations; temoignages; soutiens;
        ils nous font confiance; ils nous soutiennent; exposants; salon; mecenes; intervenants;
        evenement*; nos amis; reseau; label*; unsere partner; kooperationspartner; kooperationen;
        mitglieder; mitgliedsunternehmen; mitgliederverzeichnis; sponsoren; forderer; unterstutzer;
        kunden; unsere kunden; referenzen; kundenreferenzen; referenzprojekte; integrationen;
        aussteller; ausstellerverzeichnis; ausstellerliste; referenten; veranstaltung*; messe;
        netzwerk; freunde; zertifizierung; socios; colaboradores; patrocinadores; nuestros socios;
        nuestros clientes; nuestros colaboradores; clientes; miembros; asociados;
        entidades colaboradoras; casos de exito; integraciones; alianzas; convenios; expositores;
        ponentes; congreso; evento; eventos; jornada*; amigos; parceiros; nossos parceiros;
        parcerias; associados; apoiadores; nossos clientes; membros; integracoes; casos de sucesso;
        palestrantes; i nostri partner; partners e; soci; associati; collaborazioni;
        i nostri clienti; clienti; integrazioni; espositori; relatori; convegno; fiera; amici;
        patrocini; onze partners; samenwerking; samenwerkingspartners; leden; onze leden; klanten;
        onze klanten; integraties; exposanten; sprekers; congres; evenement; partnerzy;
        nasi partnerzy; partnerzy strategiczni; patroni; patronat medialny; patroni medialni;
        czlonkowie; klienci; nasi klienci; sponsorzy; integracje; wystawcy; prelegenci; konferencja;
        targi; przyjaciele; партнеры; партнёры; наши партнеры; наши клиенты; клиенты; спонсоры;
        участники; члены; члены ассоциации; интеграции; экспоненты; спикеры; конференция;
        форум участников; друзья; パートナー; 提携; 提携先; 協賛; 加盟店; 会員一覧; 会員企業;
        導入事例; 取引先; 出展者; スポンサー; 連携; 合作伙伴; 合作夥伴; 合作; 客户案例; 成员; 赞助商;
        参展商; 大会; 峰会; 会员单位; 集成; 파트너; 제휴; 협력사; 고객 사례; 후원; 회원사; partneri;
        nasi partneri; clenove; sponzori; reference; partnere; vare partnere; medlemmer;
        samarbejdspartnere; samarbeidspartnere; samarbetspartners; medlemmar; kunder; kumppanit;
        yhteistyokumppanit; jasenet; partnerek; tagok; referenciak; parteneri; membri; ortaklar;
        is ortaklari; uyeler; referanslar; mitra; anggota; doi tac; συνεργατες""",
    "digital_pr": """study finds; study; new study; survey; new survey; poll; report finds; report; annual report;
        new report; research shows; new research; research; statistics; stats; data shows;
        according to; reveals; reveal; analysis; index #; ranking reveals; trends report;
        press release; news release; newsroom; press; media coverage; in the news; in the press;
        announces; launches; raises; acquires; funding; experts say; expert says; warns; exclusive;
        breaking; statistiques; etude; une etude; sondage; enquete; barometre; observatoire;
        selon une etude; communique de presse; communique; revue de presse; presse; lance; leve;
        millions d euros; alerte; arnaque*; studie; neue studie; umfrage; statistik; statistiken;
        analyse; laut; pressemitteilung; pressemeldung; pressespiegel; exklusiv; millionen; estudio;
        un estudio; encuesta; estadisticas; informe; segun; segun un estudio; nota de prensa;
        notas de prensa; comunicado; prensa; sala de prensa; lanza; millones; pesquisa; estudo;
        estatisticas; relatorio; segundo estudo; imprensa; nota de imprensa; comunicado de imprensa;
        na midia; lanca; milhoes; ricerca; uno sondaggio; indagine; statistiche; rapporto; secondo;
        comunicato stampa; rassegna stampa; stampa; lancia; milioni; onderzoek; uit onderzoek;
        cijfers; persbericht; pers; in de media; volgens; miljoen; badanie; badania; z badan; raport;
        statystyki; ankieta; sondaz; wedlug; komunikat prasowy; dla mediow; prasa; исследование;
        опрос; статистика; отчет; отчёт; пресс релиз; пресса; сми; аналитика; эксперты; 調査;
        調査結果; アンケート; 統計; プレスリリース; 報告書; ニュース; 発表; 研究; 调查; 报告; 调研;
        统计; 新闻; 新闻稿; 发布; 融资; 通訊社; 조사; 설문; 통계; 보도자료; 뉴스; 보고서; vyzkum;
        pruzkum; tiskova zprava; undersokning; rapport; pressmeddelande; undersogelse;
        pressemeddelelse; undersokelse; pressemelding; tutkimus; tiedote; kutatas; felmeres;
        sajtokozlemeny; studiu; comunicat de presa; arastirma; anket; basin bulteni; riset; survei;
        siaran pers; nghien cuu; khao sat""",
    "local_citation": """tourismus; turismo; visitor guide; local business*; near me; near you; opening hours;
        contractors in; services in; companies in;
        suppliers in; list of local; phone number; directions; reviews and directions; yellow pages;
        local guide; places to; things to do in; where to eat; local directory; town guide;
        village directory; chamber of commerce; business association; tourist information; tourism;
        horaires; horaires d ouverture; avis et; telephone et adresse; pages jaunes; commerces;
        commercants; artisans; entreprises de; office de tourisme; chambre de commerce;
        association des commercants; offnungszeiten; adresse; telefonnummer; branchenbuch;
        gelbe seiten; ortliche; firmen in; unternehmen in; stadtportal; stadtmarketing;
        gewerbeverein; handwerker in; tourismusverband; horario; horarios; telefono y direccion;
        paginas amarillas; empresas en; negocios en; guia local; guia comercial; camara de comercio;
        asociacion de comerciantes; oficina de turismo; horario de funcionamento; endereco;
        telefone e endereco; empresas em; lojas em; guia da cidade; camara municipal;
        associacao comercial; orari; orari di apertura; indirizzo; pagine gialle; aziende a;
        imprese a; negozi a; guida locale; camera di commercio; pro loco; openingstijden; adres;
        gouden gids; bedrijven in; winkels in; lokale; ondernemersvereniging; vvv; godziny otwarcia;
        telefon; firmy w; uslugi w; panorama firm; izba gospodarcza; часы работы; режим работы;
        адрес; телефон; фирмы; компании города; желтые страницы; 営業時間; アクセス; 店舗情報;
        電話番号; 商工会; 観光協会; 地域情報; 营业时间; 地址; 电话; 本地; 商会; 영업시간; 주소;
        전화번호; oteviraci doba; firmy v; oppettider; abningstider; apningstider; aukioloajat;
        nyitvatartas; program de lucru; calisma saatleri; jam buka; alamat; gio mo cua""",
    "broken_link": """no longer available; discontinued; shut down; has closed; moved to; outdated; page removed;
        link broken; dead link*; link rot; lien mort; liens morts; toter link; tote links;
        enlace roto; enlaces rotos; link quebrado; link interrotto; dode link; martwy link;
        битая ссылка; битые ссылки; リンク切れ; 失效; 死链""",
}

FOLDERS = {
    "resource_page": """resources resource ressources links link liens tools toolbox outils recursos enlaces risorse
        zasoby bibliotheque library bibliography libguides guides-links useful-links documentation
        linksammlung linkliste reading reference references-links toolkit bookmarks-links
        sitographie odkazy""",
    "guest_contribution": """author authors autor auteur autore guest guest-post guest-posts guest-blog contributors
        contributor write-for-us interviews interview podcast podcasts episodes episode gastbeitrag
        gastbeitraege entretiens entrevistas entrevista intervista interviste wywiad wywiady tribune""",
    "partnership": """work integracoes integraciones koppelingen anbindungen integrazioni integracje partners
        partner partenaires partenaire partnerzy parceiros socios sponsors sponsor integrations
        integration marketplace members member-directory customers clients case-studies case-study
        portfolio showcase affiliates exhibitors exposants aussteller expositores event events
        evenements veranstaltungen eventos testimonials referenzen referencias referenties
        realisations references kunden klanten mitglieder adherents leden apps connectors ecosystem
        speakers agenda conference summit""",
    "digital_pr": """pressemitteilung pressemitteilungen communique communiques communiques-de-presse comunicado
        comunicados comunicati persbericht persberichten news press newsroom press-releases
        press-release media actualites actualite actu actus nachrichten aktuelles noticias noticia notizie
        nieuws wiadomosci aktualnosci novosti economie economia wirtschaft business politics
        politique markets finance money tech technology world national local-news lifestyle societe
        gesellschaft sociedad cronaca politica politik lokales regional faits-divers gospodarka kraj binnenland
        economy industry cultura opinion presse prensa stampa pers story stories statistics
        research""",
    "local_citation": """firmen firma-listing commercants artisans negocios-locales gewerbe unternehmensverzeichnis
        local-businesses local-business branches handwerker commerces-locaux biz business businesses
        listing listings place places company companies suppliers supplier venue venues local
        directory-listing firma firmy empresas empresa entreprise entreprises commerces branchenbuch
        unternehmen negocio negocios azienda aziende bedrijf bedrijven location locations
        store-locator service services""",
    "editorial_mention": """blog blogs article articles post posts guides guide how-to learn tutorials tutorial academy
        conseils ratgeber magazin wiki""",
}

SITE_NAMES = {
    "digital_pr": """news times post herald tribune gazette journal magazine daily press radio media chronicle
        observer telegraph express mirror guardian star sun globe examiner reporter bulletin weekly
        monthly today zeitung nachrichten tagblatt anzeiger kurier blatt presse actu actualite echos
        depeche diario noticias periodico prensa jornal noticia folha gazeta correio giornale
        corriere notizie quotidiano gazzetta nieuws krant dagblad courant wiadomosci dziennik
        novosti vesti pravda shimbun shinbun""",
    "partnership": """summit conference conf expo convention congress con forum association society federation
        chamber alliance institute salon messe kongress""",
    "local_citation": """yellow yellowpages local localbusiness pages-jaunes stadt city visit cityguide town village
        chamber biz bizdirectory branchen businessdirectory businesslisting""",
    "resource_page": "libguides awesome resources toolbox",
}

# Words of the link itself and around it.
LINK = {
    "digital_pr": """survey; study; data; report; statistics; research; according to; found that; poll;
        analysis by; etude; sondage; enquete; selon; studie; umfrage; laut; estudio; encuesta; segun;
        informe; pesquisa; estudo; segundo; sondaggio; secondo; onderzoek; volgens; badanie; raport;
        wedlug; исследование; опрос; по данным; 調査; 調査によると; 调查; 报告; 据; 조사; told; said;
        spokesperson; founder of; fondateur de; grunder von; fundador de; fondatore di; expert chez""",
    "guest_contribution": """about the author; author bio; this post was written by; this article was written by;
        this is a guest post by; guest post by; is the founder of; is the ceo of; is the co founder;
        is a writer; is a content; is a marketing; is a freelance; works at; he writes; she writes;
        writes for; blogs at; contributed by; written by; a propos de l auteur; article redige par;
        est le fondateur de; est la fondatrice de; ecrit par; cet article a ete ecrit;
        article invite; uber den autor; uber die autorin; gastbeitrag von; ist grunder;
        ist geschaftsfuhrer*; sobre el autor; es el fundador de; es fundador; articulo escrito por;
        sobre o autor; e fundador; escrito por; l autore; e il fondatore; scritto da; over de auteur;
        is oprichter van; geschreven door; o autorze; jest zalozycielem; napisany przez; об авторе;
        основатель; автор статьи; 寄稿; 著者; この記事は; 作者简介; 关于作者; 저자""",
    "partnership": """our partner; in partnership with; partnered with; sponsored by; powered by; proud sponsor;
        our client; client; integrates with; member of; certified by; in collaboration with;
        partenaire; en partenariat avec; notre partenaire; soutenu par; adherent; logo; logo client;
        logo de; unser partner; in zusammenarbeit mit; in kooperation mit; kunde; gefordert von;
        en colaboracion con; nuestro socio; patrocinado por; cliente; em parceria com;
        nosso parceiro; in collaborazione con; nostro partner; in samenwerking met; onze partner;
        klant; we wspolpracy z; nasz partner; partner; sponsor; в партнерстве с; наш партнер;
        при поддержке; 提携; 協賛; 合作; 赞助; 후원; site by; website by; designed by; design by;
        theme by; site realise par; realise par; webdesign; created by; built by; developed by;
        hosted by""",
    "resource_page": """for more information see; see also; additional reading; further reading; useful site;
        official site; official website; website; visit site; visit website; visiter le site;
        je visite le site; le site de; le site internet de; lien; plus d infos; zur website;
        zur webseite; mehr erfahren unter; sitio web; pagina web; visitar; visitar site;
        visita il sito; sito web; naar de website; bezoek; strona internetowa; przejdz do;
        перейти на сайт; сайт; 公式サイト; サイトへ; 官网; 访问; 공식 사이트""",
    "local_citation": """phone; call us; address; get directions; opening hours; telephone; adresse; horaires;
        telefon; offnungszeiten; direccion; telefono; endereco; telefone; indirizzo; adres; адрес;
        телефон; 電話; 住所; 地址; 电话; 주소""",
    "list_post": """pros; cons; pricing; best for; rating; price; key features; features; starting at; free plan;
        tarif; avantages; inconvenients; vorteile; nachteile; preis; ventajas; desventajas; precio;
        vantagens; preco; vantaggi; prezzo; voordelen; prijs; zalety; wady; cena; плюсы; минусы;
        цена; 料金; 特徴; 优点; 价格; 가격""",
}

# The whole text of a link that leads from an entry of a list to the site.
WEBSITE_BUTTON = """website; visit website; visit site; web site; official site; homepage; home page; site web;
    site internet; voir le site; visiter le site; webseite; zur webseite; internetseite; web; sitio web; pagina web;
    visitar web; visitar; site; visite o site; sito web; sito; vai al sito; naar de website; strona; strona www;
    strona internetowa; www; сайт; перейти на сайт; 公式サイト; ホームページ; 官网; 공식 사이트; hemsida; hjemmeside;
    nettside; kotisivu; web sitesi"""

FOLDER_TYPES = {
    word: [kind for kind, words in FOLDERS.items() if word in words.split()]
    for word in " ".join(FOLDERS.values()).split()
}
