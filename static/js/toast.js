// Toasts go when dismissed, and good news by itself after some seconds, unless somebody is reading it. What can be undone
// stays longer.

const READ = 6000;
const DECIDE = 20000;

document.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest(".toast").remove());

const region = document.getElementById("toasts");
for (const toast of region.children) expire(toast);
new MutationObserver((changes) => {
  for (const change of changes) for (const node of change.addedNodes) if (node.nodeType === 1) expire(node);
}).observe(region, { childList: true });

function expire(toast) {
  if (!toast.matches(".toast-success, .toast-info")) return;
  const time = toast.querySelector("form") ? DECIDE : READ;
  setTimeout(() => (toast.matches(":hover, :focus-within") ? expire(toast) : toast.remove()), time);
}
