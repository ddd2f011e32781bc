"""Model fields for personal data: sealed at rest, masked by default, opened one at a time.

class Person(TenantModel):
    name = SealedTextField("姓名", mask=masks.name)

person.name            → Sealed: str() is the mask
person.name.reveal()   → the plain text (the caller is responsible for permission and audit)
"""

from functools import partial

from django.db import models

from tenancy import keys


class Sealed:
    """One sealed value of one row. Printing it gives the mask; only reveal() gives the text."""

    __slots__ = ("_blob", "_context", "_mask", "_plain")

    def __init__(self, *, blob=None, plain=None, context="", mask=None):
        self._blob, self._plain, self._context, self._mask = blob, plain, context, mask

    def reveal(self):
        """The plain text; raises InvalidTag when the stored bytes were moved from another row."""
        if self._plain is None:
            self._plain = keys.unseal(self._blob, self._context) if self._blob else ""
        return self._plain

    def masked(self):
        text = self.reveal()
        return self._mask(text) if text and self._mask else ("" if not text else "●" * 4)

    def __bool__(self):
        return bool(self._blob) or bool(self._plain)

    def __str__(self):
        return self.masked()

    def __repr__(self):
        return "<Sealed>"

    def __eq__(self, other):
        if isinstance(other, Sealed):
            return self.reveal() == other.reveal()
        return NotImplemented

    __hash__ = None


class _SealedAttribute:
    """Keeps the raw bytes or the new text in the instance, and hands out Sealed."""

    def __init__(self, field):
        self.field = field

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        value = instance.__dict__.get(self.field.attname)
        if value is None and self.field.attname not in instance.__dict__:
            instance.refresh_from_db(fields=[self.field.attname])
            value = instance.__dict__.get(self.field.attname)
        if isinstance(value, Sealed):
            return value
        made = self.field.sealed(instance, value)
        instance.__dict__[self.field.attname] = made
        return made

    def __set__(self, instance, value):
        instance.__dict__[self.field.attname] = value


class SealedTextField(models.BinaryField):
    """Text that is stored sealed, bound to tenant, table, column and row."""

    def __init__(self, *args, mask=None, **kwargs):
        self.mask = mask
        kwargs.setdefault("blank", True)
        kwargs.setdefault("null", True)
        kwargs["editable"] = kwargs.get("editable", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs

    def contribute_to_class(self, cls, name, **kwargs):
        super().contribute_to_class(cls, name, **kwargs)
        setattr(cls, self.attname, _SealedAttribute(self))

    def context(self, instance):
        return f"{instance.tenant_id}|{instance._meta.db_table}|{self.column}|{instance.pk}"

    def sealed(self, instance, value):
        mask = partial(self.mask, row=instance) if getattr(self.mask, "by_row", False) else self.mask
        if value is None or isinstance(value, (bytes, memoryview)):
            return Sealed(
                blob=bytes(value) if value else None,
                plain=None if value else "",
                context=self.context(instance),
                mask=mask,
            )
        return Sealed(plain=str(value), mask=mask)

    def pre_save(self, instance, add):
        value = instance.__dict__.get(self.attname)
        if isinstance(value, Sealed):
            if value._blob is not None:
                return value._blob
            value = value.reveal()
        if value in (None, ""):
            return None
        if isinstance(value, (bytes, memoryview)):
            return bytes(value)
        return keys.seal(str(value), self.context(instance))

    def value_to_string(self, obj):
        raise TypeError("sealed fields are not serialised")


class BlindIndexField(models.CharField):
    """Holds keys.blind_index(normalised value); empty means there is no value."""

    def __init__(self, *args, **kwargs):
        kwargs.update(max_length=64, blank=True, default="", editable=False)
        super().__init__(*args, **kwargs)
