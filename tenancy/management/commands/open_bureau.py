"""manage.py open_bureau: everything that a new bureau or station needs, in one command."""

from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from ruamel.yaml import YAML

from tenancy import actions, clock
from tenancy.forms import BureauForm
from tenancy.problems import Refused


class Command(BaseCommand):
    help = "Open a bureau or station: keys, organisation, areas, working days, and an invitation for its administrator."

    def add_arguments(self, parser):
        for name, field in BureauForm.base_fields.items():
            parser.add_argument(f"--{name.replace('_', '-')}", required=True, help=field.label)
        parser.add_argument("--areas", help="YAML file: {district: {subdistrict: [community, …]}}")
        parser.add_argument("--base-url", default="", help="put before the invitation link")

    def handle(self, *, areas, base_url, **options):
        form = BureauForm({name: options[name] for name in BureauForm.base_fields})
        if not form.is_valid():
            raise CommandError(
                "\n".join(f"{form.fields[name].label}: {'；'.join(faults)}" for name, faults in form.errors.items())
            )
        tree = {}
        if areas:
            with open(areas, encoding="utf-8") as file:
                tree = YAML(typ="safe").load(file) or {}
        try:
            tenant, token = actions.open_bureau(**form.cleaned_data, areas=tree, at=clock.now())
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"已开设 {tenant.name}：/{tenant.slug}/")
        self.stdout.write(
            f"管理员邀请链接（7 天内有效，只显示这一次）：{base_url}{reverse('invitation', args=[token])}"
        )
