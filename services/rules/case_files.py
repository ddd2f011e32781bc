"""Decisions about the printed file of a case: when it is made while one waits, and how a session's text fills the form."""

import hashlib

# A file with more than this takes longer than two seconds: it becomes a job (look.md: 超过 2 秒的工作排队).
MOST_SHEETS, MOST_FILES, MOST_BYTES = 12, 8, 4 * 1024 * 1024

# A bound file holds everything of a person in one place: it is kept only so long, and made again when it is asked for.
KEPT_DAYS = 7

# What workers write at the head of a paragraph, and the question of 个案工作过程记录表 that it answers.
HEADS = {
    "本次目标": ("本次目标", "服务目标", "目标"),
    "介入内容": ("介入内容", "服务内容", "介入过程", "服务过程", "内容", "过程"),
    "方法和技巧": ("方法和技巧", "方法技巧", "方法"),
    "服务对象的反应和改变": ("服务对象的反应和改变", "服务对象反应", "反应和改变", "反应", "改变"),
    "资源链接和使用情况": ("资源链接和使用情况", "资源链接"),
    "动态评估": ("动态评估", "评估"),
    "计划调整": ("计划调整",),
    "下一步": ("下一步计划", "下一步", "下次计划", "后续跟进", "跟进"),
    "社工反思": ("社工反思", "反思"),
    "督导意见": ("督导意见",),
}
_KNOWN = {word: label for label, words in HEADS.items() for word in words}
CONTENT = "介入内容"
# These stand on the form of every session, answered or not.
ALWAYS = (CONTENT, "服务对象的反应和改变", "下一步")


def is_large(*, sheets, files, size):
    """Whether making the file takes so long that it is queued: numbers of sheets and uploaded files, bytes of the latter."""
    return sheets > MOST_SHEETS or files > MOST_FILES or size > MOST_BYTES


def answers_of(text):
    """[(question, answer)] of a session's text, in the form's order: a paragraph that begins with 目标：, 反应：, 下一步： …

    answers that question, everything before the first such head is 介入内容. No word is lost; questions in ALWAYS stand
    even when the text doesn't answer them.
    """
    found, label = {}, CONTENT
    for line in text.replace("\r\n", "\n").split("\n"):
        head, colon, rest = line.strip().replace(":", "：", 1).partition("：")
        if colon and head.strip("【】[] ") in _KNOWN:
            label, line = _KNOWN[head.strip("【】[] ")], rest
        found.setdefault(label, []).append(line.rstrip())
    told = {label: "\n".join(lines).strip() for label, lines in found.items()}
    return [(label, told.get(label, "")) for label in HEADS if told.get(label) or label in ALWAYS]


def key_of(case_id, member_id, html, digests):
    """The key under which the same file, asked for by the same person on the same day, is made once.

    `html` is the file as it would be laid out, `digests` those of the uploaded files in it.
    """
    seen = hashlib.sha256("\n".join([html, *digests]).encode()).hexdigest()
    return f"{case_id}:{member_id}:{seen}"
