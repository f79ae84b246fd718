function fallback(text) {
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (!copied) throw new Error("not copied");
}

export default function (component) {
  const { data, parentElement } = component;
  const button = parentElement.querySelector(".eigfit-copy");
  button.onclick = async () => {
    const link = `${location.origin}${location.pathname}?${data.query}`;
    button.dataset.link = link;
    try {
      // Only pages served securely, or from this machine, may use the clipboard.
      if (navigator.clipboard) await navigator.clipboard.writeText(link);
      else fallback(link);
      button.textContent = "Copied";
    } catch {
      window.prompt("Copy this link:", link);
    }
    setTimeout(() => (button.textContent = "Copy link"), 1500);
  };
}
