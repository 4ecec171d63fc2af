// The choice of a theme: shown at once; kept for a year, where cookies for preferences are allowed, in one that the
// server reads. Else it holds for this page, and words beside it say so.

for (const choice of document.querySelectorAll("[data-theme-choice]")) choice.hidden = false;

document.addEventListener("change", ({ target }) => {
  const choice = target.closest("[data-theme-choice]");
  if (!choice) return;
  document.documentElement.dataset.theme = target.value;
  if (choice.dataset.themeChoice !== "kept") return;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${target.value}; path=/; max-age=31536000; samesite=lax${secure}`;
});
