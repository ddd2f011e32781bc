// Forms: focus the summary of errors, send filters by themselves, drop files, warn before typed words are lost.

document.querySelector("[data-errors]")?.focus();

document.addEventListener("htmx:afterSwap", (event) => event.target.querySelector?.("[data-errors]")?.focus());

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form && (form.dataset.autosubmit !== undefined || event.target.dataset.autosubmit !== undefined)) form.requestSubmit();
});

// Counts characters into the element named by data-count="#id": 32 字.
export function count(input) {
  const place = input.dataset.count && document.querySelector(input.dataset.count);
  if (place) place.textContent = `${input.value.trim().length} 字`;
}
document.addEventListener("input", (event) => count(event.target));
document.querySelectorAll("[data-count]").forEach(count);

for (const type of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(type, (event) => {
    const box = event.target.closest?.("[data-drop]");
    if (!box) return;
    event.preventDefault();
    box.classList.toggle("drag", type === "dragover");
    if (type !== "drop") return;
    const input = box.querySelector("input[type=file]");
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

document.addEventListener("change", (event) => {
  const place = event.target.type === "file" && event.target.closest("[data-drop]")?.querySelector("[data-file-names]");
  if (place) place.textContent = [...event.target.files].map((file) => file.name).join("、") || "未选文件";
});

// <form data-guard>: leaving with words typed and not saved asks first.
let typed = false;
document.addEventListener("input", (event) => {
  if (event.target.form?.dataset.guard !== undefined) typed = true;
});
document.addEventListener("submit", () => (typed = false));
window.addEventListener("beforeunload", (event) => typed && event.preventDefault());
