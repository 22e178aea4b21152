"""Empty signature fields, put into a report before anyone signs.

Fields that a signing program appends break the structure of a tagged PDF, so they are placed in the
unsigned file, whose bytes stay the same from build to build. Filling them is left to
:mod:`.pdfsign`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import LotproofError
from .model import SignatureBox
from .pdf_standard import mark_accessible
from .policy import Role, SigningPolicy

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

_PRINT_AND_LOCKED = 4 | 128  # annotation flags, ISO 32000-2, table 167


def place_signature_fields(
    pdf: Path, boxes: Mapping[str, SignatureBox], policy: SigningPolicy
) -> None:
    """Give a report one empty signature field for each role of the policy.

    The file is rewritten aside and renamed; equal inputs give equal bytes.

    Args:
        pdf: the unsigned report.
        boxes: where each role signs; one for each role of the policy.
        policy: names the fields, and which signature locks the file.

    Raises:
        LotproofError: a role without box or a box without role, a page that does not exist, or a
            file that is not a PDF.
    """
    import pikepdf

    if set(boxes) != set(policy.roles):
        raise LotproofError(
            f"signature boxes for {', '.join(sorted(boxes)) or 'no role'}",
            f"one for each role: {', '.join(sorted(policy.roles))}",
            "give the report a place for each role",
            pdf,
        )
    aside = pdf.with_name(f".{pdf.name}.part")
    try:
        with pikepdf.open(pdf) as document:
            _add_fields(document, boxes, policy, pdf)
            mark_accessible(document)
            document.save(
                aside,
                deterministic_id=True,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
            )
    except pikepdf.PdfError as error:
        raise LotproofError(f"not readable as PDF: {error}", where=pdf) from error
    aside.replace(pdf)


def _add_fields(
    document: Pdf, boxes: Mapping[str, SignatureBox], policy: SigningPolicy, pdf: Path
) -> None:
    import pikepdf

    if "/AcroForm" in document.Root:
        raise LotproofError("the report has form fields already", "none", where=pdf)
    fields = []
    for name, role in policy.in_order():
        box = boxes[name]
        _require_on_page(document, box, name, pdf)
        page = document.pages[box.page - 1].obj
        widget = _widget(document, box, role, page)
        if "/Annots" not in page:
            page.Annots = pikepdf.Array()
        page.Annots.append(widget)
        if "/StructTreeRoot" in document.Root:
            _tag(document, widget, page, role)
        fields.append(widget)
    form = pikepdf.Dictionary(Fields=pikepdf.Array(fields), SigFlags=3)
    document.Root.AcroForm = document.make_indirect(form)


def _require_on_page(document: Pdf, box: SignatureBox, role: str, pdf: Path) -> None:
    pages = len(document.pages)
    if not 1 <= box.page <= pages:
        raise LotproofError(f"box of {role} on page {box.page}", f"a page of 1 to {pages}", "", pdf)
    left, bottom, right, top = (float(edge) for edge in document.pages[box.page - 1].mediabox)
    if not (left <= box.x1 < box.x2 <= right and bottom <= box.y1 < box.y2 <= top):
        raise LotproofError(
            f"box of {role} at {box}", f"corners within {left} {bottom} {right} {top}", "", pdf
        )


def _widget(document: Pdf, box: SignatureBox, role: Role, page: Object) -> Object:
    from pikepdf import Array, Dictionary, Name

    appearance = document.make_stream(
        b"",
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=[0, 0, round(box.width, 3), round(box.height, 3)],
    )
    widget = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Widget,
        FT=Name.Sig,
        T=role.field,
        TU=f"{role.title}: place of the signature",
        F=_PRINT_AND_LOCKED,
        Rect=Array([round(edge, 3) for edge in (box.x1, box.y1, box.x2, box.y2)]),
        P=page,
        AP=Dictionary(N=appearance),
    )
    if role.lock:
        widget.Lock = document.make_indirect(
            Dictionary(Type=Name.SigFieldLock, Action=Name.All, P=1)
        )
    return document.make_indirect(widget)


def _tag(document: Pdf, widget: Object, page: Object, role: Role) -> None:
    """Name the field in the structure tree as a form (ISO 14289-1, 7.18.4)."""
    from pikepdf import Dictionary, Name

    root = document.Root.StructTreeRoot
    parent = _document_element(root)
    element = document.make_indirect(
        Dictionary(
            Type=Name.StructElem,
            S=Name.Form,
            P=parent,
            Pg=page,
            Alt=f"{role.title}: place of the signature",
            K=Dictionary(Type=Name.OBJR, Obj=widget, Pg=page),
        )
    )
    _append_kid(parent, element)
    key = _next_key(root)
    widget.StructParent = key
    _number_tree(document, root)[key] = element
    root.ParentTreeNextKey = key + 1
    page.Tabs = Name.S


def _document_element(root: Object) -> Object:
    """The element all content hangs under, or the root itself."""
    from pikepdf import Array

    kids = root.get("/K")
    only = kids[0] if isinstance(kids, Array) and len(kids) == 1 else kids
    if only is not None and not isinstance(only, Array) and only.get("/S") == "/Document":
        return only
    return root


def _append_kid(parent: Object, element: Object) -> None:
    from pikepdf import Array

    kids = parent.get("/K")
    if kids is None:
        parent.K = Array([element])
    elif isinstance(kids, Array):
        kids.append(element)
    else:
        parent.K = Array([kids, element])


def _next_key(root: Object) -> int:
    from pikepdf import NumberTree

    declared = int(root.get("/ParentTreeNextKey", 0))
    used = max(NumberTree(root.ParentTree).keys(), default=-1) if "/ParentTree" in root else -1
    return max(declared, used + 1)


def _number_tree(document: Pdf, root: Object) -> Any:  # noqa: ANN401 - a pikepdf number tree
    from pikepdf import NumberTree

    if "/ParentTree" not in root:
        root.ParentTree = NumberTree.new(document).obj
    return NumberTree(root.ParentTree)
