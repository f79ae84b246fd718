// The strip of ready experiments: a plain click opens one in place, any other follows its link. The
// one that is open is marked, and told below.

import { styled } from "./charts.js";

export default function strip({ data, parentElement, setTriggerValue }) {
  styled();
  const list = parentElement.querySelector(".eigfit-ready");
  for (const card of list.querySelectorAll("a")) {
    if (card.dataset.ready === data.opened) card.setAttribute("aria-current", "true");
    else card.removeAttribute("aria-current");
  }
  const story = parentElement.querySelector(".eigfit-story");
  if (story.textContent !== data.story) story.textContent = data.story;
  list.onclick = (event) => {
    const card = event.target.closest("a");
    if (!card || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    setTriggerValue("open", card.dataset.ready);
  };
}
