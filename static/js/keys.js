// Keys of inboxes: / searches; inside a page with [data-keys], J K move, Enter opens, and [data-key="a"], [data-key="r"] are pressed by A and R.

const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");
const rows = () => [...document.querySelectorAll("[data-keys] [data-key-row]")];

function move(step) {
  const list = rows();
  if (!list.length) return;
  let at = list.findIndex((row) => row.classList.contains("at"));
  if (at < 0) at = list.findIndex((row) => row.classList.contains("on"));
  const next = Math.max(0, Math.min(list.length - 1, at < 0 ? 0 : at + step));
  list.forEach((row, index) => row.classList.toggle("at", index === next));
  const link = list[next].querySelector("[data-key-open]") ?? list[next].querySelector("a");
  link?.focus({ preventScroll: true });
  list[next].scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  const key = event.key.toLowerCase();
  if (key === "/") {
    const box = document.querySelector("[data-search]");
    if (!box) return;
    event.preventDefault();
    box.focus();
    return;
  }
  if (!document.querySelector("[data-keys]")) return;
  if (key === "j" || key === "k") {
    event.preventDefault();
    move(key === "j" ? 1 : -1);
    return;
  }
  const act = /^[a-z]$/.test(key) && document.querySelector(`[data-key="${key}"]:not([disabled]):not([aria-disabled="true"])`);
  if (act) {
    event.preventDefault();
    act.click();
  }
});
