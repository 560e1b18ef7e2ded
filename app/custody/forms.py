"""The forms of the slip: shape only."""

from flask_babel import lazy_gettext as _l

from app.custody.settling import WAYS
from app.web.choices import MultiSelect, Radio, Select
from app.web.fields import Text, TextArea
from app.web.moulds import DeskForm


class PackForm(DeskForm):
    """Where to, and which papers. The choices are set by the view, from what lies here."""

    to_office_id = Select(_l("送往单位"), required=True)
    pouch_no = Text(_l("袋号"), longest=30)
    seal_no = Text(_l("封签号"), longest=30)
    material_ids = MultiSelect(_l("材料"), required=True)


class PapersForm(DeskForm):
    material_ids = MultiSelect(_l("材料"), required=True)


class SendForm(DeskForm):
    carrier_name = Text(_l("物料流转员"), required=True, longest=50)


class CountForm(DeskForm):
    """What was not in the pouch, and a seal that was not as the slip says; notes come as note_<material id>."""

    missing_ids = MultiSelect(_l("未到"))
    missing_pouches = MultiSelect(_l("未到的封袋"))
    seal_note = Text(_l("封签破损或号码不符的，写明情况"), longest=200)


class ScanForm(DeskForm):
    """A slip is taken over, a case is packed."""

    slip_no = Text(_l("扫描交接单（整单接收）或办件条码（装袋）"), required=True, longest=40,
                   render_kw={"data-scan": "slip case paper", "data-scan-send": ""})  # fmt: skip


class ScanCaseForm(DeskForm):
    case_no = Text(_l("扫描办件条码，装上本单"), required=True, longest=40,
                   render_kw={"data-scan": "case paper", "data-scan-send": ""})  # fmt: skip


class PouchForm(DeskForm):
    inner_id = Radio(_l("装入封袋"), required=True)


class SealForm(DeskForm):
    pouch_no = Text(_l("袋号"), longest=30)
    seal_no = Text(_l("封签号"), longest=30)


class CountDrawerForm(DeskForm):
    """The counts come as count_<group>; beside them what stands on no line."""

    others = TextArea(_l("抽屉里另有的材料"), longest=500)


class SignForm(DeskForm):
    """The reasons come as reason_<line>."""


class CloseForm(DeskForm):
    remark = TextArea(_l("值班长意见"), longest=300)


class SettleForm(DeskForm):
    how = Radio(_l("处理结果"), required=True, choices=list(WAYS.items()))
    note = TextArea(_l("经过"), required=True, longest=500)


class ReturnForm(DeskForm):
    """材料退还: ticked one by one."""

    material_ids = MultiSelect(_l("退还的材料"), required=True)
    taken_by = Text(_l("领回人"), required=True, longest=50)
