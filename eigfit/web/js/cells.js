// What is typed into a cell of a grid stays, however fast. At each key Streamlit's grid sets a timer
// (glide-data-grid, data-grid-overlay-editor.tsx, `onKeyDown`), and the timers of all keys share why
// the cell is left. Where the browser is busy, Enter so comes before the timer of a letter, which
// then closes the cell without its text: of edits on a busy machine one in twenty was lost (seen
// with 1.67). So the grid hears only the keys that leave a cell; what others do, the browser does.

{
  const LEAVING = ["Enter", "Tab", "Escape"];

  addEventListener(
    "keydown",
    (event) => {
      if (event.target.matches?.("textarea.gdg-input") && !LEAVING.includes(event.key))
        event.stopPropagation();
    },
    true,
  );
}
