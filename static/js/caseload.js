// Case files: drafted reasons, acts that need a reason, and one personal field shown at a time.

// <button data-says="field-id">缺本人签名</button> adds its words to the field.
document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-says]");
  if (!chip) return;
  const field = document.getElementById(chip.dataset.says);
  const words = chip.textContent.trim();
  if (!field.value.includes(words)) field.value = [field.value.trim(), words].filter(Boolean).join("；");
  field.focus();
});

// An act that needs a reason goes to the empty field first; the server checks it again.
document.addEventListener("click", (event) => {
  const act = event.target.closest("[data-needs]");
  const field = act && document.getElementById(act.dataset.needs);
  if (!field || field.value.trim()) return;
  event.preventDefault();
  field.setAttribute("aria-invalid", "true");
  field.placeholder = "写明原因";
  field.focus();
});

// The chosen row of the inbox stays marked when its case arrives in the pane.
document.addEventListener("htmx:afterOnLoad", (event) => {
  const row = event.target.closest?.("[data-picks] > li");
  if (!row) return;
  for (const other of row.parentElement.children) other.classList.toggle("on", other === row);
});

// 查看: the dialog asks for the purpose, the answer replaces the mask and goes with the page, or after a minute.
const SHOWN_FOR = 60000;
document.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-reveal]");
  if (!pressed) return;
  const dialog = document.getElementById("reveal");
  const form = dialog.querySelector("[data-reveal-form]");
  form.dataset.address = pressed.dataset.reveal;
  form.dataset.place = pressed.dataset.target;
  form.querySelector("[name=field]").value = pressed.dataset.field;
  form.querySelector("[data-reveal-told]").textContent = pressed.dataset.told;
  dialog.showModal();
});

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-reveal-form]");
  if (!form) return;
  event.preventDefault();
  const place = document.getElementById(form.dataset.place);
  const masked = place.innerHTML;
  const answer = await fetch(form.dataset.address, { method: "POST", body: new FormData(form), headers: { "X-Requested-With": "fetch" } });
  form.closest("dialog").close();
  if (answer.status >= 500 || answer.redirected) {
    place.textContent = "没有查到，刷新后再试";
    return;
  }
  place.innerHTML = await answer.text();
  setTimeout(() => { place.innerHTML = masked; }, SHOWN_FOR);
}, true);
