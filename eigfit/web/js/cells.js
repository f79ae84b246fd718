// What is typed into a cell of a grid stays while the browser is busy. At each key Streamlit's grid
// sets a timer (glide-data-grid, data-grid-overlay-editor.tsx, `onKeyDown`), and the timers of all
// keys share why the cell is left. So Enter may come before the timer of a letter, which then closes
// the cell without its text: of edits beside two busy loops one in twenty was lost (seen with 1.67).
// Hence the grid hears only the keys that leave a cell; what others do, the browser does.

{
  const LEAVING = ["Enter", "Tab", "Escape"];
  const leaves = ({ key, shiftKey }) => LEAVING.includes(key) && !(key === "Enter" && shiftKey);

  addEventListener(
    "keydown",
    (event) => {
      if (event.target.matches?.("textarea.gdg-input") && !leaves(event)) event.stopPropagation();
    },
    true,
  );
}
