// The strip of ready experiments: a plain click opens one in place, any other follows its link. The
// one that is open is marked, and told below.

import { styled } from "./charts.js";

function bringIntoView(list, card) {
  if (!card) return;
  const [frame, place] = [list, card].map((element) => element.getBoundingClientRect());
  const fading = parseFloat(getComputedStyle(list).paddingRight);
  if (place.left < frame.left || place.right > frame.right - fading)
    list.scrollLeft += (place.left + place.right - frame.left - frame.right) / 2;
}

export default function strip({ data, parentElement, setTriggerValue }) {
  styled();
  const list = parentElement.querySelector(".eigfit-ready");
  for (const card of list.querySelectorAll("a")) {
    if (card.dataset.ready === data.opened) card.setAttribute("aria-current", "true");
    else card.removeAttribute("aria-current");
  }
  if (list.opened !== data.opened) bringIntoView(list, list.querySelector("[aria-current]"));
  list.opened = data.opened;
  const story = parentElement.querySelector(".eigfit-story");
  if (story.textContent !== data.story) story.textContent = data.story;
  list.onclick = (event) => {
    const card = event.target.closest("a");
    if (!card || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    setTriggerValue("open", card.dataset.ready);
  };
}
