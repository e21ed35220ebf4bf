"""The patterns of the clause: what stands before and behind a number, compiled once from the word lists."""

from __future__ import annotations

import re

from nianbao.extraction.lexicon import first_char_lookahead, trie_pattern, words

_CHANGES = words("changes")
_RANKS = words("ranks")
_VERBS = words("verbs")
_WORDS = words("words")

UP = frozenset(_CHANGES["up"])
DOWN = frozenset(_CHANGES["down"])
_CHANGE = rf"(?:{trie_pattern(w for w in UP | DOWN if len(w) > 1)}|(?<![新净倍翻添总])[增升涨降减跌])"
_CHANGE_ADVERB = trie_pattern(_CHANGES["adverbs"])
FLOW = trie_pattern(_VERBS["flow"])

YEAR = r"(?:19|20)\d\d年(?:度|(?=[^\d]))"
_PLAN = r"[“\"]?(?:一五|二五|三五|四五|五五|六五|七五|八五|九五|十五|十一五|十二五|十三五|十四五|十五五)[”\"]?"
_TIME = (
    r"(?:(?:截至|截止|截止到|到|至|自|从|在|于|据统计)?(?:(?:19|20)\d\d年(?:\d{1,2}月(?:\d{1,2}日|底|末)?|[上下]半年|全年|年?[底末初中]|(?:第?[一二三四1-4]|前三)季度|\d{1,2}[-~至到]\d{1,2}月份?)?|"
    r"今年|去年|上年|明年|前年|当年|本年|年底|年末|年初|目前|现在|\d{1,2}月(?:\d{1,2}日)?(?:底|末|份)?|\d{1,2}[-~至到]\d{1,2}月份?|[上下]半年|全年|年内|年末|[一二三四]季度|前三季度|期末|岁末)"
    r"(?:以来|期间|底前?|末|初|止|为止|前|中|里|间|时)?|"
    rf"(?:过去|近|这|最近|未来|今后|前)?(?:[一两二三四五六七八九十]|\d+)(?:多)?年(?:来|间|时间里?|多来)|(?:过去|近|这|未来|今后)(?:[一两三四五])年|(?:{_PLAN})(?:以来|期间|时期|末|期末|规划期|时期末)?|任期内|"
    r"一年来|五年来|几年来|多年来|历年|连年|近年来?|本届政府(?:任期内|以来)?|期间|以来)(?:我们|，|,)?"
)
_SAFE_ADVERBS = tuple(
    w
    for w in _WORDS["adverbials"]
    if len(w) > 1
    and w
    not in (
        "基本",
        "实际",
        "重点",
        "主动",
        "集中",
        "累计",
        "通过",
        "组织",
        "联合",
        "共同",
        "包括",
        "主要",
        "初步",
        "平均",
        "日均",
        "年均",
        "牵头",
        "计划",
        "针对",
        "提前",
        "年度",
        "本年度",
        "继续",
    )
)
_SCOPE = trie_pattern(_WORDS["scopes"])
# What a time begins with, and what the short words of a lead do that are in no list.
_TIME_SIGNS = r"\d截到至自从在于据今去上明前当本年目现下全期岁过近这最未一二三四五六七八九十两几多历连任以“\""
_LEAD_SIGNS = (
    r"\s(，、：:,；\-—①②③④⑤⑥⑦⑧⑨基集主共已还并也又再另其含则均有拟将要可对把向为使让仅只我平继提计"
    "首处办审结市区县州省旗第"
)
_LEAD_OPENING = first_char_lookahead((*_WORDS["scopes"], *_SAFE_ADVERBS), _TIME_SIGNS + _LEAD_SIGNS)
# Words at the beginning of a clause that are no part of what is measured.
LEAD = re.compile(
    rf"{_LEAD_OPENING}(?:(?=[{_TIME_SIGNS}]){_TIME}|(?P<scope>{_SCOPE})(?!(?<=内)外|第|首|性|平均|最|领先|统一|口径|各级各|域|委|联网)(?:范围内|上下|人民)?|(?![按及][时期][\u4e00-\u9fff]{{2}}率)(?:{trie_pattern(_SAFE_ADVERBS)})(?![率性度化量额值])|基本(?=完成|实现|建成|形成|消除|建立|解决)|集中(?=[开签整])|主要(?=[有是])|"
    r"(?:共(?!建|享|治|产|管|青|富|有产|同|识|办(?![理结])|创|性)|已|还|并(?!网|购)|也|又|再(?!生|就|融|贷|担|保|制)|另|其中|含(?=[新省市县区])|则|现(?!代|金|有|场|役|行)|(?:共|现|还|均)?有(?=[\u4e00-\u9fff]{2})(?!效|关|机|限|序|色|偿|害|益|利|线|轨|望|力|色|毒|氧)|拟(?!上市)|将|要(?!素)|可(?!再|支|持|研|比)|对(?!外|口|接|标|台)|把|向|为(?!民)|使(?!用|命|馆|得)|让(?!利|渡)|仅|只|我们|我(?=[市区县省国们])|平均(?=[^工年寿预每])|"
    r"继续|提前|(?:并|已)?连续(?:\d+|[一二两三四五六七八九十多几]+)(?:年|届|次|个季度|个月)|(?:[两三四五六七八九十]|\d{1,2})年(?=年均|平均|增加|增长|累计|共|新增|新建|完成|建成|投入|拆除|改造|减|翻|接近|$)|计划(?=[^生单执])|\d{1,3}[.．、](?=[^\d])|\((?:\d{1,2}|[一二三四五六七八九十]{1,3})\)|[，、：:,；\-\s]|——|①|②|③|④|⑤|⑥|⑦|⑧|⑨|[一二三四五六七八九十]是|一方面|另一方面|首先|其次|(?:[处办审][理结])?结果(?:分别)?[为是]|[市区县州省旗](?:人民)?政府(?=共|全年|累计)|第[一二三四五六七八九](?:，|步)))+"
)
_LIGHT_OPENING = first_char_lookahead(_VERBS["light"], "是预完")
LIGHT = re.compile(
    rf"{_LIGHT_OPENING}(?:(?!计划生育|计划单列|实际|使用|目标考核|促进会|保障性|保障房|引导基金|推动力|带动就业|预期寿命|创造性|让利|确定性|保持力){trie_pattern(_VERBS['light'])}|是(?![“否])|预计|完成(?=(?:地区|本区|本市|固定|全社会|规模|规上|外贸|进出|社会|一般|工业|税收|财政|公共|GDP|生产总值|全口径|本级)))+"
)

# Words between what is measured and the number.
_COPULA = r"(?<![签预节契履违集合制许认])" + trie_pattern(_WORDS["copulas"])
_ARRIVAL = rf"(?:{_CHANGE}|{trie_pattern(_CHANGES['moves'])})(?:到|至|成|为|在)"
_COPULA_OPENING = first_char_lookahead(
    (*UP, *DOWN, *_CHANGES["moves"], *_WORDS["copulas"]), "跌同再也进均都分已将可大逐稳首全统由从力基累"
)
COPULA_END = re.compile(
    rf"{_COPULA_OPENING}(?:(?:同比|再|也|进一步|均|都|分别|已|将|可|大幅|逐步|稳步|首次|全部|统一|由|从|力争|基本|累计)*(?:{_ARRIVAL}|{_COPULA}))+$"
)
ARRIVAL_END = re.compile(rf"{_ARRIVAL}(?:了|约|近|以上|超过?|不低于|不超过)?$")
_CHANGE_OPENING = first_char_lookahead((*UP, *DOWN, *_CHANGES["adverbs"]), "跌(（")
CHANGE_END = re.compile(
    rf"{_CHANGE_OPENING}(?:{_CHANGE_ADVERB}|[（(]下同[)）])*(?P<verb>{_CHANGE})(?:了|约|近|超过?|达到?|逾|幅度?(?:达到?|为|超过?)?|不低于|不超过|不少于|至少|突破|高达|为|分别达到?|力争达到|目标为|(?:控制|保持|稳定|维持)?在|超出|接近|预计|预计为)?$"
)
_CHANGE_NOUN_OPENING = first_char_lookahead((*_CHANGES["nouns_up"], *_CHANGES["nouns_down"]), "年平同名实自可累复分(按")
CHANGE_NOUN_END = re.compile(
    rf"{_CHANGE_NOUN_OPENING}(?:(?P<adverb>(?:年均|平均|同比|名义|实际|自然|可比|年平均|累计|复合|分别|(?<![一二两三四五六七八九十多几\d])年|[(]下同[)]|(?:按照?)?同口径|按照?可比价格?(?:计算)?|按照?不变价格?(?:计算)?)*)(?P<noun>(?!(?<=自然)增长率){trie_pattern(_CHANGES['nouns_up'])})(?:(?:目标|预期|预期目标)?(?:分别|均|都|约|已|将|可|预计|力争|确保|只有?|仅|高|多)*(?:达到?|为|约|超过?|突破|高达|是|在|保持在?|控制在|稳定在|维持在|设定为|定为|不低于|不超过|接近|有|回升到|回升至|提高到|降到|达)?)$"
    rf"|(?P<adverb2>(?:年均|平均|同比|累计)*)(?P<fall>{trie_pattern(_CHANGES['nouns_down'])})(?:(?:分别|均|都|约|已|将|预计|仅)*(?:达到?|为|约|超过?|高达|是|在|控制在|扩大到|收窄到)?)$)"
)
COMPARISON = re.compile(
    r"(?:按?同口径|按?可比口径|可比价)?(?:相比|(?<![可占])比|较|与|同|跟)(?!亚迪)(?P<base>[^，、；。]{0,6}?(?:上一?年度?|去年|前年|往年|上年度?|同期|(?:19|20)\d\d年|“?(?:十五|[九八七]五|十[一二三四]五)”?|年初|期初|期末|五年前|十年前|计划|预期|目标|预算|基期|全国|全省|全市|平均|法定(?:办理)?(?:时限|期限)|疫情前|改革前|以往|原来|之前|上期|上届|第[一二三四]季度|[一二三四]季度))(?P<rest>[^，、；。]{0,12}?(?:同期|相比|水平|时|末|底|数|期末)?)(?=，|,|、|$|同比|(?<!平)均|分别|又|再|还|也|多|净|略|大幅|翻|增|减|提|下|上|降|升|高|低|缩|压|扩|精|少|回|快|跃)"
)
SAME_SCOPE = re.compile(r"同口径|可比口径")
AVERAGE = re.compile(r"年均|年平均|年递增|年度?复合|年复合|平均每年|每年(?:递增|增长)|两年平均|三年平均")

# The signs that those endings can end with: looked at first, most heads are spared the search.
CHANGE_LAST = frozenset(
    word[-1] for name in ("up", "down", "nouns_up", "nouns_down") for word in _CHANGES[name]
) | frozenset("了约近过超到达逾度为破出计于少至在有低定持升高降标期均都已将争保只仅多是制接预")
COPULA_LAST = frozenset(word[-1] for word in _WORDS["copulas"]) | frozenset("到至成为在")

RANK_END = re.compile(
    rf"(?P<lead>{trie_pattern(_RANKS['standing_in'])})全[国省市区县][^，、；。()]{{1,8}}(?:\([^()]{{1,8}}\))?$"
    r"|(?:(?:连续(?:\d+|[一二两三四五六七八九十多几]+)(?:年|届|次|个季度|个月)"
    rf"|{trie_pattern(_RANKS['steadily'])})*(?:{trie_pattern(_RANKS['standing'])})*"
    rf"(?:全[国省市区县球州](?:的)?|(?:世界|全球|全国|全省)[^，、；。]{{0,8}}(?:{trie_pattern(_RANKS['venues'])})|"
    rf"世界|亚洲|国内|省内|[^，、；。]{{0,4}}?(?:{trie_pattern(_RANKS['among'])}))?(?:排名|名次|的|均|列|居|排|位列|第)*)$"
)
# 比2019年的|128件: the number is what another was compared with
BASE_END = re.compile(
    r"(?:[比较]|(?<![参涉])[与和同])(?P<of>上一?年度?|去年|(?:19|20)\d\d年)(?:(?:同期|底|末)?的|同期)$"
)
BARE_BASE = re.compile(r"[比较](?:上年|去年|(?P<year>(?:19|20)\d\d)年)$")
CHANGE_BEHIND = re.compile(rf"(?:同比|又|再)?{_CHANGE}")
# 每立方米|35微克: part of the unit, and printed before it
UNIT_BEFORE = re.compile(r"每(?:立方米|平方米|平方公里|公斤|升|亩|[人户生][每年月次天日]{0,2}|月|年)$")
MOST_END = re.compile(r"(?:数量|占比|件数|案件)?(?:最多|居多|为主)$")
ORDINAL_END = re.compile(r"(?:全[国省市区县])?(?:第[一二三四五][批期]|首[批个期条座家支])$")
GOAL_END = re.compile(r"(?:超额)?(?:完成|实现)了?[^，、；。]{0,8}(?:目标|任务|计划|预算)(?:任务|数|值|总数)?的$")
FROM_END = re.compile(
    r"(?:由|从)(?:(?:19|20)\d\d年(?:底|末|初)?|“[^”]*”(?:期?末|初|时期)?|(?:上年|去年|年|期)(?:末|底|初)?|原来|以前|过去|之前|改革前)?的?$|(?:由|从)[^，、；。由从]{1,8}的$"
)
RISE = re.compile(
    rf"\s*(?:{_TIME})?(?:(?:进一步|大幅|迅速|快速|逐步|稳步|一举|已)*(?:{_CHANGE}|压|减|扩|调整|发展|跃升|增|降|升|缩|上升|提|翻|扩展|扩充|回升|拓展|优化|演进|演变|跃|变|转变|变|攀升|改|恢复|调高|调低)?(?:到|至|为|成))"
    r"(?:了)?(?:(?:19|20)\d\d年的?|去年的|今年的|目前的|现在的|近|约|超|超过|接近)?"
    r"(?:每立方米|每[人户生][每年月次天日]{0,2}|每[月年])?$"
)

_VERBS_ALONE = (*_VERBS["flow"], *_VERBS["single"], *_VERBS["outcomes"], *_VERBS["beside"])
VERB_ONLY = re.compile(rf"{first_char_lookahead(_VERBS_ALONE)}(?:{trie_pattern(_VERBS_ALONE)})+$")
NOT_COPULA = frozenset(_WORDS["not_copulas"])
FOR_YEARS_END = re.compile(r"(?:并|已|且)?连续(?:\d+|[一二两三四五六七八九十多几]+)(?:年|届|次|个季度|个月)$")
TRAILING_PLACE = re.compile(
    r"在[^，、；。在]{2,14}?(?:中|里|城市|范围内|各区|各市|内)(?:率先|首次|首个|排名|最先|位居|名列)*$"
)
_RELATIONAL_OPENING = first_char_lookahead(_WORDS["relational"], "累完实其的共平新全年该上合协")
RELATIONAL = re.compile(
    rf"{_RELATIONAL_OPENING}(?:(?:累计|完成|实现|其|的|共|平均|新增|全区|全市|全年|年|实际|该|上述|合同|协议)*(?:{trie_pattern(_WORDS['relational'])})(?:的|约|累计|共)?$"
    r"|平均每个?[^，、；。每]{1,6}(?:[(][^()]{1,6}[)])?(?:拥有|配备|有|达)?$)"
)
VERB_LEAD = re.compile(
    rf"{first_char_lookahead(_VERBS['flow'])}(?!生产(?:安全|总值|性|力|线|资料|要素))(?:{FLOW})+(?![类型性率量额费度者员业权])"
)
# 建档立卡, 服务中心, 建设项目完成…: a verb inside a noun
_NOUN_OF_VERB = (
    r"建档立卡|[\u4e00-\u9fff]{2}(?:中心|基地|平台|机构|站|团队|大厅|窗口|网点)"
    r"|[\u4e00-\u9fff]{2}(?:项目|工程)(?=[\u4e00-\u9fff]{2})"
)
_MODIFIED = "".join(rf"(?<!{word})" for word in _WORDS["modifying"])
VERB_INSIDE = re.compile(
    rf"{first_char_lookahead((*_VERBS['flow'], *UP, *DOWN), '跌')}(?!{_NOUN_OF_VERB}){_MODIFIED}(?:{FLOW}|{_CHANGE})"
)
SHARE_OF = re.compile(
    r"恢复[到至](?:19|20)\d\d年(?:同期|水平|的)*|(?:数量|总量|增量|规模|产值|增加值|金额|面积|收入|投资)?(?:约)?占(?!地面积|地约|用|有率|领|位|补)|(?:超额)?(?:完成|实现)了?[^，、；。]{0,6}(?:目标|任务|计划|预算)"
)
LOCATIVE = re.compile(
    r"(?=[在并已且连首再继双一整总])(?:在[^，、；。]{1,16}(?:中|上|里|方面|下|内|期间)(?:的|中)?$|(?:并|已|且)?连续(?:\d+|[一二两三四五六七八九十多几]+)(?:年|届|次|个季度|个月|度)(?:以来)?$|(?:首次|再次|继续|双双|一直|整体|总体)$)"
)
LIST_MARK = re.compile(r"、|(?<=[\u4e00-\u9fffA-Z”》])(?:和|与|及|以及|暨)(?=[\u4e00-\u9fffA-Z“《])")
ENUMERATED = re.compile(r"[等]$")
OF_WHICH = re.compile(r"其中|包括|含")
TAILS = re.compile(rf"(?:{trie_pattern(_WORDS['tails'])}|[^、和与及，]{{2}}[率额量度])$")
FRONTS = re.compile(rf"(?:{trie_pattern(_WORDS['fronts'])})")
CAUSE = re.compile(r"(?:受|因)[^，；。]{2,20}?(?:影响|拖累|带动|冲击)(?:等)?")
BY_SCOPE = re.compile(
    r"(?:按)?(?:同口径|自然口径|可比口径|可比价格?|不变价)(?:计算)?|(?:剔除|扣除)[^，。；]{2,16}?(?:因素|影响|口径|价格)(?:后|外)?|不含[^，。；]{2,8}"
)
BY_SCOPE_END = re.compile(r"[，,]?(?:按照?|以)(?:同口径|可比口径|可比价格?|不变价格?|现价)(?:计算)?$")
POINTS_END = re.compile(
    r"(?P<more>高于?|高出|快于?|多)(?P<whom>[^，、；。]{0,14}?)$|(?P<less>低于?|慢于?|慢|少)(?P<whom2>[^，、；。]{0,14}?)$"
)
CLOSING_UNIT = re.compile(rf"(?:{trie_pattern(words('units')['closing'])})$")
NOUN_TAIL_STOP = re.compile(r"[，,；;：:。、（(）)]")
