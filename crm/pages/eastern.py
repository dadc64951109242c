"""Bylines of Japanese, Chinese and Korean pages: credits before and after the name. Pure.

Names there have no capital letters to know them by, so a credit counts only with a name of the usual build: Korean
and Chinese ones begin with a usual surname, Japanese ones hold characters of names and not kana alone.
"""

import re

_KO_SURNAMES = "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민나진지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국어은편용"  # noqa: E501
_ZH_SURNAMES = "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何高林罗羅郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭曾肖萧蕭田董袁潘于蒋蔣蔡余杜叶葉程苏蘇魏吕呂丁任沈姚卢盧姜崔钟鍾谭譚陆陸汪范金石廖贾賈夏韦韋付方白邹鄒孟熊秦邱江尹薛闫阎段雷侯龙龍史陶黎贺賀顾顧毛郝龚龔邵万萬钱錢严嚴武戴莫孔向汤湯温溫康施文牛樊葛邢安齐齊易乔喬伍庞龐颜顏倪庄莊聂聶章鲁魯岳翟殷詹申欧歐耿关關兰蘭焦俞左柳甘祝包宁寧尚符舒阮柯纪紀梅童凌毕畢单單季裴霍涂成苗谷盛曲翁冉骆駱蓝藍路游辛靳管柴蒙鲍鮑华華喻祁蒲房滕屈饶饒解牟艾尤阳陽时時穆农農司卓古吉缪繆简簡车車项項连連芦麦麥褚娄婁窦竇戚岑景党宫宮费費卜冷晏席卫衛米柏宗瞿桂全佟应應臧闵閔苟邬鄔边邊卞姬师師和仇栾欒隋商刁沙荣榮巫寇桑郎甄丛叢仲虞敖巩鞏明佘池查麻苑迟遲邝"  # noqa: E501
_KO = re.compile(
    rf"(?:^|[\s|·/=(\[])(?P<name>[{_KO_SURNAMES}][가-힣]{{1,2}})\s*(?:선임|수습|인턴|객원|전문|책임)?\s*"
    r"(?:기자|특파원|논설위원|칼럼니스트|에디터)(?![가-힣])"
)
_KO_LEAD = re.compile(rf"(?:글쓴이|작성자|글|지은이)\s*[:：|]\s*(?P<name>[{_KO_SURNAMES}][가-힣]{{1,2}})(?![가-힣])")
_ZH = re.compile(
    r"(?:(?:^|[\s|丨·　（(])(?:作者|撰文|撰稿|文字|文|本报记者|本報記者|特约记者|记者|記者))\s*[:：/／|丨]?\s*"
    rf"(?P<name>[{_ZH_SURNAMES}][\u4e00-\u9fff]{{1,2}}|(?:欧阳|歐陽|司马|司馬|诸葛|上官|司徒)[\u4e00-\u9fff]{{1,2}})"
    r"(?=$|[\s|丨·　）)，,/／、。:：]|报道|報導|发自|摄)"
)
_KANJI = r"[\u3400-\u9fff々〆ヶ]"
_JA_NAME = (
    rf"(?:{_KANJI}{{1,4}}[ \u3000]?(?:{_KANJI}{{1,4}}|[\u3041-\u309f]{{2,5}}|[\u30a1-\u30ff]{{2,6}})|{_KANJI}{{3,6}})"
)
_JA = re.compile(
    r"(?:^|[\s　（(【\[|｜/／])(?:取材[・･]?(?:・|&|と)?文|取材[・･]執筆|構成[・･]文|文[・･](?:構成|写真|撮影)|文|"
    r"執筆(?:者)?|著者|筆者|ライター|書き手|記者|寄稿)"
    rf"\s*[:：・･／/|｜=＝]\s*(?P<name>{_JA_NAME})(?=$|[\s　、。／/|｜（(）)＠@]|さん|氏|写真|撮影)"
)
_JA_ROLE = re.compile(r"編集|株式|会社|協会|事務|運営|委員|大学|スタッフ|取材|写真|撮影|本社|支局|新聞|通信")


def byline(lines: list[str]) -> str | None:
    """The person credited in one of these short lines, or None."""
    for line in lines:
        if len(line) > 160:
            continue
        for pattern in (_JA, _ZH, _KO, _KO_LEAD):
            found = pattern.search(line)
            if found and not _JA_ROLE.search(found.group("name")):
                return " ".join(found.group("name").split())
    return None
