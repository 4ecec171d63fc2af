// What a script asked for and did not get: the page itself says why, instead of nothing at all.

const place = (address) => new URL(address, location.href);

// Somebody who was signed out is led to signing in: a page, which must not be drawn into the middle of this one.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (!xhr.responseURL || place(xhr.responseURL).pathname === place(requestConfig.path).pathname) return;
  event.preventDefault();
  location.assign(xhr.responseURL);
});

document.addEventListener("htmx:responseError", ({ detail }) => {
  // A form is not sent twice; the page that it stood on says what is so now.
  if (detail.requestConfig.verb === "get") location.assign(detail.requestConfig.path);
  else location.reload();
});
