"""The app: its server and its pages. A new page is one file in `pages/` and one line here.

Streamlit imports this file once, for the server, and runs it as a script for every visitor.
"""

import streamlit as st
from streamlit.starlette import App

from eigfit.web import address, server
from eigfit.web.head import Page

PAGES = (
    Page("fit", "Fit", "play_circle", "Find a matrix that has the eigenvalues you ask for, and "
        "watch it happen: an optimiser moves its entries, step by step, in your browser."),
    Page("compare", "Compare", "view_column", "Random starts, optimisers, learning rates or "
        "targets side by side on the same axes, all on their way to the eigenvalues asked for."),
    Page("derivatives", "Derivatives", "function", "Type into a matrix and see how its "
        "eigenvalues answer: first and second derivatives, and where there are none."),
    Page("article", "Article", "article", "Differentiating through an eigendecomposition: the "
        "experiment this project comes from, its code running as you read."),
)  # fmt: skip

if __name__ == "__main__":
    embedded = st.context.is_embedded  # then the other page is around it, and the controls are away
    sidebar = "collapsed" if embedded else "auto"
    st.set_page_config(page_icon="static/icon.svg", layout="wide", initial_sidebar_state=sidebar)
    page = st.navigation(
        [
            st.Page(entry.script, title=entry.title, icon=entry.icon, default=entry == PAGES[0])
            for entry in PAGES
        ],
        position="hidden" if embedded else "top",
    )
    st.set_page_config(page_title=f"{page.title} · eigfit")
    address.at(page.url_path)
    page.run()
else:
    app = App(
        __file__,
        lifespan=server.lifespan,
        routes=server.routes(),
        middleware=server.middleware(PAGES),
    )
