// One entry of the browser's history for each deliberate change, as Back and Forward walk through
// them. Streamlit writes an entry whenever the page changes its address: also as it opens, and for
// what was still on its way when the visitor had already gone elsewhere.
//
// And no word from a page that is being left. Streamlit answers such a word after it has drawn the
// page gone to, which the browser then takes down (seen with 1.67, where the fragment that is asked
// for is no more).

{
  const COMING = 5000; // milliseconds that a page gone to may take until the one shown goes on
  const LEAVING = 30000; // the same where the one shown is another
  const DEEDS = ["pointerdown", "keydown", "click", "input"];
  const OPENS = "opens"; // the address is being completed, and is no entry of its own
  const ACTS = "acts"; // somebody has done something, of which an entry is worth having
  const WENT = "went"; // to an address that the page wrote itself: it needs no other
  let visitor = OPENS;
  let written = false; // whether there is an entry of what was done last

  for (const deed of DEEDS)
    addEventListener(
      deed,
      () => {
        visitor = ACTS;
        written = false;
      },
      true,
    );

  let went; // when somebody has gone back or forward, until that page has come
  let sending = false; // whether Streamlit is about to send what a page has asked for
  addEventListener(
    "popstate",
    (event) => {
      visitor = WENT;
      went = performance.now();
      if (!sending) return;
      event.stopImmediatePropagation();
      const { state } = event;
      setTimeout(() => dispatchEvent(new PopStateEvent("popstate", { state })));
    },
    true,
  );

  const elsewhere = (page) =>
    new URL(page || ".", document.baseURI).pathname !== location.pathname;

  window.eigfitVisit = {
    // Whether the visitor has gone back or forward, and the page of that address is on its way.
    away(page) {
      return performance.now() - went < (elsewhere(page) ? LEAVING : COMING);
    },
    // Whether that page has come with this one, which has been drawn: with a frame, where it has any.
    came(page) {
      if (went === undefined || elsewhere(page)) return false;
      went = undefined;
      return true;
    },
    // Let a page ask its script for something, if it has not been left. Streamlit sends that in a
    // task of its own, and Back waits for it.
    ask(page, send) {
      if (this.away(page)) return;
      sending = true;
      send();
      setTimeout(() => (sending = false));
    },
  };

  const [push, replace] = ["pushState", "replaceState"].map((name) => history[name].bind(history));
  const write = (state, title, address) => {
    const { pathname, search } = new URL(address ?? "", document.baseURI);
    const leaves = pathname !== location.pathname;
    // Streamlit writes the query of another page before its path.
    const completed = leaves && written && search === location.search;
    if (completed || (visitor === OPENS && !leaves)) replace(state, title, address);
    else if (leaves || visitor === ACTS) push(state, title, address);
    if (leaves) {
      visitor = OPENS;
      went = undefined; // they have gone on by themselves
    } else written ||= visitor === ACTS;
  };
  history.pushState = history.replaceState = write;
}
