// A button with data-copy puts its value on the clipboard and says so for two seconds.

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const label = button.getAttribute("aria-label");
  await navigator.clipboard.writeText(button.dataset.copy);
  if (button.dataset.state === "done") return;
  button.dataset.state = "done";
  button.setAttribute("aria-label", button.dataset.copied);
  setTimeout(() => {
    delete button.dataset.state;
    button.setAttribute("aria-label", label);
  }, 2000);
});
