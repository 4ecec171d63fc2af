// A form with a [data-passkey] field asks the browser for a passkey before it is sent, and sends the answer in that
// field. data-passkey: "get" or "create"; data-challenge: where to ask what is to be signed. What went wrong is said by
// the form's [data-passkey-says] of that name. A form that is hidden shows up where the browser has passkeys.

const fields = document.querySelectorAll("[data-passkey]");
for (const field of fields) {
  field.value = "";
  if (window.PublicKeyCredential) field.form.hidden = false;
}

// Before busy.js, which would take the first press for the sending.
document.addEventListener("submit", ask, { capture: true });

// Coming back by the history brings the answer back, too; it counts once.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const field of fields) field.value = "";
});

async function ask(event) {
  const { target: form, submitter: button } = event;
  const field = form.querySelector("[data-passkey]");
  if (!field || field.value || button?.formNoValidate) return;
  event.preventDefault();
  if (form.dataset.asking) return;
  form.dataset.asking = "true";
  button?.setAttribute("aria-busy", "true");
  say(form, "");
  try {
    field.value = JSON.stringify(await answer(field, form));
    form.requestSubmit(button);
  } catch (error) {
    say(form, reason(error));
  } finally {
    delete form.dataset.asking;
    if (!field.value) button?.removeAttribute("aria-busy");
  }
}

async function answer(field, form) {
  if (!window.PublicKeyCredential) throw new DOMException("", "NotSupportedError");
  const body = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
  const response = await fetch(field.dataset.challenge, { method: "POST", body });
  if (response.status === 429) throw new DOMException("", "QuotaExceededError");
  if (!response.headers.get("Content-Type").includes("json")) {
    // Signed out meanwhile, or asked again who one is: the page itself says which.
    location.reload();
    return await new Promise(() => {});
  }
  const publicKey = decoded(await response.json());
  return encoded(await navigator.credentials[field.dataset.passkey]({ publicKey }));
}

function reason(error) {
  if (error.name === "InvalidStateError") return "known";
  if (error.name === "NotAllowedError" || error.name === "AbortError") return "cancelled";
  if (error.name === "NotSupportedError" || error.name === "SecurityError") return "unsupported";
  return "unanswered";
}

function say(form, what) {
  for (const message of form.querySelectorAll("[data-passkey-says]")) message.hidden = message.dataset.passkeySays !== what;
}

function decoded(options) {
  const known = (list) => list?.map((credential) => ({ ...credential, id: bytes(credential.id) }));
  return {
    ...options,
    challenge: bytes(options.challenge),
    ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
    ...(options.allowCredentials && { allowCredentials: known(options.allowCredentials) }),
    ...(options.excludeCredentials && { excludeCredentials: known(options.excludeCredentials) }),
  };
}

function encoded(credential) {
  const { response } = credential;
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: {
      clientDataJSON: text(response.clientDataJSON),
      attestationObject: text(response.attestationObject),
      transports: response.getTransports?.(),
      authenticatorData: text(response.authenticatorData),
      signature: text(response.signature),
      userHandle: text(response.userHandle),
    },
  };
}

// Base64url without padding, as WebAuthn writes bytes in JSON.
function bytes(encodedText) {
  return Uint8Array.from(atob(encodedText.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  if (!buffer) return undefined;
  const letters = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
