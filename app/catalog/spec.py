"""The shape of catalogue.yaml: what an item asks for, who handles it, and in what time. Pure."""

from typing import Annotated, Literal

from pydantic import Field

from app.people.parts import Part, text_like

TEMPLATES = frozenset({
    "benefit_notice", "certificate_card", "certificate_letter", "confirmation_notice", "event_closure",
    "external_certificate", "filing_receipt", "joint_closure", "licence_decision", "mediation_agreement",
    "registration_receipt", "wish_feedback",
})  # fmt: skip

Code = Annotated[str, text_like(r"[A-Z]{2}-\d{3}", "两个大写字母、短横、三位数字，如 MZ-001")]
Name = Annotated[str, Field(min_length=1, max_length=60)]
Days = Annotated[int, Field(ge=1, le=3650)]
Unit = Literal["working_day", "calendar_day"]
Authority = Literal["receive", "accept", "decide"]


class MaterialSpec(Part):
    """One paper. `deferrable`: may follow later 容缺; `verify_original`: 验原件收复印件."""

    name: Name
    form: Literal["original", "copy", "electronic"]
    copies: Annotated[int, Field(ge=1, le=50)] = 1
    required: bool
    deferrable: bool
    verify_original: bool = False


class FieldSpec(Part):
    """One question of the item's own form; base facts of the applicant are asked everywhere."""

    key: Annotated[str, text_like(r"[a-z][a-z0-9_]{0,39}", "小写字母开头，只含小写字母、数字和下划线")]
    label: Name
    type: Literal[
        "text", "textarea", "number", "money", "date", "select", "multiselect", "bool", "id_number", "phone",
        "address", "bank", "people", "image",
    ]  # fmt: skip
    required: bool
    options: list[Name] = []
    help: str = ""


class SpecialSpec(Part):
    """A special procedure 特别程序 whose time is not counted (行政许可法 art. 45)."""

    name: Name
    days: Days
    unit: Unit


class ComponentSpec(Part):
    """A child of a joint item; `mode` parallel, or after:<code> of a sibling."""

    code: Code
    mode: Annotated[str, text_like(r"parallel|after:[A-Z]{2}-\d{3}", "parallel 或 after:事项编码")]
    optional: bool = False

    @property
    def after(self) -> str | None:
        """The sibling that must be granted first."""
        return self.mode.removeprefix("after:") if self.mode.startswith("after:") else None


class ResultSpec(Part):
    name: Name
    template: str
    validity: Annotated[str, Field(max_length=100)] = ""


class AllOf(Part):
    """并联: every one of the departments must conclude."""

    all: Annotated[list[str], Field(min_length=2)]


class AnyOf(Part):
    """抢单: the first to claim does it."""

    any: Annotated[list[str], Field(min_length=2)]


class SharedMaterials(Part):
    """What the desk adds by itself when an agent or a guardian acts."""

    agent: list[MaterialSpec] = []
    guardian: list[MaterialSpec] = []


class ItemInFile(Part):
    """An item as an operator writes it; what is left out comes from `defaults`."""

    code: Code
    name: Name
    name_en: str = ""
    aliases: list[Name] = []
    department: str
    item_type: Literal[
        "licence", "benefit", "confirmation", "registration", "filing", "public_service", "mediation",
        "community", "adjudication", "award", "other_power",
    ]  # fmt: skip
    kind: Literal["instant", "committed"]
    statutory_days: Days | None = None
    promised_days: Annotated[int, Field(ge=0, le=3650)]
    time_unit: Unit = "working_day"
    desk_authority: Authority = "accept"
    four_eyes: bool | None = None
    uncertain: list[str] = []
    chain: Annotated[list[str | AllOf | AnyOf], Field(min_length=1)]
    special: list[SpecialSpec] = []
    components: list[ComponentSpec] = []
    applicant: Literal["person", "household", "organisation", "person_or_organisation", "any"]
    proxy: bool | Literal["guardian_only"] = True
    visits: Annotated[int, Field(ge=0, le=20)] = 1
    fee: Annotated[float, Field(ge=0, le=1_000_000)] = 0
    materials: Annotated[list[MaterialSpec], Field(min_length=1, max_length=60)]
    fields: Annotated[list[FieldSpec], Field(max_length=60)] = []
    result: ResultSpec
    basis: str = ""
    note: str = ""
    ask_first: list[Annotated[str, Field(min_length=1, max_length=200)]] = []  # 先问什么: the city's own questions
    mistakes: list[Annotated[str, Field(min_length=1, max_length=200)]] = []  # 常出的错: known before a notice counted it
    contact: Annotated[str, Field(max_length=200)] = ""  # who to call about this item, and the number
    gov_basic_code: str | None = None  # DB52/T 1264-2018, beside our own short code
    gov_impl_code: str | None = None


class ItemSpec(ItemInFile):
    """实施清单: an item complete with what the catalogue shares; this is what a version keeps."""

    shared: SharedMaterials = SharedMaterials()


class Defaults(Part):
    time_unit: Unit = "working_day"
    desk_authority: Authority = "accept"
    proxy: bool | Literal["guardian_only"] = True
    visits: Annotated[int, Field(ge=0, le=20)] = 1
    fee: Annotated[float, Field(ge=0, le=1_000_000)] = 0


class Catalogue(Part):
    """catalogue.yaml as a whole."""

    version: str
    city_code: Annotated[str, text_like(r"\d{6}", "6 位行政区划代码，带引号")]
    defaults: Defaults = Defaults()
    shared_materials: SharedMaterials = SharedMaterials()
    items: Annotated[list[ItemInFile], Field(min_length=1)]

    def specs(self) -> list[ItemSpec]:
        """Every item with the defaults and the shared papers filled in, in the order of the file."""
        return [self._complete(item) for item in self.items]

    def _complete(self, item: ItemInFile) -> ItemSpec:
        given = {name: getattr(item, name) for name in item.model_fields_set}
        return ItemSpec(**{**dict(self.defaults), **given, "shared": self.shared_materials})
