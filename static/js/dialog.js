// A link with data-dialog opens that dialog instead of its page; data-close closes the one around it;
// data-must-equal keeps the form's button disabled until that text is typed.

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog) {
    event.preventDefault();
    dialog.showModal();
  } else if (event.target.closest("[data-close]") || event.target.matches("dialog[open]")) {
    // A click on the dialog itself, not on what it holds, is one on its backdrop or edge: only the former closes.
    const open = event.target.closest("dialog");
    if (event.target !== open || outside(open, event)) open.close();
  }
});

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
