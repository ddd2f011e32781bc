// What every page needs: CSRF for htmx, one press per button, dialogs, menus, messages, failed fragments.

const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = token();
});

// --- a pressed button can't be pressed twice --------------------------------------------------------------------
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.getAttribute("method")?.toLowerCase() !== "post") return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "1";
  // After this turn, so that the pressed button's name and value are still sent.
  setTimeout(() => release(form, true));
  // A download leaves the page where it is: <form data-download> may be pressed again.
  if (form.dataset.download !== undefined) setTimeout(() => release(form, false), 3000);
});

function release(form, sending) {
  if (sending) form.dataset.sending = "1";
  else delete form.dataset.sending;
  for (const button of form.querySelectorAll("button:not([type=button])")) {
    button.classList.toggle("busy", sending && (button === document.activeElement || form.querySelectorAll("button:not([type=button])").length === 1));
    button.setAttribute("aria-disabled", String(sending));
  }
}

const freeAll = () => document.querySelectorAll("form[data-sending]").forEach((form) => release(form, false));
window.addEventListener("pageshow", (event) => event.persisted && freeAll());
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form");
  if (form) release(form, false);
});

// --- messages: one region, spoken politely ----------------------------------------------------------------------
export function say(text, kind = "") {
  const region = document.getElementById("messages");
  const toast = document.createElement("div");
  toast.className = kind ? `toast-s is-${kind}` : "toast-s";
  const words = document.createElement("span");
  words.textContent = text;
  toast.append(words);
  region.append(toast);
  setTimeout(() => toast.remove(), 8000);
}

document.addEventListener("fy:say", (event) => say(event.detail.text ?? event.detail.value, event.detail.kind));

// --- a fragment that fails says so in its own place; the rest of the page lives ----------------------------------
function failed(event) {
  const place = event.detail.target ?? event.target;
  const note = document.createElement("div");
  note.className = "fy-note is-bad";
  note.setAttribute("role", "alert");
  const words = document.createElement("div");
  const status = event.detail.xhr?.status ?? 0;
  words.textContent = status ? `这一栏没有算出来，其余内容不受影响。编号 ${status}-${new Date().toTimeString().slice(0, 5)}　` : "没有连上服务器，其余内容不受影响。　";
  const again = document.createElement("button");
  again.type = "button";
  again.className = "btn btn-sm";
  again.textContent = "再试一次";
  const source = event.detail.elt;
  again.addEventListener("click", () => {
    note.remove();
    window.htmx.trigger(source, source.getAttribute("hx-trigger")?.match(/^[a-z]+/)?.[0] ?? (source.matches("form") ? "submit" : "click"));
  });
  words.append(again);
  note.append(words);
  place.querySelector?.(":scope > .fy-note[role=alert]")?.remove();
  place.prepend?.(note);
}
document.addEventListener("htmx:responseError", failed);
document.addEventListener("htmx:sendError", failed);

// --- clicks by attribute ------------------------------------------------------------------------------------------
document.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-dialog],[data-close],[data-dismiss],[data-copy],[data-print]");
  if (pressed?.dataset.dialog !== undefined) document.getElementById(pressed.dataset.dialog).showModal();
  else if (pressed?.dataset.close !== undefined) pressed.closest("dialog").close();
  else if (pressed?.dataset.dismiss !== undefined) pressed.closest(".toast-s").remove();
  else if (pressed?.dataset.print !== undefined) window.print();
  else if (pressed?.dataset.copy !== undefined) {
    navigator.clipboard.writeText(document.querySelector(pressed.dataset.copy).innerText).then(() => say("已复制"));
  }
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A dialog that came back with errors opens itself: <dialog data-open>.
document.querySelectorAll("dialog[data-open]").forEach((dialog) => dialog.showModal());
