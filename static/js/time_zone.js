// Tells the time zone of this browser to the account that has none yet; the next page is shown in it.

const form = document.querySelector("[data-time-zone]");
const zone = form && Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone) {
  form.elements.time_zone.value = zone;
  // Sent even where somebody is leaving the page already.
  navigator.sendBeacon(form.action, new FormData(form));
}
