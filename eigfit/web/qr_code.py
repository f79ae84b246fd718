"""A link as a QR code, for a slide."""

from __future__ import annotations

import io
from typing import Final

import segno
import streamlit as st

QUIET_ZONE: Final = 4  # modules of white around it, as ISO/IEC 18004 asks
SHOWN: Final = 240  # pixels on the page
SAVED: Final = 16  # pixels a module in a picture to save, enough for a slide


def qr_code(text: str) -> segno.QRCode | None:
    """The smallest code of the text, None where it is too long for one."""
    try:
        return segno.make_qr(text, error="l")
    except segno.DataOverflowError:
        return None


def as_svg(code: segno.QRCode) -> str:
    """The code as a drawing of any size, black on white wherever it stands."""
    drawing = io.BytesIO()
    code.save(drawing, kind="svg", border=QUIET_ZONE, dark="#000", light="#fff", omitsize=True,
              xmldecl=False)  # fmt: skip
    return drawing.getvalue().decode("utf-8")


def as_png(code: segno.QRCode) -> bytes:
    """The code as a picture, black on white."""
    picture = io.BytesIO()
    code.save(picture, kind="png", border=QUIET_ZONE, scale=SAVED, dark="#000", light="#fff")
    return picture.getvalue()


def qr_section(link: str | None) -> None:
    """The code of the link and its files.

    Args:
        link: absolute, None where it is not known.
    """
    code = qr_code(link) if link else None
    if code is None:
        why = "is too long for one" if link else "is not known to this page"
        st.caption(f"There is no QR code here, as the link {why}.")
        return
    st.image(as_svg(code), width=SHOWN, alt="QR code of the link")
    st.caption("For a slide: who points a phone at it opens this experiment.")
    with st.container(horizontal=True, gap="small"):
        for kind, file in (("svg", as_svg(code)), ("png", as_png(code))):
            st.download_button(
                kind.upper(),
                file,
                f"eigfit-qr.{kind}",
                f"image/{'svg+xml' if kind == 'svg' else 'png'}",
                icon=":material/download:",
                on_click="ignore",
                key=f"qr_{kind}",
            )
