// Keys in a menu and on the button that opens it: arrows, Home and End go through what it has, a letter to what begins
// with it or into the menu's filter, and Enter in the filter to the first that is left. Escape is the browser's.

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const menu = document.getElementById(target.getAttribute?.("popovertarget"));
  if (menu?.matches(".menu-list") && (key === "ArrowDown" || key === "ArrowUp")) {
    event.preventDefault();
    menu.showPopover({ source: target });
    focus(menu, key === "ArrowDown" ? 0 : -1);
  } else {
    const list = target.closest(".menu-list");
    if (list) move(list, event);
  }
});

function move(list, event) {
  const { key, target } = event;
  const filter = list.querySelector(".menu-filter");
  if (target.matches("input") && target !== filter) return;
  const items = itemsOf(list);
  const place = items.indexOf(target);
  const to = {
    ArrowDown: place + 1 < items.length ? place + 1 : 0,
    ArrowUp: place > 0 ? place - 1 : -1,
    ...(target === filter ? { Enter: 0 } : { Home: 0, End: -1 }),
  }[key];
  if (to !== undefined) {
    event.preventDefault();
    typed = "";
    if (key === "Enter") items[0]?.click();
    else focus(list, to);
  } else if (key.length === 1 && key !== " " && target !== filter) {
    // The key that is pressed goes on into the field.
    if (filter) filter.focus();
    else type(items, place, key);
  }
}

function itemsOf(list) {
  return [...list.querySelectorAll(".menu-item")].filter((item) => item.checkVisibility());
}

function focus(list, place) {
  itemsOf(list).at(place)?.focus();
}

// Letters within half a second are read as one beginning.
let typed = "";
let pause;

function type(items, place, key) {
  clearTimeout(pause);
  pause = setTimeout(() => (typed = ""), 500);
  typed += key.toLowerCase();
  // A first letter goes on to the next one that has it, a second stays where it fits.
  const from = typed.length > 1 ? place : place + 1;
  const order = [...items.slice(Math.max(from, 0)), ...items.slice(0, Math.max(from, 0))];
  const name = (item) => (item.querySelector("span:not(.avatar)") ?? item).textContent.trim().toLowerCase();
  order.find((item) => name(item).startsWith(typed))?.focus();
}
