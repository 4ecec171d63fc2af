// A link with data-dialog opens that dialog instead of its page; where the attribute is empty, the page is asked for its
// question as a dialog. data-close closes the one around it; data-must-equal keeps the form's button disabled until that
// text is typed.

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-dialog]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    const dialog = document.getElementById(link.dataset.dialog);
    if (!dialog && link.dataset.dialog) return;
    event.preventDefault();
    if (dialog) open(dialog);
    else ask(link.href);
  } else if (event.target.closest("[data-close]") || event.target.matches("dialog[open]")) {
    // A click on the dialog itself, not on what it holds, is one on its backdrop or edge: only the former closes.
    const opened = event.target.closest("dialog");
    if (event.target !== opened || outside(opened, event)) opened.close();
  }
});

async function ask(address) {
  try {
    const answer = await fetch(address, { headers: { "HX-Request": "true", "HX-Target": "dialog" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const dialog = page.querySelector("dialog#question");
    document.getElementById("question")?.remove();
    document.querySelector("main").append(dialog);
    open(dialog);
  } catch {
    // No question came: a refusal, signing in again, no network. The page says which.
    location.assign(address);
  }
}

function open(dialog) {
  // A menu that stays open would keep the focus from coming back to its button.
  document.querySelector(":popover-open")?.hidePopover();
  dialog.showModal();
}

document.addEventListener("input", ({ target }) => {
  if (target.dataset.mustEqual !== undefined) hold(target);
});

for (const field of document.querySelectorAll("[data-must-equal]")) hold(field);

function hold(field) {
  field.form.querySelector("[type=submit]").disabled = field.value.trim() !== field.dataset.mustEqual;
}

function outside(element, { clientX, clientY }) {
  const box = element.getBoundingClientRect();
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
}
