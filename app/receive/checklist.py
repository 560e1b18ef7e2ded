"""The checklist of an intake, purely: what the item asks for, and what the clerk ticked."""

from app.catalog.spec import ItemSpec
from app.catalog.stages import requires

TICKS = {"held": "有", "missing": "缺", "exempt": "免"}


def lines(spec: ItemSpec, agent: bool = False, guardian: bool = False) -> list[dict]:
    """One dict a material, as the intake page shows it: nothing beyond the published list may be asked for (许可法 31)."""
    return [
        {
            "name": material.name,
            "form": material.form,
            "copies": material.copies,
            "required": material.required,
            "deferrable": material.deferrable,
            "verify_original": material.verify_original,
        }
        for material in requires(spec, agent, guardian)
    ]


def ticked(listed: list[dict], ticks: list[dict]) -> list[dict]:
    """The lines with their ticks: state, copies, pages, original_seen, remark, upload_id.

    `ticks[i]` belongs to `listed[i]`; a tick that is not there leaves the state empty, and the guard names the line.
    An optional paper that was not brought is exempt, not missing: nobody waits for it.
    """
    found = []
    for place, line in enumerate(listed):
        tick = ticks[place] if place < len(ticks) else {}
        state = tick.get("state") or ("" if line["required"] else "exempt")
        if state == "missing" and not line["required"]:
            state = "exempt"
        found.append(line | {
            "state": state,
            "copies": tick.get("copies") or line["copies"],
            "pages": tick.get("pages") or 1,
            "original_seen": bool(tick.get("original_seen")),
            "remark": tick.get("remark") or "",
            "upload_id": tick.get("upload_id"),
        })  # fmt: skip
    return found
