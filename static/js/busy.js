// A button that was pressed shows that it works, and cannot be pressed twice.

const AGAIN = 8000;

document.addEventListener("submit", (event) => {
  const { target: form, submitter: button } = event;
  if (event.defaultPrevented || form.method === "dialog" || !button) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "true";
  // After the form was read: whatever a button says is sent with it.
  setTimeout(() => button.setAttribute("aria-busy", "true"));
  // What brings no new page (a download, a server that hangs) can be asked for again.
  setTimeout(() => release(form), AGAIN);
});

// Coming back by the history shows the page as it was left: make its buttons work again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) release(form);
});

function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
}
