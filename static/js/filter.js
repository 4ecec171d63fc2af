// A field with data-filter hides those items of a list whose text does not have what is typed.

document.addEventListener("input", ({ target }) => {
  const list = target.dataset.filter && document.getElementById(target.dataset.filter);
  if (!list) return;
  const wanted = plain(target.value.trim());
  let found = 0;
  for (const item of list.children) {
    item.hidden = !plain(item.textContent).includes(wanted);
    found += !item.hidden;
  }
  list.nextElementSibling.hidden = found > 0;
});

// Without case and accents: "elan" finds "Élan".
function plain(text) {
  return text
    .normalize("NFD")
    .replace(/\p{Diacritic}/gu, "")
    .toLowerCase();
}
