"""Papers of incidents and clocks: attached once, and counted by their kinds."""


def attach(model, owner, *, file, kind, by, at):
    """(the row of `model` that ties the file to its locked owner, whether it is new), without an audit event of its own.

    The same file again changes nothing; a new one puts its kind among the owner's papers, which the indicators count.
    """
    tie = {owner._meta.model_name: owner}
    paper, is_new = model.objects.get_or_create(**tie, file=file, kind=kind, defaults={"added_by": by, "added_at": at})
    if is_new:
        kinds = model.objects.filter(**tie).values_list("kind", flat=True)
        type(owner).objects.filter(pk=owner.pk).update(papers=sorted({*owner.papers, *kinds}))
    return paper, is_new
