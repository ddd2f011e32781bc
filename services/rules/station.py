"""How the forms of a station become facts that indicators count. Pure."""


def facts_of(fields, words, facts):
    """The facts of a record: those given that the kind has, and the form's answers where the kind has such a choice.

    `fields` are an activity kind's, `words` {question: answer in words}, `facts` {name: value}.
    """
    found = {}
    for field in fields:
        name = field["name"]
        if field.get("computed") or field.get("retired"):
            continue
        if name in facts:
            found[name] = facts[name]
        elif field["type"] == "choice" and isinstance(words.get(name), str):
            code = next((code for code, word in field["choices"] if word == words[name]), None)
            found |= {name: code} if code else {}
    return found
