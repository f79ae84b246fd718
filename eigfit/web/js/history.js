// One entry of the browser's history for each deliberate change, as Back and Forward walk through
// them. Streamlit writes an entry whenever the page changes its address: also as it opens, and for
// what was still on its way when the visitor had already gone elsewhere.

{
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
  addEventListener(
    "popstate",
    () => {
      visitor = WENT;
      window.eigfitWent = performance.now();
    },
    true,
  );

  const [push, replace] = ["pushState", "replaceState"].map((name) => history[name].bind(history));
  const write = (state, title, address) => {
    const { pathname, search } = new URL(address ?? "", document.baseURI);
    const elsewhere = pathname !== location.pathname;
    // Streamlit writes the query of another page before its path.
    const completed = elsewhere && written && search === location.search;
    if (completed || (visitor === OPENS && !elsewhere)) replace(state, title, address);
    else if (elsewhere || visitor === ACTS) push(state, title, address);
    if (elsewhere) visitor = OPENS;
    else written ||= visitor === ACTS;
  };
  history.pushState = history.replaceState = write;
}
