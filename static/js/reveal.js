// A box with data-reveal shows what is typed into the password fields of its form, and hides it again when it is sent.

for (const box of document.querySelectorAll("[data-reveal]")) box.hidden = false;

document.addEventListener("change", ({ target }) => {
  if (target.closest("[data-reveal]")) show(target.form, target.checked);
});

document.addEventListener("submit", ({ target }) => {
  const box = target.querySelector("[data-reveal] input");
  if (!box) return;
  box.checked = false;
  show(target, false);
});

function show(form, shown) {
  for (const field of form.querySelectorAll("[autocomplete$='-password']")) field.type = shown ? "text" : "password";
}
