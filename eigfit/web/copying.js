const SAID = 1500; // milliseconds that a button says what it has done

function fallback(text, beside) {
  const area = document.createElement("textarea");
  area.value = text;
  beside.after(area); // where an open box keeps the focus, it must stand inside of it
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  beside.focus();
  if (!copied) throw new Error("not copied");
}

export default function ({ data, parentElement }) {
  const button = parentElement.querySelector(".eigfit-copy");
  button.toggleAttribute("data-main", data.main);
  if (!button.saying) button.textContent = data.label;
  button.onclick = async () => {
    const page = `${location.origin}${location.pathname}`;
    const text = data.query === null ? data.text : `${page}?${data.query}`;
    try {
      // Only pages served securely, or from this machine, may use the clipboard.
      if (navigator.clipboard) await navigator.clipboard.writeText(text);
      else fallback(text, button);
      button.textContent = "Copied";
    } catch {
      window.prompt("Copy this:", text);
    }
    clearTimeout(button.saying);
    button.saying = setTimeout(() => {
      button.saying = null;
      button.textContent = data.label;
    }, SAID);
  };
}
