# ruff: noqa: E501 - word lists
"""Words with which mail programs introduce what is quoted, in the languages people answer in. Lower case."""

WROTE = (
    "wrote", "writes", "said", "schrieb", "a écrit", "a ecrit", "écrit", "escribió", "escribio", "escribiste",
    "ha scritto", "scrisse", "scritto", "escreveu", "schreef", "geschreven", "napisał", "napisal", "pisze",
    "написал", "пишет", "писал", "написав", "пише", "skrev", "skriver", "kirjoitti", "napsal", "napísal", "yazdı",
    "tarihinde", "şunları yazdı", "írta", "ezt írta", "a scris",
    "έγραψε", "写道", "寫道", "书き", "書きました", "のメール", "のメッセージ", "作成", "작성", "님이", "đã viết", "menulis", "skrifaði",
    "rašė", "kirjutas", "rakstīja", "napisao", "napisala", "je napisao", "написа", "כתב", "كتب", "เขียน",
    "va escriure", "idatzi",
)  # fmt: skip
OPENS = (
    "on ", "am ", "le ", "el ", "il ", "em ", "op ", "w dniu", "dnia", "den ", "dne ", "dňa", "в ", "on:",
    "in data", "a ", "på ", "på:", "fra ", "from ", "von ", "de ", "da ", "van ", "od ", "vào ", "pada ", "la ",
    "în ", "στις", "tarihinde", "at ", "kl ", "quoting", "zitat von", "citando", "selon", "message du", "begin ",
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "lun", "mar", "mer", "jeu", "ven", "sam", "dim", "mo", "di",
    "mi", "do", "fr", "sa", "so", "ma", "ti", "ke", "to", "pe", "la", "su", "man", "tir", "ons", "tor", "fre",
    "lør", "søn", "lør", "ср", "пн", "вт", "чт", "пт", "сб", "вс", "po", "út", "st", "čt", "pá", "ne", "pon", "wt",
    "śr", "czw", "pt", "sob", "niedz", "seg", "ter", "qua", "qui", "sex", "dom", "mié", "jue", "vie", "sáb", "gio",
    "mar", "wednesday", "thursday", "2", "1", "0", "3", "4", "5", "6", "7", "8", "9", "\"", "<",
)  # fmt: skip
FROM = ("from", "von", "de", "da", "van", "od", "fra", "från", "lähettäjä", "от", "від", "kimden", "gönderen", "feladó", "de la", "από", "差出人", "发件人", "寄件者", "보낸 사람", "보낸사람", "από", "expéditeur", "remitente", "mittente", "remetente", "afzender", "nadawca", "absender", "message du", "message from", "kimdən", "odesílatel", "odosielateľ")  # fmt: skip
FIELDS = {
    "from": FROM,
    "to": ("to", "an", "à", "a", "para", "aan", "do", "til", "till", "vastaanottaja", "кому", "komu", "kime", "alıcı", "címzett", "către", "προς", "宛先", "收件人", "받는 사람", "pour", "destinataire", "destinatario", "destinatário", "per", "empfänger", "ontvanger", "adresat", "for"),
    "subject": ("subject", "betreff", "objet", "asunto", "oggetto", "assunto", "onderwerp", "temat", "emne", "ämne", "aihe", "тема", "předmět", "predmet", "konu", "tárgy", "subiect", "θέμα", "件名", "主题", "主旨", "제목", "sujet", "re"),
    "sent": ("sent", "gesendet", "envoyé", "envoye", "envoyé le", "enviado", "enviado el", "enviado em", "inviato", "verzonden", "wysłano", "wysłane", "sendt", "skickat", "lähetetty", "отправлено", "odesláno", "gönderildi", "gönderilme tarihi", "elküldve", "trimis", "στάλθηκε", "送信日時", "发送时间", "寄件日期", "보낸 날짜", "gesendet am", "envoyée"),
    "date": ("date", "datum", "fecha", "data", "dato", "päivämäärä", "päiväys", "дата", "tarih", "dátum", "dată", "ημερομηνία", "日付", "日期", "날짜", "date d'envoi", "datum und uhrzeit"),
    "cc": ("cc", "kopie", "copie", "copie à", "copia", "cópia", "kopi", "kopia", "копия", "kopie an", "bcc", "cc:", "抄送", "참조", "dw", "do wiadomości"),
    "reply": ("reply-to", "reply to", "antwort an", "répondre à", "responder a", "rispondi a", "importance", "organization", "organisation", "attachments"),
}  # fmt: skip
ORIGINAL = (
    "original message", "original email", "originalmessage", "forwarded message", "ursprüngliche nachricht",
    "originalnachricht", "original-nachricht", "weitergeleitete nachricht", "message d'origine",
    "message d’origine", "message original", "message initial", "message transféré", "message transmis",
    "mensaje original", "mensaje reenviado", "mensagem original", "mensagem encaminhada", "messaggio originale",
    "messaggio inoltrato", "oorspronkelijk bericht", "oorspronkelijke bericht", "origineel bericht",
    "doorgestuurd bericht",
    "wiadomość oryginalna", "oryginalna wiadomość", "wiadomość przekazana", "treść oryginalnej",
    "wiadomość napisana", "oprindelig besked", "oprindelig meddelelse", "opprinnelig melding",
    "originalmeddelande", "ursprungligt meddelande", "videresendt", "vidarebefordrat", "alkuperäinen viesti",
    "välitetty viesti", "původní zpráva", "pôvodná správa", "исходное сообщение", "пересылаемое сообщение",
    "пересланное сообщение", "оригинальное сообщение", "конец пересылаемого", "özgün ileti", "orijinal mesaj",
    "iletilen ileti", "eredeti üzenet", "mesaj original", "αρχικό μήνυμα", "元のメッセージ", "original message", "转发邮件",
    "原始邮件", "原始郵件", "轉寄", "원본 메시지", "전달된 메시지", "tin nhắn gốc", "reply message", "antwortnachricht",
    "start of message", "reply above this line", "antworten sie oberhalb", "missatge original",
)  # fmt: skip
# "Sent from my iPhone" and its cousins; only whole short lines count.
DEVICE = (
    "sent from my", "sent from mail for", "sent from outlook", "sent from yahoo", "sent from gmail",
    "sent from proton", "sent from samsung", "sent from the", "sent with", "sent via", "sent using",
    "get outlook for", "sent on the go", "sent from a mobile", "sent by", "gesendet von", "gesendet mit",
    "von meinem", "diese nachricht wurde von mein", "holen sie sich outlook", "outlook für", "envoyé de",
    "envoyé depuis", "envoyé à partir", "envoyé avec", "télécharger outlook", "obtenez outlook",
    "provenance : courrier", "enviado desde", "enviado con", "enviado do", "enviado a partir", "enviado através",
    "enviado pelo", "enviado de", "obtener outlook", "obter o outlook", "descarga outlook",
    "inviato da", "inviato dal", "inviato con", "scarica outlook", "ottieni outlook", "verzonden vanaf",
    "verzonden met", "verzonden via", "verstuurd vanaf", "verstuurd met", "outlook voor", "download outlook",
    "wysłano z", "wysłane z", "wysłano za", "pobierz outlook", "pobierz aplikację outlook", "skickat från",
    "skickades från", "hämta outlook", "sendt fra", "hent outlook", "få outlook", "lähetetty", "hanki outlook",
    "odesláno z", "odoslané z", "stáhnout outlook", "отправлено с", "отправлено из", "скачать outlook",
    "надіслано з", "iphone'umdan gönderildi", "gönderildi", "outlook'u", "küldve", "trimis de pe", "στάλθηκε από",
    "iphoneから送信", "から送信", "发自我的", "發自我的", "从我的", "나의 iphone", "에서 보냄", "enviat des", "poslano s", "poslané z",
    "gửi từ", "dikirim dari",
)  # fmt: skip
