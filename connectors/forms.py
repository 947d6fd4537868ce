from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

LARGEST_FILE = 5 * 1024 * 1024


class RateListForm(forms.Form):
    """A list of rates: a file, or lines copied from a spreadsheet."""

    text = forms.CharField(
        label=_("Lines"),
        required=False,
        max_length=500_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
    )
    file = forms.FileField(
        label=_("Or a CSV file"), required=False, widget=forms.FileInput(attrs={"accept": ".csv,text/csv,text/plain"})
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST_FILE:
            raise ValidationError(gettext("The file is too large: at most %(size)d MB.") % {"size": LARGEST_FILE >> 20})
        return file

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("text") and not cleaned.get("file"):
            self.add_error("text", gettext("Paste lines or choose a file."))
        return cleaned

    @property
    def content(self) -> bytes:
        file = self.cleaned_data["file"]
        return bytes(file.read()) if file else str(self.cleaned_data["text"]).encode()
