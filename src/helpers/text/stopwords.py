"""Function words per language, and where each list comes from.

The lists hold the closed word classes of a language (articles, pronouns, prepositions, conjunctions,
particles, auxiliary and modal verbs, a few adverbs of place and degree) and nothing about any subject. They
were written for this project from those classes, so that a reader can tell why a word is in: it belongs to a
class that takes no new members. Reporting verbs ("said", "сказал") are kept apart in `REPORTING`: they are
content in a study of voices.
"""

from __future__ import annotations

_OURS = "written for this project from closed classes: "
SOURCE: dict[str, str] = {
    "en": _OURS + "articles, pronouns, prepositions, conjunctions, auxiliaries",
    "ru": _OURS + "pronouns, prepositions, conjunctions, particles, быть and мочь",
    "uk": _OURS + "pronouns, prepositions, conjunctions, particles, бути and могти",
    "ko": _OURS + "bound nouns, demonstratives, pronouns, auxiliary verbs (particles are never tokens)",
    "zh": _OURS + "structural particles, pronouns, prepositions, conjunctions, copulas",
}

_EN = """
a an the
i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his himself she her
hers herself it its itself they them their theirs themselves who whom whose which what that this these those
one ones someone somebody something anyone anybody anything everyone everybody everything nobody nothing none
each either neither both all any some every no other another such same own few many much more most less least
several enough and or but nor so yet if because although though while whereas unless until since when where
why how whether than as about above across after against along among around at before behind below beneath
beside besides between beyond by despite down during except for from in inside into like near of off on onto
out outside over past per through throughout to toward towards under underneath up upon via with within
without amid am is are was were be been being have has had having do does did doing done will would shall
should can could may might must ought need cannot not never ever also too very just only even still again
already then there here now once quite rather almost however therefore thus hence else indeed perhaps maybe
well i'm i've i'd i'll we're we've we'd we'll you're you've you'd you'll he's he'd he'll she's she'd she'll
it's it'd it'll they're they've they'd they'll that's that'll there's here's what's who's let's isn't aren't
wasn't weren't haven't hasn't hadn't don't doesn't didn't won't wouldn't shan't shouldn't can't couldn't
mightn't mustn't s t re ve ll d m
"""

_RU = """
я меня мне мной мною ты тебя тебе тобой мы нас нам нами вы вас вам вами он его ему им нем она ее ей ею ней
оно они их ими них себя себе собой мой моя мое мои моего моей моих твой твоя твое твои наш наша наше наши
нашего нашей наших ваш ваша ваше ваши вашего вашей ваших свой своя свое свои своего своей своих своим своими
свою этот эта это эти этого этой этому этом этих этим тот та то те того той тому том тех тем такой такая
такое такие который которая которое которые которого которой которых которым которому котором которую
которыми кто кого кому кем что чего чему чем какой какая какое какие каков чей чья чье чьи весь вся все всего
всей всех всем всему всеми каждый каждая каждое любой любая любое другой другая другое другие иной сам сама
само сами самый самая самое самые никто ничто никакой некто нечто некоторый некоторые кто-то что-то какой-то
где-то когда-то как-то кто-либо что-либо кто-нибудь что-нибудь один одна одно одни и а но или либо да ни то
если хотя чтобы потому поэтому так как когда пока где куда откуда зачем почему также тоже однако зато причем
притом ибо словно будто лишь только даже уже еще же ведь ли бы не нет вот вон ну разве именно в во на с со к
ко у о об обо от ото до из изо за под подо над надо при про по для без безо через между среди перед передо
после около вокруг против ради кроме вместо внутри вне сквозь возле благодаря согласно насчет из-за из-под
быть есть был была было были буду будет будем будете будут будешь будучи являться является являются являлся
мочь может могут можем могу мог могла могли можно нельзя нужно надо должен должна должно должны очень более
менее больше меньше тут там здесь сюда туда теперь тогда сейчас потом затем всегда никогда иногда опять снова
почти весьма довольно сразу
"""

_UK = """
я мене мені мною ти тебе тобі тобою ми нас нам нами ви вас вам вами він його йому ним нього вона її їй нею
неї воно вони їх їм ними них себе собі собою мій моя моє мої твій твоя твоє твої наш наша наше наші нашого
нашої наших ваш ваша ваше ваші свій своя своє свої свого своєї своїх своїм своїми свою цей ця це ці цього
цієї цьому цих цим той та те ті того тієї тому тих тим такий така таке такі який яка яке які якого якої яких
яким якому якими хто кого кому ким що чого чому чим чий чия чиє чиї весь вся все всі всього всієї всіх всім
усі усе усіх усього кожен кожна кожне будь-який будь-яка інший інша інше інші сам сама саме самі ніхто ніщо
ніякий дехто дещо деякий деякі хтось щось якийсь десь колись один одна одне одні і й та а але або чи ні якщо
якби хоча щоб тому адже бо так як коли поки де куди звідки навіщо також теж однак проте зате отже лише тільки
навіть вже уже ще ж би б не немає ось он ну хіба в у на з зі із до від од за під над при про по для без через
між серед перед після біля навколо проти заради крім замість всередині поза крізь завдяки згідно щодо о об к
ко бути є був була було були буду буде будемо будете будуть бувши могти може можуть можемо можу міг могла
могли можна не-можна потрібно треба повинен повинна повинно повинні дуже більш менш більше менше тут там сюди
туди тепер тоді зараз потім завжди ніколи іноді знову майже досить відразу
"""

_KO = """
나 저 우리 저희 너 당신 그 그녀 그들 이 저 이것 그것 저것 여기 거기 저기 누구 무엇 어디 언제 어느 어떤 것 거
수 등 때 중 및 또 또는 그리고 그러나 하지만 그래서 그런데 즉 더 가장 매우 다시 이미 아직 모든 각 이번 지난
위하다 대하다 따르다 통하다 하다 되다 있다 없다 이다 아니다 않다 못하다 같다 보다 주다 받다 들 년 월 일
"""

_ZH = """
的 地 得 了 着 过 之 所 者 们 我 我们 你 你们 您 他 他们 她 她们 它 它们 自己 咱们 这 那 这个 那个 这些 那些
这里 那里 此 其 该 某 每 各 什么 谁 哪 哪里 哪些 怎么 怎样 如何 为何 多少 几 和 与 及 以及 或 或者 并 并且 而
而且 但 但是 却 虽然 尽管 因为 所以 因此 由于 如果 若 则 就 才 也 都 还 又 再 很 更 最 太 非常 已 已经 正
正在 将 会 能 能够 可 可以 可能 应 应该 必须 要 不 没 没有 无 非 未 是 为 有 在 从 自 自从 到 向 往 对 对于
关于 于 以 由 被 把 将 使 让 给 跟 同 比 按 按照 根据 通过 经 随着 除 除了 等 等等 一 一个 一些 上 下 中 里
内 外 前 后 间 时 个
"""

WORDS: dict[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {"en": _EN, "ru": _RU, "uk": _UK, "ko": _KO, "zh": _ZH}.items()
}

REPORTING: dict[str, frozenset[str]] = {
    "en": frozenset("say tell add note state declare stress announce report".split()),
    "ru": frozenset("сказать говорить заявить отметить добавить подчеркнуть сообщить рассказать".split()),
    "uk": frozenset("сказати казати заявити зазначити додати наголосити повідомити розповісти".split()),
    "ko": frozenset("말하다 밝히다 전하다 강조하다 덧붙이다".split()),
    "zh": frozenset("说 表示 指出 强调 称 报道".split()),
}
