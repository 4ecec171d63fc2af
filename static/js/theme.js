// The choice of a theme: shown at once, kept for a year in a cookie that the server reads.

for (const choice of document.querySelectorAll("[data-theme-choice]")) choice.hidden = false;

document.addEventListener("change", ({ target }) => {
  if (!target.closest("[data-theme-choice]")) return;
  document.documentElement.dataset.theme = target.value;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${target.value}; path=/; max-age=31536000; samesite=lax${secure}`;
});
