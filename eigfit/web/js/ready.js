// The strip of ready experiments: a plain click opens one in place, any other follows its link.

import { styled } from "./charts.js";

export default function strip({ parentElement, setTriggerValue }) {
  styled();
  const list = parentElement.querySelector(".eigfit-ready");
  list.onclick = (event) => {
    const card = event.target.closest("a");
    if (!card || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    setTriggerValue("open", card.dataset.ready);
  };
}
