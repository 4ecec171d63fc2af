// A select with data-picker that was just put into the page opens at once: one click fewer to choose.

document.addEventListener("htmx:load", ({ target }) => {
  const select = target.matches?.("[data-picker]") ? target : target.querySelector?.("[data-picker]");
  if (!select) return;
  select.focus();
  try {
    select.showPicker();
  } catch {
    // An older browser, or too long after the click: it has the focus, and opens by a key.
  }
});
