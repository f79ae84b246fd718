// The player's keys where Streamlit does not hear them: it ignores keys while any input has the
// focus, sliders, switches and boxes to tick among them, into which nobody types.

const BUTTONS = { p: ["play", "pause"], s: ["step"], z: ["reset"], n: ["new_start"] };
const TYPELESS = ["range", "checkbox", "radio", "button"];

document.addEventListener("keydown", (event) => {
  const { key, target, repeat, ctrlKey, metaKey, altKey, shiftKey } = event;
  if (repeat || ctrlKey || metaKey || altKey || shiftKey) return;
  if (target.tagName !== "INPUT" || !TYPELESS.includes(target.type)) return;
  for (const name of BUTTONS[key.toLowerCase()] ?? [])
    for (const button of document.querySelectorAll(`.st-key-${name} button`))
      if (button.offsetParent && !button.disabled) {
        button.click();
        return;
      }
});
