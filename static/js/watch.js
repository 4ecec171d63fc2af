// What asks for itself again ([data-watch]) rests while its page is hidden, asks at once when it is seen again, and
// outlasts a server that is being started again.

const watched = ({ target }) => target.closest?.("[data-watch]");

document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && watched(event)) event.preventDefault();
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  for (const element of document.querySelectorAll("[data-watch]")) htmx.trigger(element, "seen");
});

// Before failed.js hears of it, which would leave the page.
document.addEventListener(
  "htmx:responseError",
  (event) => {
    if (event.detail.xhr.status >= 500 && watched(event)) event.stopImmediatePropagation();
  },
  true,
);
