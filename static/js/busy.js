// A button that was pressed shows that it works, and cannot be pressed twice.

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.defaultPrevented || event.target.method === "dialog" || !button) return;
  // After the form was read: a disabled button would not be sent with it.
  setTimeout(() => {
    if (!event.defaultPrevented) button.setAttribute("aria-busy", "true");
  });
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "true";
});

// Coming back by the history shows the page as it was left: make its buttons work again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});
