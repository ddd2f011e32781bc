"""The shape of what people enter about money."""

from uuid import uuid4

from django import forms


def _day(label, **known):
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **known)


class ReturnForm(forms.Form):
    reason = forms.CharField(label="退回原因", max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))
    correct_by = _day("补正期限", help_text="退回期间付款时钟暂停")


class PayForm(forms.Form):
    """`token` names this one form: sent twice, it pays once."""

    voucher = forms.CharField(label="凭证号", max_length=40, help_text="国库支付凭证或银行回单号")
    paid_on = _day("付款日期")
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class InvoiceForm(forms.Form):
    number = forms.CharField(label="发票号码", max_length=30, help_text="数电票 20 位；旧式发票 8 位，另填代码")
    code = forms.CharField(label="发票代码", max_length=12, required=False, help_text="数电票不填")
    amount = forms.DecimalField(label="价税合计（元）", max_digits=14, decimal_places=2)
    issued_on = _day("开票日期")
    buyer = forms.CharField(label="购买方", max_length=100)
    seller = forms.CharField(label="销售方", max_length=100)
    upload = forms.FileField(label="发票文件", required=False, help_text="PDF 或照片，20 MB 以内")


class VoidForm(forms.Form):
    reason = forms.CharField(label="作废原因", max_length=200)
