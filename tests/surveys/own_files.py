"""A small questionnaire of an organisation's own, as the bytes of its file."""

TEMPLATE = """
code = "{code}"
version = "{version}"
languages = ["en", "zh"]
name.en = "Calm and clear"
name.zh = "从容与清晰"

[scale]
min = 1
max = 5
labels.en = ["never", "rarely", "sometimes", "often", "always"]
labels.zh = ["从不", "很少", "有时", "经常", "总是"]

[[dimensions]]
code = "CALM"
name.en = "Calm"
name.zh = "从容"

[[dimensions]]
code = "GOAL"
module = "GOAL"
name.en = "Goals"
name.zh = "目标"

[[items]]
code = "CALM1"
dimension = "CALM"
text.en = "{words}"
text.zh = "我们有时间思考。"

[[items]]
code = "CALM2"
dimension = "CALM"
reverse_keyed = true
text.en = "We are in a hurry."
text.zh = "我们总在赶时间。"

[[items]]
code = "GOAL1"
dimension = "GOAL"
text.en = "Our goals are clear."
text.zh = "我们的目标很清楚。"

[[outcomes]]
code = "STAY"
text.en = "I would stay."
text.zh = "我愿意留下。"
sensitive = true

[[comments]]
code = "CMT1"
text.en = "What helps?"
text.zh = "什么有帮助？"
"""
THINK = "We have time to think."


def own_file(version: str = "1.0", words: str = THINK, code: str = "calm") -> bytes:
    """Write it."""
    return TEMPLATE.format(code=code, version=version, words=words).encode()


def without_module(version: str) -> bytes:
    """Write it without its driver module."""
    text = own_file(version).decode()
    start, end = text.index('[[dimensions]]\ncode = "GOAL"'), text.index('[[items]]\ncode = "CALM1"')
    goal, outcomes = text.index('[[items]]\ncode = "GOAL1"'), text.index("[[outcomes]]")
    return (text[:start] + text[end:goal] + text[outcomes:]).encode()
