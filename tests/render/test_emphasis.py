"""Emphasis beside Chinese, Japanese and Korean, whole and letter by letter."""

import re

import pytest
from markdown_it import MarkdownIt
from rich.style import Style

from tests.render.examples import examples
from tests.support.thorough import some
from tui_chat.render.document import Document, render
from tui_chat.render.emphasis import use_flanking
from tui_chat.render.line import Line
from tui_chat.render.styles import dark

PALETTE = dark()
WIDTH = 200


def marked(lines: list[Line]) -> str:
    """What is drawn, with a tag wherever its emphasis changes."""
    text, now = "", ""
    for segment in (segment for line in lines for segment in line.segments):
        style = segment.style or Style.null()
        look = "".join(tag for tag, on in (("b", style.bold), ("i", style.italic), ("s", style.strike)) if on)
        text += "" if look == now else f"</{now}>" * bool(now) + f"<{look}>" * bool(look)
        text, now = text + segment.text, look
    return text + f"</{now}>" * bool(now)


CHINESE = [
    ("这是**「重要」**的。", "这是<b>「重要」</b>的。"),
    ("这是**“重要”**的。", "这是<b>“重要”</b>的。"),
    ("**该星号会被识别。**这是因为规则。", "<b>该星号会被识别。</b>这是因为规则。"),
    ("请看**《红楼梦》**这本书", "请看<b>《红楼梦》</b>这本书"),
    ("价格为**￥100**元", "价格为<b>￥100</b>元"),
    ("他说：**“你好。”**然后走了", "他说：<b>“你好。”</b>然后走了"),
    ("**注意（重要）**：不要", "<b>注意（重要）</b>：不要"),
    ("**注意(重要)**不要", "<b>注意(重要)</b>不要"),
    ("我可以强调**这个`code`**吗", "我可以强调<b>这个code</b>吗"),
    ("版本**v1.0.**发布", "版本<b>v1.0.</b>发布"),
    ("增长**50%**以上", "增长<b>50%</b>以上"),
    ("共**$5**元", "共<b>$5</b>元"),
    ("第一，**甲**、**乙**、**丙**。", "第一，<b>甲</b>、<b>乙</b>、<b>丙</b>。"),
    ("**甲。****乙。**", "<b>甲。****乙。</b>"),
    ("*（斜体）*字", "<i>（斜体）</i>字"),
    ("***「都有」***的", "<bi>「都有」</bi>的"),
    ("~~删除的文字（带括号）。~~这", "<s>删除的文字（带括号）。</s>这"),
    ("这~~（删）~~里", "这<s>（删）</s>里"),
    ("**~~「A」~~**的", "<bs>「A」</bs>的"),
    ("**[链接](https://a.example)**后面", "<b>链接</b>后面"),
    ("前**[链接](https://a.example)**", "前<b>链接</b>"),
    ("_注意_：事项", "<i>注意</i>：事项"),
    ("__注意__：注意事项", "<b>注意</b>：注意事项"),
    ("注意：__注意事项__", "注意：<b>注意事项</b>"),
    ("**全角，**！", "<b>全角，</b>！"),
    ("１**（２）**３", "１<b>（２）</b>３"),
    ("Ａ**！**Ｂ", "Ａ<b>！</b>Ｂ"),
]
JAPANESE = [
    ("**「A」**なので**「B」**", "<b>「A」</b>なので<b>「B」</b>"),
    (
        "**このアスタリスクは強調記号として認識されます。**この文のため。",
        "<b>このアスタリスクは強調記号として認識されます。</b>この文のため。",
    ),
    ("**この文を(強調)**できます", "<b>この文を(強調)</b>できます"),
    ("これは**「重要」**です。", "これは<b>「重要」</b>です。"),
    ("これは*「重要」*です。", "これは<i>「重要」</i>です。"),
    ("。**強調**。", "。<b>強調</b>。"),
    ("ﾊﾝｶｸ**｢ｶﾅ｣**ﾃﾞｽ", "ﾊﾝｶｸ<b>｢ｶﾅ｣</b>ﾃﾞｽ"),
    ("太郎は\u3000**「やあ」**\u3000と言った", "太郎は\u3000<b>「やあ」</b>\u3000と言った"),
    ("太郎は\u3000**\u3000やあ**と", "太郎は\u3000**\u3000やあ**と"),
    ("カタカナ**・中黒・**です", "カタカナ<b>・中黒・</b>です"),
    ("**長音ー**です", "<b>長音ー</b>です"),
    ("波**〜ダッシュ〜**です", "波<b>〜ダッシュ〜</b>です"),
    ("湾岸の**46%**を", "湾岸の<b>46%</b>を"),
    ("㊙**(㊗)**㊙", "㊙<b>(㊗)</b>㊙"),
    ("禰󠄀**(ね)**豆子", "禰󠄀<b>(ね)</b>豆子"),
    ("葛︀**(くず)**です", "葛︀<b>(くず)</b>です"),
    ("正體字。︁_Traditional._", "正體字。︁<i>Traditional.</i>"),
    ("简体字。︀__Simplified.__", "简体字。︀<b>Simplified.</b>"),
    ("“︁**(中)**”︁", "“︁<b>(中)</b>”︁"),
    ("中文“︁**文**“", "中文“︁<b>文</b>“"),
    ("𠮟**(しか)**る", "𠮟<b>(しか)</b>る"),
    ("**𰻞𰻞麺。**が", "<b>𰻞𰻞麺。</b>が"),
]
KOREAN = [
    ("**이 용어(This term)**를 강조해 주세요.", "<b>이 용어(This term)</b>를 강조해 주세요."),
    ("패키지를 발행하려면 **`npm publish`**를 실행하십시오.", "패키지를 발행하려면 <b>npm publish</b>를 실행하십시오."),
    ("이것은**'중요'**합니다", "이것은<b>'중요'</b>합니다"),
    ("가격은**₩100**입니다", "가격은<b>₩100</b>입니다"),
    ("~~삭제(취소선)~~입니다", "<s>삭제(취소선)</s>입니다"),
    ("ᄒᆞᆫ**(한)**글", "ᄒᆞᆫ<b>(한)</b>글"),
]
UNCHANGED = [
    ("2**3**4", "2<b>3</b>4"),
    ("snake_case_name", "snake_case_name"),
    ("__init__.py and a__b__c", "<b>init</b>.py and a__b__c"),
    ("漢字_強調_漢字", "漢字_強調_漢字"),
    ("a**(b)**c", "a**(b)**c"),
    ('a*"b"*c', 'a*"b"*c'),
    ("a * b * c", "a * b * c"),
    ("*(a)* b", "<i>(a)</i> b"),
    ("**a.**b", "**a.**b"),
    ("é**(b)**é", "é**(b)**é"),
    ("“**a**”", "“<b>a</b>”"),
    ("a**“b”**c", "a**“b”**c"),
    ("😀**(b)**c", "😀**(b)**c"),
    ("a**😀**b", "a**😀**b"),
    ("a~~(b)~~c", "a~~(b)~~c"),
    ("~~a~~ b", "<s>a</s> b"),
    ("** 漢字 **", "** 漢字 **"),
    ("漢字** 漢字**", "漢字** 漢字**"),
    ("5*3*2 и **да**.", "5<i>3</i>2 и <b>да</b>."),
    ("`**「A」**`", "**「A」**"),
    ("\\*\\*「A」\\*\\*", "**「A」**"),
]
SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""They choose the shape of the letter before them; none of them is drawn."""

CASES = [(text, SELECTORS.sub("", wanted)) for text, wanted in (*CHINESE, *JAPANESE, *KOREAN, *UNCHANGED)]


@pytest.mark.parametrize(("text", "wanted"), CASES)
def test_emphasis_begins_and_ends_where_a_reader_expects_it(text: str, wanted: str) -> None:
    assert marked(render(text, WIDTH, PALETTE)) == wanted


@pytest.mark.parametrize(("text", "wanted"), CASES)
def test_a_text_that_comes_letter_by_letter_ends_like_the_whole(text: str, wanted: str) -> None:
    document = Document(WIDTH, PALETTE)
    for letter in text:
        document.feed(letter)
        document.update()
    document.finish()
    document.update()
    assert marked(document.lines) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"), [(text, wanted) for text, wanted in CASES if not set("*_~\\`[]") & set(wanted)]
)
def test_marks_of_emphasis_never_blink_while_they_are_typed(text: str, wanted: str) -> None:
    """At every cut the words so far are shown, emphasised as at the end, and no mark is."""
    letters = re.sub("<[^>]*>", "", wanted)
    document = Document(WIDTH, PALETTE)
    for letter in text:
        document.feed(letter)
        document.update()
        plain = "".join(line.plain for line in document.lines)
        assert letters.startswith(plain), (text, plain)


def test_the_examples_of_the_specifications_are_as_before() -> None:
    """None of them has emphasis beside these scripts, so every tag is where CommonMark has it."""
    markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    use_flanking(markdown)
    tags = re.compile(r"</?(?:em|strong)>")
    for example in some(examples(), 3):
        assert tags.findall(markdown.render(example.markdown)) == tags.findall(example.html), example


def test_unassigned_and_broken_characters_are_no_punctuation() -> None:
    for char in ("\ud800", "\u0378", "\ufe0f", "\ufe00", ""):
        for mark in ("*", "_", "~~"):
            render(f"{char}{mark}a{mark}{char}", WIDTH, PALETTE)
